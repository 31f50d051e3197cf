"""A shipment: postings on every order it names, one command for the ERP, an event an order."""

from canonical.changes import Change
from canonical.entities import write_plain
from canonical.erp_commands import RecordShipment, ShippedLine
from canonical.events import OrderShipped
from canonical.postings import Balance, Posting
from canonical.purchase_order import PurchaseOrder
from canonical.shared import Quantity
from canonical.ship_notice import ShipNotice
from canonical.shipments import notice_change
from gateway.apply.incoming import Incoming
from gateway.apply.order_check import find_own_order
from gateway.apply.order_state import advance_order, list_balances, state_after_shipment
from gateway.apply.remarks import findings_of, refuse
from gateway.ledger.commitments import post
from gateway.ledger.documents import DocumentQuery, DocumentRow, link_orders, list_documents
from gateway.ledger.expectations import meet
from gateway.ledger.locks import hold
from gateway.ledger.orders import OrderRow
from gateway.ledger.states import SETTLED_DOCUMENTS
from translators.findings import Finding, has_errors


def apply_ship_notice(incoming: Incoming, notice: ShipNotice) -> list[Finding]:
    """Return what was found; a sound notice is posted on each order line it packs."""
    against = _check_notice(incoming, notice)
    if against is not None:
        return [against]
    rows = _find_orders(incoming, notice)
    if isinstance(rows, Finding):
        return [rows]
    orders = {number: row.entity for number, row in rows.items()}
    change = notice_change(notice, orders, _balances(incoming, orders), incoming.said)
    findings = findings_of(change.remarks)
    if has_errors(findings):
        return findings
    link_orders(incoming.tx, incoming.document_id, orders)
    post(incoming.tx, change.postings, incoming.document_id)
    for po_number, row in rows.items():
        state = state_after_shipment(list_balances(incoming.tx, po_number))
        advance_order(incoming.tx, row, state)
        meet(incoming.tx, "856", incoming.document_id, po_number=po_number)
        _tell(incoming, notice, po_number)
    _record(incoming, notice, change)
    return findings


def _check_notice(incoming: Incoming, notice: ShipNotice) -> Finding | None:
    """Return what stands against the notice as a whole: it is no original, or its number is used."""
    number, place = notice.shipment_number, incoming.places.get("", "")
    if notice.purpose != "original":
        sentence = f"shipment {number} is a {notice.purpose} notice; only originals are taken"
        advice = "agree the change with the buyer, who enters it by hand"
        return refuse("not-yet", sentence, advice, place)
    hold(incoming.tx, f"shipment {incoming.partner.name} {number}")
    known = _find_notice(incoming, number)
    if known is None:
        return None
    sentence = f"shipment {number} was sent before, with other content ({known.created_at:%Y-%m-%d %H:%M} UTC)"
    advice = (
        "give another shipment a number of its own; tell the buyer where the first notice was wrong"
    )
    return refuse("shipment-known", sentence, advice, place)


def _find_notice(incoming: Incoming, number: str) -> DocumentRow | None:
    """Return the notice of this number that took effect, whatever file it came in."""
    for state in SETTLED_DOCUMENTS:
        query = DocumentQuery(
            state=state,
            partner=incoming.partner.name,
            direction="in",
            entity=ShipNotice.__name__,
            number=number,
        )
        for row in list_documents(incoming.tx, query, limit=1):
            return row
    return None


def _find_orders(incoming: Incoming, notice: ShipNotice) -> dict[str, OrderRow] | Finding:
    rows: dict[str, OrderRow] = {}
    # In one sequence for all notices, so that two of them cannot wait for each other.
    for po_number in sorted({line.po_number for line in notice.lines if line.po_number}):
        found = find_own_order(incoming, po_number)
        if isinstance(found, Finding):
            return found
        rows[po_number] = found
    return rows


def _balances(
    incoming: Incoming, orders: dict[str, PurchaseOrder]
) -> dict[tuple[str, str], Balance]:
    return {
        (number, line_number): balance
        for number in orders
        for line_number, balance in list_balances(incoming.tx, number).items()
    }


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
        shipped_on=notice.shipped_on,
        expected_on=notice.expected_on,
        carrier=notice.carrier,
        tracking=notice.tracking,
        lines=tuple(
            _shipped(posting, notice, index) for index, posting in enumerate(change.postings)
        ),
    )
    incoming.queue("erp", incoming.gateway.site.erp, notice.shipment_number, write_plain(command))


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
