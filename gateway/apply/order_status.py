"""A status report: how far the making is; with partners whose reports bind, what is taken back too."""

from decimal import Decimal

from canonical.changes import Change
from canonical.order_status import OrderStatus
from canonical.postings import ANSWERS
from canonical.progress import CANCELLED, progress_change, withdraw
from gateway.apply.incoming import Incoming
from gateway.apply.named_orders import NamedOrders, find_known_orders
from gateway.apply.remarks import findings_of, refuse
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.documents import link_orders
from translators.findings import Finding

CASES = ("cancelled-by-maker", "promise-slipped")


def apply_order_status(incoming: Incoming, report: OrderStatus) -> list[Finding]:
    """Return what was found; what is known of each line replaces what the report before said."""
    if report.purpose == "cancel":
        advice = "send a new report: it replaces the earlier one line by line"
        sentence = f"report {report.report_number} takes back an earlier one"
        return [refuse("not-yet", sentence, advice, incoming.places.get("", ""))]
    found = find_known_orders(incoming, (line.po_number for line in report.lines))
    change = progress_change(report, found.entities, found.promises(), incoming.said)
    findings = findings_of(change.remarks)
    if not change.postings:
        sentence = f"report {report.report_number} names no order line of {incoming.partner.name}"
        advice = "correct the order and line numbers and send the report again"
        return [*findings, refuse("no-such-order", sentence, advice, incoming.places.get("", ""))]
    link_orders(incoming.tx, incoming.document_id, found.rows)
    for number, ledger in found.ledgers.items():
        spoken = {one.line_number for one in change.postings if one.po_number == number}
        ledger.replace(spoken, ("progress",))
    found.add(change.postings)
    if incoming.partner.semantics.status_reports == "binding":
        _withdraw(found, change)
    found.save(incoming)
    _open_cases(incoming, change)
    return findings


def _withdraw(found: NamedOrders, change: Change) -> None:
    """Let what is reported as cancelled be refused: it needs another maker (F1)."""
    taken: dict[tuple[str, str], Decimal] = {}
    for one in change.postings:
        if one.reason == "cancelled":
            key = (one.po_number, one.line_number)
            taken[key] = taken.get(key, Decimal(0)) + one.quantity
    for (po_number, line_number), quantity in taken.items():
        ledger = found.ledgers[po_number]
        standing = [one for one in ledger.of_line(line_number) if one.kind in ANSWERS]
        told = sum((one.quantity for one in standing if one.reason == CANCELLED), Decimal(0))
        left = ledger.balances()[line_number].to_ship
        answers = withdraw(standing, min(quantity - told, left))
        ledger.replace({line_number}, ANSWERS)
        ledger.add(answers)


def _open_cases(incoming: Incoming, change: Change) -> None:
    for remark in change.remarks:
        if remark.code not in CASES:
            continue
        case = NewCase(
            kind=remark.code,
            owner="buyer",
            summary=f"{incoming.partner.name}: {remark.sentence}",
            po_number=remark.po_number,
            line_number=remark.line_number,
            document_id=incoming.document_id,
        )
        open_case(incoming.tx, case)
