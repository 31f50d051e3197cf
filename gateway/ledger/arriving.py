"""Arriving: a file that came is recorded, once however often it is seen before its source is removed."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Insert, Select, bindparam, insert, or_, select

from gateway.clock import now
from gateway.ledger.files import FileRow, read_row
from gateway.ledger.later import draw_ahead, draw_id, known_of, later_of, write_later
from gateway.ledger.locks import hold_all
from gateway.ledger.observations import Observation, write_observations
from gateway.ledger.rows import insert_row, update_rows
from gateway.ledger.tables import files


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it came in; its bytes are in the archive already (B-89)."""

    partner: str
    channel: str
    name: str
    sha256: str
    size: int
    modified_at: datetime | None = None  # as the source told it
    observations: tuple[Observation, ...] = ()  # why the receiver waited and then took it
    was_sealed: bool = False  # the same bytes may have been quarantined because they came open


def record_file(tx: Connection, arrival: Arrival) -> FileRow:
    """Return the file's row: received, or duplicate where the partner sent these bytes before.

    A second sight of a file whose source was not settled yet is the same arrival: the process
    died between commit and removal. It gets the same row.
    """
    same = _list_same(tx, arrival)
    place = (arrival.channel, arrival.name)
    for row in reversed(same):
        if row.settled_at is None and (row.channel, row.name) == place:
            return row
    first = next((row for row in same if row.duplicate_of is None), None)
    if first is not None and arrival.was_sealed and first.state == "quarantined":
        return _replace(tx, arrival, first)
    return _insert(tx, arrival, first)


def look_up_files(tx: Connection, arrivals: Sequence[Arrival]) -> None:
    """Look up which of these bytes came before, so that none of the files asks for itself."""
    if later_of(tx) is None:
        return
    draw_ahead(tx, files, len(arrivals))
    found: dict[Any, list[int]] = {(one.partner, one.sha256): [] for one in arrivals}
    rows = _find_same(tx, arrivals)
    for row in rows:
        found[row.partner, row.sha256].append(row.id)
    known_of(tx, files).update({row.id: row for row in rows} | found)


def _list_same(tx: Connection, arrival: Arrival) -> list[FileRow]:
    """Return the first file in which the partner sent these bytes, and those still at their sources."""
    known = known_of(tx, files)
    ids = known.get((arrival.partner, arrival.sha256))
    return _find_same(tx, [arrival]) if ids is None else [known[one] for one in ids]


def _find_same(tx: Connection, arrivals: Sequence[Arrival]) -> list[FileRow]:
    # Two that bring the same bytes at once: the second is to see the first.
    hold_all(tx, [f"file of {one.partner} {one.sha256}" for one in arrivals])
    wanted = {(one.partner, one.sha256) for one in arrivals}
    asked = {
        "partners": sorted({one for one, _ in wanted}),
        "hashes": sorted({one for _, one in wanted}),
    }
    rows = [read_row(dict(row)) for row in tx.execute(_same(), asked).mappings()]
    return [row for row in rows if (row.partner, row.sha256) in wanted]


def _replace(tx: Connection, arrival: Arrival, first: FileRow) -> FileRow:
    """Return the row of bytes that may be taken now; those that may not are the duplicate of it."""
    update_rows(tx, files, {"id": first.id}, {"duplicate_of": first.id})  # one is no duplicate
    row = _insert(tx, arrival, None)
    update_rows(tx, files, {"id": first.id}, {"duplicate_of": row.id})
    return row


def _insert(tx: Connection, arrival: Arrival, first: FileRow | None) -> FileRow:
    at, later = now(), later_of(tx)
    values = msgspec.structs.asdict(arrival) | {
        "observations": write_observations(arrival.observations),
        "received_at": at,
        "updated_at": at,
        "state": "received" if first is None else "duplicate",
        "reason": "" if first is None else _same_bytes(first),
        "duplicate_of": None if first is None else first.id,
        "owner": "",
    }
    del values["was_sealed"]
    ids = known_of(tx, files).get((arrival.partner, arrival.sha256))
    if later is None or ids is None:
        return _row_of(insert_row(tx, files, values), values, arrival)
    row = _row_of(draw_id(later, tx, files), values, arrival)
    write_later(tx, _insert_file(), [values | {"id": row.id}])
    ids.append(row.id)
    known_of(tx, files)[row.id] = row
    return row


def _row_of(file_id: int, values: dict[str, Any], arrival: Arrival) -> FileRow:
    rest = {"settled_at": None, "lease_until": None, "observations": arrival.observations}
    return FileRow(id=file_id, **values | rest)


def _same_bytes(first: FileRow) -> str:
    at = f"{first.received_at:%Y-%m-%d %H:%M}"
    return f"the same bytes came as {first.name} at {at} UTC (file {first.id}, {first.state})"


@cache
def _same() -> Select[Any]:
    query = select(files).where(
        files.c.partner.in_(bindparam("partners", expanding=True)),
        files.c.sha256.in_(bindparam("hashes", expanding=True)),
        or_(files.c.duplicate_of.is_(None), files.c.settled_at.is_(None)),
    )
    return query.order_by(files.c.id)


@cache
def _insert_file() -> Insert:
    return insert(files)
