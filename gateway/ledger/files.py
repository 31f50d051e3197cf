"""Files: what arrived, from whom, and what became of it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Update,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from gateway.clock import now
from gateway.ledger.errors import LedgerError
from gateway.ledger.later import known_of, write_later
from gateway.ledger.leases import has_passed, moments
from gateway.ledger.observations import Observation, read_observations
from gateway.ledger.progress import deliver_file
from gateway.ledger.rows import Values, find_row, update_rows
from gateway.ledger.states import FILE_STATES, HELD, UNFINISHED_FILES, must_be
from gateway.ledger.tables import files

_SHORTEST_PREFIX = 6  # of a SHA-256, as people copy it from a listing


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the ledger."""

    id: int
    partner: str
    channel: str
    name: str
    sha256: str
    size: int
    modified_at: datetime | None
    received_at: datetime
    state: str
    reason: str
    duplicate_of: int | None
    settled_at: datetime | None
    updated_at: datetime
    lease_until: datetime | None
    owner: str
    observations: tuple[Observation, ...]


def mark_settled(tx: Connection, *ids: int) -> None:
    """Record that their sources are removed; the next file of such a name is another arrival."""
    known = known_of(tx, files)
    for one in ids:
        if one in known:
            _update(tx, one, {"settled_at": now()})
    others = [one for one in ids if one not in known]
    if others and tx.execute(_settle(), {"chosen": others, "now": now()}).rowcount != len(others):
        raise LedgerError(f"there is no file {others[0]} in the ledger, or one of {others[1:]}")


def list_unsettled_files(tx: Connection, channel: str) -> list[FileRow]:
    """Return the files of a channel whose source is still to be removed."""
    return _list(tx, select(files).where(files.c.channel == channel, files.c.settled_at.is_(None)))


def set_file_state(tx: Connection, file_id: int, state: str, reason: str = "") -> None:
    """Record how far the file is and why; a file with all documents delivered is delivered."""
    must_be(state, FILE_STATES, "state of a file")
    _update(tx, file_id, {"state": state, "reason": reason})
    deliver_file(tx, file_id)


def find_file(tx: Connection, key: int | str) -> FileRow | None:
    """Return the file with this id, start of SHA-256 (6 or more) or name; of a name, the newest."""
    if isinstance(key, int):
        known: FileRow | None = known_of(tx, files).get(key)
        return known or _find(tx, {"id": key})
    if key.isascii() and key.isdigit() and len(key) < 10 and (found := find_file(tx, int(key))):
        return found
    return _find_by_hash(tx, key.lower()) or _find(tx, {"name": key})


def find_file_of(tx: Connection, partner: str, sha256: str) -> FileRow | None:
    """Return the first file in which this partner sent bytes of this hash."""
    return _find(tx, {"partner": partner, "sha256": sha256, "duplicate_of": None})


def list_files(
    tx: Connection, state: str | None = None, partner: str | None = None, limit: int = 100
) -> list[FileRow]:
    """Return the newest files first."""
    query = select(files).order_by(files.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(files.c.state == must_be(state, FILE_STATES, "state of a file"))
    if partner is not None:
        query = query.where(files.c.partner == partner)
    return _list(tx, query)


def list_held_files(tx: Connection, limit: int = 100) -> list[FileRow]:
    """Return the newest files that a person must look at."""
    query = select(files).where(files.c.state.in_(HELD))
    return _list(tx, query.order_by(files.c.id.desc()).limit(limit))


def list_files_between(
    tx: Connection, since: datetime, until: datetime | None = None, partner: str | None = None
) -> list[FileRow]:
    """Return the files received in a time, the oldest first."""
    query = select(files).where(files.c.received_at >= since).order_by(files.c.id)
    if until is not None:
        query = query.where(files.c.received_at < until)
    if partner is not None:
        query = query.where(files.c.partner == partner)
    return _list(tx, query)


def list_duplicates(tx: Connection, partner: str, limit: int = 10_000) -> list[FileRow]:
    """Return the newest files of a partner whose bytes came before."""
    query = select(files).where(files.c.partner == partner, files.c.duplicate_of.is_not(None))
    return _list(tx, query.order_by(files.c.id.desc()).limit(limit))


def list_unfinished_files(tx: Connection, limit: int = 1000) -> list[FileRow]:
    """Return the files to process, oldest first: nobody works on them now."""
    rows = tx.execute(_unfinished(), moments(now()) | {"most": limit}).mappings()
    return [read_row(dict(row)) for row in rows]


def take_file(tx: Connection, file_id: int, lease: timedelta, owner: str = "") -> FileRow | None:
    """Return the file, ours until the lease ends; None where another has it (B-89)."""
    at = now()
    values = moments(at) | {"file": file_id, "until": at + lease, "owner_name": owner}
    row = tx.execute(_take(), values).mappings().first()
    return None if row is None else read_row(dict(row))


def take_files(tx: Connection, ids: Iterable[int], lease: timedelta) -> dict[int, FileRow]:
    """Return those of the files that nobody has, ours until the lease ends; waits for no other worker."""
    at = now()
    values = moments(at) | {"chosen": sorted(ids), "until": at + lease}
    rows = tx.execute(_take_many(), values).mappings()
    taken = {row["id"]: read_row(dict(row)) for row in rows}
    known_of(tx, files).update(taken)
    return taken


def keep_files(tx: Connection, owner: str, lease: timedelta, ids: Collection[int]) -> int:
    """Return how many leases of this owner were made longer: of large files it has in hand."""
    mine = (files.c.id.in_(ids), files.c.owner == owner)
    return tx.execute(update(files).where(*mine).values(lease_until=now() + lease)).rowcount


def release_file(tx: Connection, file_id: int) -> None:
    """End the lease before its time."""
    _update(tx, file_id, {"lease_until": None, "owner": ""})


@cache
def _settle() -> Update:
    query = update(files).where(files.c.id.in_(bindparam("chosen", expanding=True)))
    return query.values(settled_at=bindparam("now"), updated_at=bindparam("now"))


@cache
def _unfinished() -> Select[Any]:
    query = select(files).where(_is_free()).order_by(files.c.id)
    return query.limit(bindparam("most", type_=Integer))


@cache
def _take_many() -> ReturningUpdate[Any]:
    chosen = files.c.id.in_(bindparam("chosen", expanding=True))
    free = select(files.c.id).where(chosen, _is_free()).with_for_update(skip_locked=True)
    query = update(files).where(files.c.id.in_(free.scalar_subquery()))
    taken = query.values(lease_until=bindparam("until"), owner="", updated_at=bindparam("now"))
    return taken.returning(files)


@cache
def _take() -> ReturningUpdate[Any]:
    query = update(files).where(files.c.id == bindparam("file"), _is_free())
    taken = query.values(
        lease_until=bindparam("until"), owner=bindparam("owner_name"), updated_at=bindparam("now")
    )
    return taken.returning(files)


def _is_free() -> ColumnElement[bool]:
    at: BindParameter[datetime] = bindparam("now")
    lease = files.c.lease_until
    free = or_(lease.is_(None), has_passed(lease, at, bindparam("horizon")))
    return files.c.state.in_(UNFINISHED_FILES) & free


def _find_by_hash(tx: Connection, prefix: str) -> FileRow | None:
    if len(prefix) < _SHORTEST_PREFIX or not set(prefix) <= set("0123456789abcdef"):
        return None
    inside = (files.c.sha256 >= prefix, files.c.sha256 < prefix + "g")  # a range uses the index
    hashes = tx.scalars(select(files.c.sha256).where(*inside).distinct().limit(2)).all()
    if len(hashes) > 1:
        raise LedgerError(f"{prefix} starts more than one file; give more of its SHA-256")
    if not hashes:
        return None
    query = select(files).where(files.c.sha256 == hashes[0]).order_by(files.c.id)
    return next(iter(_list(tx, query.limit(1))), None)


def _update(tx: Connection, file_id: int, values: dict[str, Any]) -> None:
    known = known_of(tx, files)
    if file_id in known:
        changed = values | {"updated_at": now()}
        known[file_id] = msgspec.structs.replace(known[file_id], **changed)
        write_later(tx, _change(tuple(values)), [changed | {"changed_id": file_id}])
        return
    if update_rows(tx, files, {"id": file_id}, values | {"updated_at": now()}) != 1:
        raise LedgerError(f"there is no file {file_id} in the ledger")


@cache
def _change(names: tuple[str, ...]) -> Update:
    query = update(files).where(files.c.id == bindparam("changed_id"))
    return query.values({name: bindparam(name) for name in (*names, "updated_at")})


def _find(tx: Connection, where: Values) -> FileRow | None:
    row = find_row(tx, files, where)
    return None if row is None else read_row(dict(row))


def _list(tx: Connection, query: Select[Any]) -> list[FileRow]:
    return [read_row(dict(row)) for row in tx.execute(query).mappings()]


def read_row(row: dict[Any, Any]) -> FileRow:
    """Return a row of the table as it is handed out."""
    return FileRow(**row | {"observations": read_observations(row["observations"])})
