"""Reliability: how often a CM sent what it promised by the day it promised (F18)."""

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Numeric,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
)

from gateway.clock import now
from gateway.ledger.tables import commitments
from gateway.routing.facts import Reliability

DAYS = 365  # how far back promises are looked at


def find_reliability(tx: Connection, partner: str) -> Reliability | None:
    """Return the promises of a CM that fell due within a year, and those it kept; None where none did."""
    today = now().date()
    asked = {
        "of_partner": partner,
        "since": (today - timedelta(days=DAYS)).isoformat(),
        "until": today.isoformat(),
    }
    row = tx.execute(_kept(), asked).one()
    if not row.due:
        return None
    return Reliability(due=row.due, on_time=row.on_time or 0)


@cache
def _kept() -> Select[int, Any]:
    """Return lines that were due, and those of which all had left by the last day promised."""
    table, amount = commitments, func.sum(cast(commitments.c.quantity, Numeric))
    stands = and_(table.c.partner == bindparam("of_partner"), table.c.superseded_by.is_(None))
    line = (table.c.po_number, table.c.line_number)
    promised = (
        select(*line, amount.label("amount"), func.max(table.c.promised_on).label("day"))
        .where(stands, table.c.kind.in_(("accepted", "backordered")))
        .where(table.c.promised_on.between(bindparam("since"), bindparam("until")))
        .group_by(*line)
        .subquery()
    )
    sent = (
        select(*line, amount.label("amount"), func.max(table.c.posted_at).label("last"))
        .where(stands, table.c.kind == "shipped")
        .group_by(*line)
        .subquery()
    )
    joined = promised.outerjoin(
        sent,
        and_(
            sent.c.po_number == promised.c.po_number,
            sent.c.line_number == promised.c.line_number,
        ),
    )
    is_kept = and_(
        sent.c.amount >= promised.c.amount,
        func.substr(cast(sent.c.last, String), 1, 10) <= promised.c.day,
    )
    return select(
        func.count().label("due"), func.sum(case((is_kept, 1), else_=0)).label("on_time")
    ).select_from(joined)
