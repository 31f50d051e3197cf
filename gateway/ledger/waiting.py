"""Waiting: effects that are neither done nor given up, by target."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from gateway.ledger.tables import effects


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """How many effects to one target have been waiting since before a time, and the oldest."""

    target: str
    number: int
    key: str
    since: datetime
    error: str


def list_waiting(tx: Connection, before: datetime) -> list[Waiting]:
    """Return one entry for each target with effects that wait since before a time."""
    waits = (effects.c.done_at.is_(None), effects.c.state.in_(("pending", "taken")))
    old = select(effects.c.target, func.count().label("number"), func.min(effects.c.id).label("id"))
    grouped = old.where(*waits, effects.c.created_at < before).group_by(effects.c.target).subquery()
    query = select(
        grouped.c.target, grouped.c.number, effects.c.key, effects.c.created_at, effects.c.error
    ).join_from(grouped, effects, effects.c.id == grouped.c.id)
    return [
        Waiting(target=target, number=number, key=key, since=since, error=error)
        for target, number, key, since, error in tx.execute(query.order_by(grouped.c.target))
    ]
