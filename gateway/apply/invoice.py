"""An invoice: checked against its orders and what has left; a difference is a case of the buyer."""

from collections.abc import Mapping
from decimal import Decimal

from canonical.changes import Remark, find_order_line
from canonical.entities import read_json, write_plain
from canonical.erp_commands import NoteOnOrder
from canonical.invoice import Invoice
from canonical.invoices import check_invoice, quantity_of
from canonical.purchase_order import PurchaseOrder
from canonical.shipments import LineKey
from gateway.apply.incoming import Incoming
from gateway.apply.named_orders import NamedOrders, find_orders
from gateway.apply.remarks import findings_of, refuse
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.documents import DocumentQuery, link_orders, list_documents
from gateway.ledger.states import SETTLED_DOCUMENTS
from translators.findings import Finding, has_errors

MOST = 1000  # invoices of one order


def apply_invoice(incoming: Incoming, invoice: Invoice) -> list[Finding]:
    """Return what was found; the ERP is told of the invoice, and what does not fit, on each order."""
    number, place = invoice.invoice_number, incoming.places.get("", "")
    if invoice.purpose not in ("original", "duplicate"):
        sentence = f"invoice {number} is sent with purpose {invoice.purpose}"
        return [refuse("not-yet", sentence, "send a credit and a new invoice", place)]
    named = {line.po_number or invoice.po_number for line in invoice.lines} | {invoice.po_number}
    found = find_orders(incoming, named)
    if isinstance(found, Finding):
        return [found]
    if not found.rows:
        sentence = f"invoice {number} names no order"
        return [refuse("no-such-order", sentence, "name the order it is for", place)]
    before = _list_invoiced(incoming, found)
    if isinstance(before, Finding):
        return [before]
    remarks = check_invoice(invoice, found.entities, (found.balances(), before), incoming.said)
    findings = findings_of(remarks)
    if has_errors(findings):
        return findings
    link_orders(incoming.tx, incoming.document_id, found.rows)
    _tell(incoming, invoice, found, remarks)
    return findings


def _list_invoiced(incoming: Incoming, found: NamedOrders) -> dict[LineKey, Decimal] | Finding:
    """Return what was invoiced of each line before; credits take away from it."""
    total: dict[LineKey, Decimal] = {}
    numbers = {incoming.entity.invoice_number}  # type: ignore[attr-defined]
    for po_number in found.rows:
        query = DocumentQuery(
            partner=incoming.partner.name,
            direction="in",
            entity=Invoice.__name__,
            po_number=po_number,
        )
        for row in list_documents(incoming.tx, query, limit=MOST):
            if row.state not in SETTLED_DOCUMENTS or row.id == incoming.document_id:
                continue
            if row.number in numbers:
                sentence = f"invoice {row.number} was sent before (document {row.id})"
                return refuse("invoice-known", sentence, "give another one a number of its own")
            earlier = read_json(Invoice.__name__, row.content)
            if isinstance(earlier, Invoice):
                _add(incoming, total, earlier, {po_number: found.entities[po_number]})
    return total


def _add(
    incoming: Incoming,
    total: dict[LineKey, Decimal],
    earlier: Invoice,
    orders: Mapping[str, PurchaseOrder],
) -> None:
    for line in earlier.lines:
        order = orders.get(line.po_number or earlier.po_number or "")
        meant = find_order_line(order, line.line_number, line.item) if order else None
        if order is None or meant is None:
            continue
        sign = -1 if earlier.kind == "credit" else 1
        key = (order.po_number, meant.line_number)
        amount = quantity_of(line, meant, incoming.said) or Decimal(0)
        total[key] = total.get(key, Decimal(0)) + sign * amount


def _tell(
    incoming: Incoming, invoice: Invoice, found: NamedOrders, remarks: tuple[Remark, ...]
) -> None:
    for po_number in found.rows:
        wrong = [one.sentence for one in remarks if one.po_number in ("", po_number)]
        said = "; ".join(wrong) or "it fits what was ordered and has left"
        text = f"{invoice.kind} {invoice.invoice_number} of {invoice.invoiced_on} over {invoice.total:f}: {said}"
        note = NoteOnOrder(po_number=po_number, partner=incoming.partner.name, text=text)
        incoming.queue("erp", incoming.gateway.site.erp, po_number, write_plain(note))
    for one in remarks:
        case = NewCase(
            kind=one.code,
            owner="buyer",
            summary=f"{invoice.kind} {invoice.invoice_number} of {incoming.partner.name}: {one.sentence}",
            po_number=one.po_number,
            line_number=one.line_number,
            document_id=incoming.document_id,
        )
        open_case(incoming.tx, case)
