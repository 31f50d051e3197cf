"""Gaps: interchanges a partner numbered that did not come, where its numbers are ours alone (B-97)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection

from gateway.ledger.epochs import list_epochs
from gateway.ledger.interchanges import InterchangeRow, list_interchanges
from gateway.partners import Partner

Pair = tuple[str, str, str]
OVERTAKEN = timedelta(minutes=15)  # files overtake each other; what is missing may be on its way


def find_gaps(tx: Connection, partner: Partner, at: datetime) -> list[str]:
    """Return a sentence for each pair with numbers that are missing among those of the hours agreed."""
    senders = [f"{one.qualifier}/{one.id}"[:40] for one in partner.identities.list_x12()]
    begun: dict[Pair, int] = {
        (one.sender, one.receiver, one.usage): one.after_id for one in list_epochs(tx, senders)
    }
    came: dict[Pair, list[InterchangeRow]] = {}
    for row in list_interchanges(tx, senders, at - timedelta(hours=partner.alarms.hours)):
        pair = (row.sender, row.receiver, row.usage)
        if row.id > begun.get(pair, 0):
            came.setdefault(pair, []).append(row)
    return [
        f"ISA13 {', '.join(missing)} of {partner.name} ({pair[2]}) did not come"
        for pair, rows in came.items()
        if (missing := list(list_missing(rows, at)))
    ]


def list_missing(rows: Sequence[InterchangeRow], at: datetime) -> Iterator[str]:
    """Yield the numbers, or spans of them, between those that came a while ago."""
    numbers = sorted({row.control for row in rows if row.received_at <= at - OVERTAKEN})
    late = {row.control for row in rows}
    for before, after in pairwise(numbers):
        if after - before > 1 and late.isdisjoint(range(before + 1, after)):
            last = f" to {after - 1:09d}" if after - before > 2 else ""
            yield f"{before + 1:09d}{last}"
