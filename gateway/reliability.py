"""Reliability: how often a CM sent what it promised by the day it promised, and how often it moved the day (F18)."""

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Numeric,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)

from gateway.clock import now
from gateway.ledger.tables import commitments, order_changes
from gateway.routing.facts import Reliability

DAYS = 365  # how far back promises are looked at
AGAIN = 2  # moves to a later day, from which on nobody can plan with the day
PROMISES = ("accepted", "backordered")
_LINE = (commitments.c.po_number, commitments.c.line_number)


def find_reliability(tx: Connection, partner: str) -> Reliability | None:
    """Return how a CM kept its promises of a year; None where none fell due and none slipped again."""
    today = now().date()
    asked = {
        "of_partner": partner,
        "since": (today - timedelta(days=DAYS)).isoformat(),
        "until": today.isoformat(),
    }
    row = tx.execute(_kept(), asked).one()
    if not row.judged and not row.slips:
        return None
    return Reliability(
        due=row.due or 0,
        on_time=row.on_time or 0,
        slips=row.slips or 0,
        slipped=row.slipped or 0,
        judged=row.judged or 0,
        steady=row.steady or 0,
    )


@cache
def _kept() -> Select[Any]:
    """Return what became of each line's promise, added up for one CM."""
    promised, sent, moved = _promised(), _sent(), _moved()
    joined = promised.outerjoin(sent, _same_line(promised, sent))
    joined = joined.outerjoin(moved, _same_line(promised, moved))
    slips = func.coalesce(moved.c.slips, 0)
    is_due = promised.c.day <= bindparam("until")
    is_kept = and_(
        is_due,
        sent.c.amount >= promised.c.amount,
        func.substr(cast(sent.c.last, String), 1, 10) <= promised.c.day,
    )
    sums = {
        "due": is_due,
        "on_time": is_kept,
        "slipped": slips >= AGAIN,
        "judged": or_(is_due, slips >= AGAIN),
        "steady": and_(is_kept, slips < AGAIN),
    }
    counted = [func.sum(case((what, 1), else_=0)).label(name) for name, what in sums.items()]
    return select(*counted, func.sum(slips).label("slips")).select_from(joined)


def _promised() -> Subquery:
    """Return each line of the CM with all it has promised of it, and the last day."""
    day = func.max(commitments.c.promised_on)
    return (
        select(*_LINE, _amount(), day.label("day"))
        .where(_of_partner(), commitments.c.superseded_by.is_(None))
        .where(commitments.c.kind.in_(PROMISES), commitments.c.promised_on != "")
        .group_by(*_LINE)
        .having(day >= bindparam("since"))
        .subquery()
    )


def _sent() -> Subquery:
    last = func.max(commitments.c.posted_at)
    return (
        select(*_LINE, _amount(), last.label("last"))
        .where(_of_partner(), commitments.c.superseded_by.is_(None))
        .where(commitments.c.kind == "shipped")
        .group_by(*_LINE)
        .subquery()
    )


def _moved() -> Subquery:
    """Return how often each line's last day was moved to a later one, answer by answer.

    What answers a change of ours is left out: a later day may be what we asked for.
    """
    ours = select(order_changes.c.answered_by).where(order_changes.c.answered_by.is_not(None))
    said = (
        select(*_LINE, commitments.c.document_id, func.max(commitments.c.promised_on).label("day"))
        .where(_of_partner(), commitments.c.kind.in_(PROMISES), commitments.c.promised_on != "")
        .where(commitments.c.document_id.not_in(ours))
        .group_by(*_LINE, commitments.c.document_id)
        .subquery()
    )
    line = (said.c.po_number, said.c.line_number)
    before = func.lag(said.c.day).over(partition_by=line, order_by=said.c.document_id)
    steps = select(*line, said.c.day, before.label("before")).subquery()
    return (
        select(steps.c.po_number, steps.c.line_number, func.count().label("slips"))
        .where(steps.c.day > steps.c.before)
        .group_by(steps.c.po_number, steps.c.line_number)
        .subquery()
    )


def _amount() -> Any:
    return func.sum(cast(commitments.c.quantity, Numeric)).label("amount")


def _of_partner() -> Any:
    return commitments.c.partner == bindparam("of_partner")


def _same_line(one: Subquery, other: Subquery) -> Any:
    return and_(one.c.po_number == other.c.po_number, one.c.line_number == other.c.line_number)
