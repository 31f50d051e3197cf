"""A shipment: postings on every order it names, one command for the ERP, an event an order."""

from canonical.changes import Change
from canonical.entities import write_plain
from canonical.erp_commands import RecordShipment, ShippedLine
from canonical.events import OrderShipped
from canonical.postings import Balance, Posting, balance_of
from canonical.purchase_order import PurchaseOrder
from canonical.shared import Quantity
from canonical.ship_notice import ShipNotice
from canonical.shipments import notice_change
from gateway.apply.incoming import Incoming
from gateway.apply.order_check import find_own_order
from gateway.apply.remarks import findings_of, refuse
from gateway.ledger.commitments import post
from gateway.ledger.documents import link_orders
from gateway.ledger.expectations import meet
from gateway.ledger.orders import set_order_state
from translators.findings import Finding, has_errors


def apply_ship_notice(incoming: Incoming, notice: ShipNotice) -> list[Finding]:
    """Return what was found; a sound notice is posted on each order line it packs."""
    if notice.purpose != "original":
        sentence = f"shipment {notice.shipment_number} is a {notice.purpose} notice"
        return [refuse("not-yet", sentence, "apply it in the ERP; only originals are applied here")]
    orders = _find_orders(incoming, notice)
    if isinstance(orders, Finding):
        return [orders]
    change = notice_change(notice, orders, _balances(incoming, orders), incoming.said)
    findings = findings_of(change.remarks)
    if has_errors(findings):
        return findings
    link_orders(incoming.tx, incoming.document_id, orders)
    post(incoming.tx, change.postings, incoming.document_id)
    for po_number in orders:
        set_order_state(incoming.tx, po_number, "shipped")
        meet(incoming.tx, "856", incoming.document_id, po_number=po_number)
        _tell(incoming, notice, po_number)
    _record(incoming, notice, change)
    return findings


def _find_orders(incoming: Incoming, notice: ShipNotice) -> dict[str, PurchaseOrder] | Finding:
    orders: dict[str, PurchaseOrder] = {}
    for line in notice.lines:
        if line.po_number and line.po_number not in orders:
            found = find_own_order(incoming, line.po_number)
            if isinstance(found, Finding):
                return found
            orders[line.po_number] = found
    return orders


def _balances(
    incoming: Incoming, orders: dict[str, PurchaseOrder]
) -> dict[tuple[str, str], Balance]:
    return {
        (number, line.line_number): balance_of(incoming.list_postings(number, line.line_number))
        for number, order in orders.items()
        for line in order.lines
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
