"""A released order: recorded, posted, and sent to the CM who is to make it."""

from canonical.changes import check_order, order_postings
from canonical.entities import write_plain
from canonical.events import OrderReleased
from canonical.purchase_order import PurchaseOrder
from gateway.apply.incoming import Incoming
from gateway.apply.remarks import findings_of, refuse
from gateway.ledger.commitments import post
from gateway.ledger.documents import link_orders
from gateway.ledger.locks import hold
from gateway.ledger.orders import find_order, record_order
from gateway.partners import Partner, PartnerError
from gateway.send import render, send
from translators.findings import Finding, has_errors


def apply_purchase_order(incoming: Incoming, order: PurchaseOrder) -> list[Finding]:
    """Return what was found; a sound order is posted and on its way to its supplier."""
    against = findings_of(check_order(order, incoming.said))
    if any(one.code == "bad-order-number" for one in against):
        return against  # not even looked up: a database may refuse such a text
    supplier = _find_supplier(incoming, order)
    if isinstance(supplier, Finding):
        return [*against, supplier]
    if against:
        return against
    rendered = render(incoming.gateway, supplier, order)
    if has_errors(rendered.findings):
        return rendered.findings
    record_order(incoming.tx, order, supplier.name, incoming.document_id)
    link_orders(incoming.tx, incoming.document_id, [order.po_number])
    post(incoming.tx, order_postings(order, incoming.said), incoming.document_id)
    released = OrderReleased(
        po_number=order.po_number, partner=supplier.name, lines=len(order.lines)
    )
    incoming.queue_event("cmgateway.order.released.v1", order.po_number, write_plain(released))
    return rendered.findings + send(incoming, supplier, order, rendered)


def _find_supplier(incoming: Incoming, order: PurchaseOrder) -> Partner | Finding:
    if incoming.partner.role != "erp":
        sentence = f"{incoming.partner.name} sends an order; only the ERP releases orders"
        return refuse("not-an-erp", sentence, "ask what the file is meant for")
    hold(incoming.tx, f"order {order.po_number}")
    known = find_order(incoming.tx, order.po_number)
    if known is not None:
        sentence = f"order {order.po_number} was released on {known.created_at:%Y-%m-%d} already, with other content"
        return refuse("order-known", sentence, "release a change of the order, not the order anew")
    if not order.supplier:
        sentence = f"order {order.po_number} names no supplier"
        return refuse("no-supplier", sentence, "enter the supplier in the ERP and release again")
    try:
        return incoming.gateway.partners.get(order.supplier)
    except PartnerError as error:
        sentence = f"order {order.po_number} is for {order.supplier}: {error}"
        return refuse("no-such-partner", sentence, "add the partner's file, then rerun")
