"""Older answers: an answer that is older than the one that stands changes nothing (B-67)."""

from datetime import date

import msgspec
from msgspec.structs import replace

from canonical.changes import find_order_line
from canonical.order_ack import AckLine, OrderAck
from canonical.postings import ANSWERS
from canonical.purchase_order import PurchaseOrder
from gateway.apply.incoming import Incoming
from gateway.apply.line_ledger import LineLedger
from gateway.ledger.documents import find_document
from translators.findings import Finding


def without_older(
    incoming: Incoming, ledger: LineLedger, order: PurchaseOrder, ack: OrderAck
) -> tuple[OrderAck | None, list[Finding]]:
    """Return the answer without lines that were answered on a later day; None where nothing is left.

    Files may overtake each other; the day an answer was given is what counts (BAK09, BCA10).
    """
    if ack.acknowledged_on is None:
        return ack, []
    days = _list_days(incoming, ledger)
    newer = {number: day for number, day in days.items() if day > ack.acknowledged_on}
    if not newer:
        return ack, []
    kept = tuple(line for line in ack.lines if _number(order, line) not in newer)
    findings = [_tell(incoming, ack, number, day) for number, day in newer.items()]
    if not kept:
        return None, findings
    return replace(ack, lines=kept, unmentioned="open"), findings


def _list_days(incoming: Incoming, ledger: LineLedger) -> dict[str, date]:
    """Return for each answered line the day its answer was given, where that is said."""
    sources: dict[int, set[str]] = {}
    for row in ledger.rows:
        if row.posting.kind in ANSWERS:
            sources.setdefault(row.document_id, set()).add(row.posting.line_number)
    days: dict[str, date] = {}
    for document_id, numbers in sources.items():
        document = find_document(incoming.tx, document_id)
        if document is None or document.entity != OrderAck.__name__:
            continue
        given = msgspec.json.decode(document.content, type=OrderAck).acknowledged_on
        if given is not None:
            days |= dict.fromkeys(numbers, given)
    return days


def _number(order: PurchaseOrder, line: AckLine) -> str:
    found = find_order_line(order, line.line_number, line.item)
    return found.line_number if found else ""


def _tell(incoming: Incoming, ack: OrderAck, number: str, day: date) -> Finding:
    said = f"line {number} of order {ack.po_number} was answered on {day}; this answer of {ack.acknowledged_on} is older and changes nothing there"
    return Finding(
        level="warning",
        code="older-answer",
        sentence=said,
        advice="send what holds now, with its own date",
        place=incoming.places.get("", ""),
    )
