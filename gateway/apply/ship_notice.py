"""A shipment: postings on every order it names, one command for the ERP, an event an order."""

from typing import Literal

from msgspec.structs import replace

from canonical.changes import Change
from canonical.entities import write_plain
from canonical.erp_commands import RecordShipment, ShippedLine, orders_of
from canonical.events import OrderShipped
from canonical.postings import Balance, Posting
from canonical.shared import Quantity
from canonical.ship_notice import ShipNotice
from canonical.shipments import notice_change
from gateway.apply.earlier import check_purpose, list_earlier
from gateway.apply.incoming import Incoming
from gateway.apply.named_orders import find_orders
from gateway.apply.order_state import advance_order, state_after_shipment
from gateway.apply.packages import note_packages
from gateway.apply.remarks import findings_of
from gateway.ledger.documents import link_orders
from gateway.ledger.expectations import meet
from gateway.ledger.orders import OrderRow, set_order_state
from translators.findings import Finding, has_errors


def apply_ship_notice(incoming: Incoming, notice: ShipNotice) -> list[Finding]:
    """Return what was found; a sound notice is posted on each order line it packs.

    One of an earlier number replaces it, or takes it back, as a whole (B-75).
    """
    earlier = list_earlier(incoming, ShipNotice, notice.shipment_number)
    against = check_purpose(incoming, "shipment", notice.shipment_number, notice.purpose, earlier)
    if against is not None:
        return [against]
    found = find_orders(incoming, (line.po_number for line in notice.lines), also=earlier)
    if isinstance(found, Finding):
        return [found]
    found.replace_documents(earlier, ("shipped",))
    packed = replace(notice, lines=()) if notice.purpose == "cancel" else notice
    change = notice_change(packed, found.entities, found.balances(), incoming.said)
    findings = findings_of(change.remarks)
    if has_errors(findings):
        return findings
    link_orders(incoming.tx, incoming.document_id, found.rows)
    found.add(change.postings)
    found.save(incoming)
    for po_number, row in found.rows.items():
        _move(incoming, row, found.ledgers[po_number].balances(), is_again=bool(earlier))
        meet(incoming.tx, "856", incoming.document_id, po_number=po_number)
        _tell(incoming, notice, po_number)
    findings += note_packages(incoming, packed)
    _record(incoming, packed, change)
    return findings


def _move(
    incoming: Incoming, row: OrderRow, balances: dict[str, Balance], *, is_again: bool
) -> None:
    """Let the order go forward; a notice that is taken back may take it back as well."""
    state = state_after_shipment(balances)
    if is_again and row.state in {"partly_shipped", "shipped"}:
        is_any = any(balance.shipped > 0 for balance in balances.values())
        set_order_state(incoming.tx, row.po_number, state if is_any else "acknowledged")
    else:
        advance_order(incoming.tx, row, state)


def _tell(incoming: Incoming, notice: ShipNotice, po_number: str) -> None:
    event = OrderShipped(
        po_number=po_number,
        partner=incoming.partner.name,
        shipment_number=notice.shipment_number,
        purpose=notice.purpose,
        shipped_on=notice.shipped_on,
        expected_on=notice.expected_on,
    )
    incoming.queue_event("cmgateway.order.shipped.v1", po_number, write_plain(event))


def _record(incoming: Incoming, notice: ShipNotice, change: Change) -> None:
    command = RecordShipment(
        shipment_number=notice.shipment_number,
        partner=incoming.partner.name,
        purpose=_purpose_of(notice),
        shipped_on=notice.shipped_on,
        expected_on=notice.expected_on,
        carrier=notice.carrier,
        tracking=notice.tracking,
        lines=tuple(
            _shipped(posting, notice, index) for index, posting in enumerate(change.postings)
        ),
    )
    # In turn with all else about its order; one of several orders waits for whoever writes them.
    orders = orders_of(command)
    turn = orders[0] if len(orders) == 1 else notice.shipment_number
    incoming.queue("erp", incoming.gateway.site.erp, turn, write_plain(command))


def _purpose_of(notice: ShipNotice) -> Literal["original", "replace", "cancel"]:
    if notice.purpose == "replace" or notice.purpose == "cancel":  # noqa: PLR1714 so that mypy sees it
        return notice.purpose
    return "original"


def _shipped(posting: Posting, notice: ShipNotice, index: int) -> ShippedLine:
    line = notice.lines[index]  # without errors there is one posting a line, in the same order
    return ShippedLine(
        po_number=posting.po_number,
        line_number=posting.line_number,
        item=line.item,
        shipped=Quantity(value=posting.quantity, unit=posting.unit),
        lot=line.lot,
        sscc=line.sscc,
    )
