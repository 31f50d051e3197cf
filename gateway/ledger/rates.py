"""Rates: how many of a partner's latest documents came twice, were not taken, or hold a value by default."""

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, select

from gateway.ledger.tables import documents, files, findings

ASK = ".ask"  # a question about files is no document
MOST = 1_000  # files; a busy partner's last day would be many


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a partner in some hours; a file nothing could be read of counts as one document."""

    documents: int = 0
    duplicates: int = 0
    rejected: int = 0
    by_default: int = 0  # with a code that no row of its table knows
    by_field: int = 0  # with a value that a `default` of the mapping gave, where that is noted


def count_rates(tx: Connection, partner: str, since: datetime) -> Rates:
    """Return the rates of the newest files that came since then."""
    newest = (
        select(files.c.id, files.c.state)
        .where(
            files.c.partner == partner, files.c.received_at >= since, ~files.c.name.endswith(ASK)
        )
        .order_by(files.c.received_at.desc())
        .limit(MOST)
        .subquery()
    )
    state = func.coalesce(documents.c.state, newest.c.state)
    # What we wrote because of a file belongs to it, too.
    theirs = and_(documents.c.file_id == newest.c.id, documents.c.direction == "in")
    together = newest.outerjoin(documents, theirs)
    query = select(
        func.count(),
        _number_of(state == "duplicate"),
        _number_of(state.in_(("parked", "quarantined"))),
        _number_of(_has("unknown-code", "warning")),
        _number_of(_has("by-default", "note")),
    ).select_from(together)
    every, twice, rejected, by_default, by_field = tx.execute(query).one()
    return Rates(
        documents=every,
        duplicates=twice,
        rejected=rejected,
        by_default=by_default,
        by_field=by_field,
    )


def _has(code: str, level: str) -> ColumnElement[bool]:
    return (
        select(findings.c.id)
        .where(
            findings.c.document_id == documents.c.id,
            findings.c.code == code,
            findings.c.level == level,
        )
        .exists()
    )


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)
