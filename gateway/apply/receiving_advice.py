"""A receipt: what was counted in is posted on each order line, and its maker is told."""

from canonical.changes import Change
from canonical.entities import write_plain
from canonical.events import OrderReceived
from canonical.postings import RECEIPTS
from canonical.receipts import receipt_change
from canonical.receiving_advice import ReceivingAdvice
from gateway.apply.earlier import check_purpose, list_earlier
from gateway.apply.forward_receipt import forward_receipt
from gateway.apply.incoming import Incoming
from gateway.apply.named_orders import NamedOrders, find_orders
from gateway.apply.order_state import advance_order, state_after_receipt
from gateway.apply.remarks import findings_of, refuse
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.documents import link_orders
from gateway.ledger.expectations import meet
from translators.findings import Finding, has_errors


def apply_receiving_advice(incoming: Incoming, advice: ReceivingAdvice) -> list[Finding]:
    """Return what was found; a sound receipt is posted on each order line it counts."""
    if incoming.partner.role != "erp":
        sentence = (
            f"{incoming.partner.name} sends a receipt; goods of our orders are counted in by us"
        )
        return [refuse("not-an-erp", sentence, "send what you hold of ours as stock (846)")]
    earlier = list_earlier(incoming, ReceivingAdvice, advice.receipt_number)
    against = check_purpose(incoming, "receipt", advice.receipt_number, advice.purpose, earlier)
    if against is not None:
        return [against]
    found = find_orders(incoming, (line.po_number for line in advice.lines), also=earlier)
    if isinstance(found, Finding):
        return [found]
    found.replace_documents(earlier, RECEIPTS)
    lines = () if advice.purpose == "cancel" else advice.lines
    said = (
        advice
        if lines
        else ReceivingAdvice(receipt_number=advice.receipt_number, advised_on=advice.advised_on)
    )
    change = receipt_change(said, found.entities, found.balances(), incoming.said)
    findings = findings_of(change.remarks)
    if has_errors(findings):
        return findings
    _post(incoming, advice, found, change)
    return findings + forward_receipt(incoming, advice, found)


def _post(incoming: Incoming, advice: ReceivingAdvice, found: NamedOrders, change: Change) -> None:
    link_orders(incoming.tx, incoming.document_id, found.rows)
    found.add(change.postings)
    found.save(incoming)
    for po_number, row in found.rows.items():
        balances = found.ledgers[po_number].balances()
        advance_order(incoming.tx, row, state_after_receipt(row, balances))
        meet(incoming.tx, "861", incoming.document_id, po_number=po_number)
        event = OrderReceived(
            po_number=po_number,
            partner=row.partner,
            receipt_number=advice.receipt_number,
            purpose=advice.purpose,
            received_on=advice.received_on,
        )
        incoming.queue_event("cmgateway.order.received.v1", po_number, write_plain(event))
    _open_cases(incoming, advice, found, change)


def _open_cases(
    incoming: Incoming, advice: ReceivingAdvice, found: NamedOrders, change: Change
) -> None:
    for remark in change.remarks:
        if remark.code != "receipt-differs":
            continue
        case = NewCase(
            kind=remark.code,
            owner="buyer",
            summary=f"receipt {advice.receipt_number} from {found.rows[remark.po_number].partner}: {remark.sentence}",
            po_number=remark.po_number,
            line_number=remark.line_number,
            document_id=incoming.document_id,
        )
        open_case(incoming.tx, case)
