"""Feeds: what partners told of capacity, stock, production and holds: the newest, and all before it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Update, bindparam, insert, select, update

from gateway.ledger.locks import hold
from gateway.ledger.tables import feeds


class NewReading(msgspec.Struct, frozen=True, kw_only=True):
    """One value of one part, as of a moment."""

    partner: str
    kind: str  # capacity, stock, allocation, production, hold
    item: str
    measure: str  # per_week, lead_time_days, on_hand, consumed, held …
    quantity: Decimal
    unit: str = ""
    location: str = ""
    as_of: datetime
    po_number: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what a newer reading of the same replaces: part, place and measure."""
        return (self.item, self.location, self.measure)


class Reading(NewReading, frozen=True, kw_only=True):
    """One reading of the ledger."""

    id: int
    document_id: int
    is_newest: bool


def record_readings(tx: Connection, new: Iterable[NewReading], document_id: int) -> None:
    """Record readings of one partner and kind; an older one never stands before a newer one.

    What happened once, such as a consumption, replaces nothing: `record_happenings`.
    """
    readings = list(new)
    if not readings:
        return
    partner, kind = readings[0].partner, readings[0].kind
    hold(tx, f"feed {partner} {kind}")
    standing = {one.key: one for one in list_newest(tx, kind, partner)}
    last = {one.key: one for one in readings}  # of one document the last word counts
    newer = {
        key: one
        for key, one in last.items()
        if key not in standing or standing[key].as_of <= one.as_of
    }
    gone = [standing[key].id for key in newer if key in standing]
    if gone:
        tx.execute(_age(), {"ids": gone})
    rows = [_write(one, document_id, is_newest=newer.get(one.key) is one) for one in readings]
    tx.execute(insert(feeds), rows)


def record_happenings(tx: Connection, new: Iterable[NewReading], document_id: int) -> None:
    """Record what happened; it is told by its day, and nothing replaces it."""
    rows = [_write(one, document_id, is_newest=False) for one in new]
    if rows:
        tx.execute(insert(feeds), rows)


def list_newest(
    tx: Connection, kind: str | None = None, partner: str | None = None
) -> list[Reading]:
    """Return the newest readings, by partner, part and measure."""
    given = {name: value for name, value in (("kind", kind), ("partner", partner)) if value}
    query = _newest(tuple(given))
    return [
        _read(row)
        for row in tx.execute(query, {f"is_{name}": value for name, value in given.items()})
    ]


def list_readings(
    tx: Connection, partner: str, item: str, since: datetime | None = None, limit: int = 1000
) -> list[Reading]:
    """Return all that was told of one part of one partner, the oldest first."""
    query = select(feeds).where(feeds.c.partner == partner, feeds.c.item == item)
    if since is not None:
        query = query.where(feeds.c.as_of >= since)
    return [
        _read(row) for row in tx.execute(query.order_by(feeds.c.as_of, feeds.c.id).limit(limit))
    ]


def _write(one: NewReading, document_id: int, *, is_newest: bool) -> dict[str, Any]:
    values = msgspec.structs.asdict(one)
    values["quantity"] = f"{one.quantity:f}"
    return values | {"document_id": document_id, "is_newest": is_newest}


def _read(row: Any) -> Reading:
    values = dict(row._mapping)  # noqa: SLF001 SQLAlchemy's public name for it
    return Reading(**values | {"quantity": Decimal(values["quantity"])})


@cache
def _newest(names: tuple[str, ...]) -> Select[Any]:
    where = [feeds.c[name] == bindparam(f"is_{name}") for name in names]
    query = select(feeds).where(feeds.c.is_newest, *where)
    return query.order_by(feeds.c.partner, feeds.c.kind, feeds.c.item, feeds.c.measure, feeds.c.id)


@cache
def _age() -> Update:
    query = update(feeds).where(feeds.c.id.in_(bindparam("ids", expanding=True)))
    return query.values(is_newest=False)
