"""Consigned stock: what the ERP has allocated to a CM, beside what the CM says it holds (F19)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from gateway.apply.incoming import Incoming
from gateway.ledger.cases import NewCase, close_case, list_cases, open_case
from gateway.ledger.documents import find_document
from gateway.ledger.feeds import Reading, list_newest, list_readings
from gateway.ledger.files import find_file
from gateway.partners import PartnerError
from translators.findings import Finding

KIND = "consigned-differs"
MOST = 100_000
HUNDRED = Decimal(100)
# What a CM tells of parts that leave his stock, or come to it, and in which direction that counts.
_MOVES = {"consumed": -1, "scrapped": -1, "returned": -1, "received": 1}


def compare_consigned(incoming: Incoming, holder: str, items: Iterable[str]) -> list[Finding]:
    """Return a warning for each part of which the CM holds more or less than the ERP has allocated.

    Each is a case that names the documents that explain it; one that is explained away is closed.
    """
    allocated = _sum(list_newest(incoming.tx, "allocation", holder), "allocated")
    on_hand = _sum(list_newest(incoming.tx, "stock", holder), "on_hand")
    findings = []
    for item in sorted(set(items) & allocated.keys() & on_hand.keys()):
        (wanted, since, unit), (held, counted, _) = allocated[item], on_hand[item]
        key = f"{holder}/{item}"[:40]
        if abs(wanted - held) <= _tolerance(incoming, holder, wanted):
            _close(incoming.tx, key, f"{held:f} {unit} on hand, {wanted:f} allocated")
            continue
        sentence = f"{holder} holds {held:,f} {unit} of {item} ({counted:%Y-%m-%d}), the ERP has {wanted:,f} allocated ({since:%Y-%m-%d}): {abs(wanted - held):,f} {'less' if held < wanted else 'more'}"
        said = f"{sentence}; {_explain(incoming.tx, (holder, item), since, held - wanted)}"
        case = NewCase(kind=KIND, owner="buyer", summary=said, subject=key)
        open_case(incoming.tx, case)
        advice = "count again, or tell us what was consumed, scrapped or returned"
        findings.append(Finding(level="warning", code=KIND, sentence=sentence, advice=advice))
    return findings


def _sum(readings: Iterable[Reading], measure: str) -> dict[str, tuple[Decimal, datetime, str]]:
    """Return of each part how much there is in all places, as of when the oldest count is, and its unit."""
    sums: dict[str, tuple[Decimal, datetime, str]] = {}
    for one in readings:
        if one.measure != measure:
            continue
        total, since, unit = sums.get(one.item, (Decimal(0), one.as_of, one.unit))
        sums[one.item] = (total + one.quantity, min(since, one.as_of), unit)
    return sums


def _tolerance(incoming: Incoming, holder: str, allocated: Decimal) -> Decimal:
    try:
        percent = incoming.gateway.partners.get(holder).feeds.consigned_percent
    except PartnerError:
        percent = Decimal(0)
    return allocated * percent / HUNDRED


def _explain(tx: Connection, what: tuple[str, str], since: datetime, gap: Decimal) -> str:
    """Return which documents since the allocation account for the gap, and what none does."""
    holder, item = what
    parts, left = [], gap
    for one in list_readings(tx, holder, item, since):
        sign = _MOVES.get(one.measure) if one.kind == "production" else None
        if sign is not None:
            left -= sign * one.quantity
            parts.append(f"{one.quantity:,f} {one.measure} in {_name(tx, one)}")
        elif one.kind == "hold" and one.is_newest and one.quantity > 0:
            parts.append(f"{one.quantity:,f} held back in {_name(tx, one)}")
    told = "; ".join(parts) or "no document tells why"
    return f"{told}; unexplained: {abs(left):,f}"


def _name(tx: Connection, one: Reading) -> str:
    document = find_document(tx, one.document_id)
    file = find_file(tx, document.file_id) if document and document.file_id else None
    return f"{file.name} (document {one.document_id})" if file else f"document {one.document_id}"


def _close(tx: Connection, key: str, said: str) -> None:
    for case in list_cases(tx, po_number="", limit=MOST):
        if case.kind == KIND and case.subject == key:
            close_case(tx, case.id, "gateway", said)
