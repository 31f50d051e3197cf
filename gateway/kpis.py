"""KPIs: how quickly and how truly the trade runs, from what the ledger holds."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

import msgspec
from sqlalchemy import Connection, func, select

from gateway.clock import now
from gateway.ledger.routing_tables import reroutes
from gateway.ledger.tables import actions, cases, documents, effects, files, orders
from gateway.partners import Partner
from gateway.reliability import find_reliability
from gateway.requested import find_requested

HOUR = 3600


class CmKpis(msgspec.Struct, frozen=True, kw_only=True):
    """One CM: times are hours, the middle one of all; None where nothing was measured."""

    partner: str
    orders: int
    answered: int
    hours_to_answer: float | None
    hours_to_answer_worst: float | None
    hours_from_shipping_to_notice: float | None
    promises_due: int
    promises_kept: int  # on time and in full: all of the line left by the last day promised
    requests_due: int  # lines the buyer asked for by a day that is over
    requests_kept: int  # on time and in full: all of the line left by the day asked for
    promises_moved: int  # how often a promised day was moved to a later one
    lines_moved_again: int  # lines whose day was moved so twice or more


class OpenCases(msgspec.Struct, frozen=True, kw_only=True):
    """The open problems of one kind."""

    kind: str
    open: int
    oldest_hours: float


class Kpis(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of a time; `touches` are what people did by hand, `reroute_seconds` from drop to order."""

    since: datetime
    until: datetime
    partners: tuple[CmKpis, ...]
    open_cases: tuple[OpenCases, ...]
    touches: dict[str, int]
    reroutes: dict[str, int]
    reroute_seconds: tuple[float, ...]


def find_kpis(tx: Connection, partners: Iterable[Partner], days: int = 90) -> Kpis:
    """Return the figures of the last so many days."""
    until = now()
    since = until - timedelta(days=days)
    counted = select(reroutes.c.state, func.count()).where(reroutes.c.created_at >= since)
    return Kpis(
        since=since,
        until=until,
        partners=tuple(_of_partner(tx, one, since) for one in partners),
        open_cases=tuple(_list_open(tx, until)),
        touches=_count_touches(tx, since),
        reroutes={row[0]: row[1] for row in tx.execute(counted.group_by(reroutes.c.state))},
        reroute_seconds=tuple(_list_reroute_seconds(tx, since)),
    )


def _of_partner(tx: Connection, whose: Partner, since: datetime) -> CmKpis:
    partner = whose.name
    placed = select(func.count()).where(orders.c.partner == partner, orders.c.created_at >= since)
    waits = _list_answer_hours(tx, partner, since)
    kept = find_reliability(tx, partner)
    asked = find_requested(tx, whose, since)
    return CmKpis(
        partner=partner,
        orders=tx.scalar(placed) or 0,
        answered=len(waits),
        hours_to_answer=_middle(waits),
        hours_to_answer_worst=max(waits, default=None),
        hours_from_shipping_to_notice=_middle(_list_notice_hours(tx, partner, since)),
        promises_due=kept.due if kept else 0,
        promises_kept=kept.on_time if kept else 0,
        requests_due=asked.due,
        requests_kept=asked.on_time,
        promises_moved=kept.slips if kept else 0,
        lines_moved_again=kept.slipped if kept else 0,
    )


def _list_answer_hours(tx: Connection, partner: str, since: datetime) -> list[float]:
    """Return for each order the hours from its release to the first answer that took effect."""
    answer = documents.alias()
    first = (
        select(orders.c.created_at, func.min(answer.c.created_at))
        .join(answer, answer.c.number == orders.c.po_number)
        .where(orders.c.partner == partner, orders.c.created_at >= since)
        .where(answer.c.partner == partner, answer.c.entity == "OrderAck")
        .where(answer.c.direction == "in", answer.c.state.in_(("applied", "routed", "delivered")))
        .group_by(orders.c.po_number, orders.c.created_at)
    )
    return [_hours(answered - released) for released, answered in tx.execute(first)]


def _list_notice_hours(tx: Connection, partner: str, since: datetime) -> list[float]:
    """Return for each ship notice the hours from the end of its shipping day to its arrival, 0 at least."""
    query = (
        select(documents.c.content, documents.c.created_at)
        .where(documents.c.partner == partner, documents.c.entity == "ShipNotice")
        .where(documents.c.direction == "in", documents.c.created_at >= since)
        .where(documents.c.state.in_(("applied", "routed", "delivered")))
    )
    waits = []
    for content, came_at in tx.execute(query):
        shipped_on = msgspec.json.decode(content).get("shipped_on")
        if shipped_on:
            ended = datetime.fromisoformat(shipped_on) + timedelta(days=1)
            waits.append(max(_hours(came_at - ended), 0.0))
    return waits


def _list_open(tx: Connection, until: datetime) -> list[OpenCases]:
    query = (
        select(cases.c.kind, func.count(), func.min(cases.c.created_at))
        .where(cases.c.state == "open")
        .group_by(cases.c.kind)
        .order_by(cases.c.kind)
    )
    return [
        OpenCases(kind=kind, open=many, oldest_hours=_hours(until - oldest))
        for kind, many, oldest in tx.execute(query)
    ]


def _count_touches(tx: Connection, since: datetime) -> dict[str, int]:
    query = select(actions.c.verb, func.count()).where(actions.c.done_at >= since)
    return {row[0]: row[1] for row in tx.execute(query.group_by(actions.c.verb))}


def _list_reroute_seconds(tx: Connection, since: datetime) -> list[float]:
    """Return for each placed reroute the seconds from the file that called for it to its order's put."""
    cause, order = documents.alias(), documents.alias()
    query = (
        select(files.c.received_at, func.min(effects.c.done_at))
        .select_from(reroutes)
        .join(cause, cause.c.id == reroutes.c.document_id)
        .join(files, files.c.id == cause.c.file_id)
        .join(order, order.c.number == reroutes.c.new_po_number)
        .join(effects, effects.c.document_id == order.c.id)
        .where(reroutes.c.created_at >= since, order.c.direction == "out")
        .where(order.c.entity == "PurchaseOrder", effects.c.kind == "put")
        .group_by(reroutes.c.id, files.c.received_at)
    )
    return [
        (done_at - came_at).total_seconds()
        for came_at, done_at in tx.execute(query)
        if done_at is not None
    ]


def _middle(values: Sequence[float]) -> float | None:
    return round(median(values), 2) if values else None


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / HOUR, 2)
