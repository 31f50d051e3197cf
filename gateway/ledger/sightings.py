"""Sightings: what lies at a source and was not taken, since when, and why not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, select

from gateway.clock import now
from gateway.ledger.observations import Observation, read_observations, write_observations
from gateway.ledger.tables import sightings


class LeftFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a poll saw and left where it is."""

    name: str
    size: int
    modified_at: datetime | None = None
    verdict: Literal["wait", "hold", "ignore", "quarantine"]
    reason: str
    observations: tuple[Observation, ...] = ()


class SightingRow(LeftFile, frozen=True, kw_only=True):
    """A file left at a source, as it has been there since a time."""

    channel: str
    since: datetime


def record_sightings(tx: Connection, channel: str, left: Iterable[LeftFile]) -> int:
    """Return how many changed since the last poll; those no longer there are forgotten.

    A poll that sees what the last one saw writes nothing, so that waiting costs nothing.
    """
    known = {row.name: row for row in list_sightings(tx, channel)}
    present = {one.name: one for one in left}
    changed = [one for name, one in present.items() if not _is_same(known.get(name), one)]
    gone = known.keys() - present.keys()
    for name in [*gone, *(one.name for one in changed if one.name in known)]:
        tx.execute(delete(sightings).where(*_is(channel, name)))
    if changed:
        more = {"channel": channel, "since": now()}
        tx.execute(insert(sightings), [_write_row(one) | more for one in changed])
    return len(changed) + len(gone)


def list_sightings(tx: Connection, channel: str | None = None) -> list[SightingRow]:
    """Return what was left at its source, the longest there first."""
    query = select(sightings).order_by(sightings.c.since, sightings.c.name)
    if channel is not None:
        query = query.where(sightings.c.channel == channel)
    rows: Iterable[Any] = tx.execute(query).mappings()
    return [
        SightingRow(**dict(row) | {"observations": read_observations(row["observations"])})
        for row in rows
    ]


def _write_row(one: LeftFile) -> dict[str, Any]:
    return msgspec.structs.asdict(one) | {"observations": write_observations(one.observations)}


def _is(channel: str, name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return sightings.c.channel == channel, sightings.c.name == name


def _is_same(row: SightingRow | None, one: LeftFile) -> bool:
    # The reason counts polls and seconds; it alone is no change.
    words = ("size", "modified_at", "verdict")
    return row is not None and all(getattr(row, word) == getattr(one, word) for word in words)
