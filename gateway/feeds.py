"""Feeds: how old each partner's word on capacity and stock is, and what may still be relied on."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.feeds import Reading, list_newest
from gateway.partners import Partner


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One reading with its age; one that is too old is not relied on."""

    partner: str
    kind: str
    item: str
    location: str
    measure: str
    quantity: Decimal
    unit: str
    as_of: datetime
    age_hours: float
    limit_hours: float | None
    is_stale: bool
    document_id: int


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner can make of a part by its newest word; what it did not tell is None."""

    partner: str
    item: str
    as_of: datetime  # of the oldest value in it
    age: timedelta
    is_stale: bool
    unit: str = ""
    per_week: Decimal | None = None
    free: Decimal | None = None
    slots_free: Decimal | None = None
    queue_depth: Decimal | None = None
    lead_time_days: Decimal | None = None


def list_feeds(gateway: Gateway, tx: Connection, partner: str | None = None) -> list[Feed]:
    """Return the newest reading of everything, with its age and the limit its partner's file sets."""
    known = {one.name: one for one in gateway.partners.list_partners()}
    return [_judge(known.get(one.partner), one) for one in list_newest(tx, partner=partner)]


def find_capacity(gateway: Gateway, tx: Connection, partner: Partner, item: str) -> Capacity | None:
    """Return what the partner told of its capacity for a part, None where it told nothing."""
    told = list_capacities(gateway, tx, partner)
    return told.get(item)


def list_capacities(gateway: Gateway, tx: Connection, partner: Partner) -> dict[str, Capacity]:  # noqa: ARG001 the same way as the others
    """Return what the partner told of its capacity, by part; plants are added up, days are the longest."""
    by_item: dict[str, list[Reading]] = {}
    for one in list_newest(tx, "capacity", partner.name):
        by_item.setdefault(one.item, []).append(one)
    return {item: _add_up(partner, item, readings) for item, readings in by_item.items()}


def _add_up(partner: Partner, item: str, readings: list[Reading]) -> Capacity:
    oldest = min(one.as_of for one in readings)
    age, limit = now() - oldest, _limit(partner, "capacity")
    unit = next((one.unit for one in readings if one.measure in {"per_week", "free"}), "")
    sums: dict[str, Decimal] = {}
    for one in readings:
        if one.measure == "lead_time_days":
            sums[one.measure] = max(one.quantity, sums.get(one.measure, one.quantity))
        elif one.measure in Capacity.__struct_fields__:
            sums[one.measure] = sums.get(one.measure, Decimal(0)) + one.quantity
    return Capacity(
        partner=partner.name,
        item=item,
        as_of=oldest,
        age=age,
        is_stale=limit is not None and age > timedelta(hours=limit),
        unit=unit,
        **sums,
    )


def _judge(partner: Partner | None, one: Reading) -> Feed:
    age = (now() - one.as_of).total_seconds() / 3600
    limit = _limit(partner, one.kind) if partner else None
    values = {name: getattr(one, name) for name in Feed.__struct_fields__ if hasattr(one, name)}
    is_stale = limit is not None and age > limit
    return Feed(**values, age_hours=round(age, 1), limit_hours=limit, is_stale=is_stale)


def _limit(partner: Partner, kind: str) -> float | None:
    limits = {"capacity": partner.feeds.capacity_hours, "stock": partner.feeds.stock_hours}
    return limits.get(kind)


def list_stale(feeds: Iterable[Feed]) -> list[Feed]:
    """Return the oldest stale reading of each partner and kind."""
    oldest: dict[tuple[str, str], Feed] = {}
    for one in feeds:
        key = (one.partner, one.kind)
        if one.is_stale and (key not in oldest or one.as_of < oldest[key].as_of):
            oldest[key] = one
    return list(oldest.values())
