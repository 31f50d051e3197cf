"""Parts: what files hold of documents that come as heads and lines, and what of it waits for the other part."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, insert, select, update

from gateway.ledger.files import FileRow, read_row
from gateway.ledger.locks import hold
from gateway.ledger.part_tables import parts
from gateway.ledger.states import HELD, UNFINISHED_FILES, WAITING
from gateway.ledger.tables import files

_SOME = 500  # keys asked for in one statement


class NewPart(msgspec.Struct, frozen=True, kw_only=True):
    """One head, or the lines of one; `number` is of the lines, here or as the head says."""

    key: str
    number: int


class PartRow(NewPart, frozen=True, kw_only=True):
    """One part that waits, and the file it came in."""

    id: int
    role: str
    file_id: int
    sha256: str
    name: str
    state: str
    received_at: datetime


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Whose parts of which mapping are meant."""

    partner: str
    mapping: str


def hold_parts(tx: Connection, whose: Whose) -> None:
    """Let nobody else look whether a part's other part is there until this transaction ends."""
    hold(tx, f"parts of {whose.partner} {whose.mapping}")


def record_parts(
    tx: Connection, file_id: int, whose: Whose, role: str, some: Sequence[NewPart]
) -> bool:
    """Return whether what the file holds was recorded now; False where that was done before."""
    if tx.execute(select(parts.c.id).where(parts.c.file_id == file_id).limit(1)).first():
        return False
    same = {"file_id": file_id, "partner": whose.partner, "mapping": whose.mapping, "role": role}
    tx.execute(insert(parts), [same | {"key": one.key, "number": one.number} for one in some])
    return True


def list_open_parts(tx: Connection, whose: Whose, keys: Sequence[str]) -> list[PartRow]:
    """Return all that waits under these keys, the newest first."""
    mine = (parts.c.partner == whose.partner, parts.c.mapping == whose.mapping)
    found: list[PartRow] = []
    for start in range(0, len(keys), _SOME):
        some = parts.c.key.in_(keys[start : start + _SOME])
        query = _open().where(*mine, some).order_by(parts.c.id.desc())
        found += [PartRow(**dict(row)) for row in tx.execute(query).mappings()]
    return found


def list_open_keys(tx: Connection, partner: str, sha256: str) -> list[str] | None:
    """Return which keys of these bytes wait for their other part; None where they hold no parts."""
    theirs = (files.c.partner == partner, files.c.sha256 == sha256)
    of_file = select(parts.c.key, parts.c.whole_id).join(files, files.c.id == parts.c.file_id)
    rows = tx.execute(of_file.where(*theirs, files.c.duplicate_of.is_(None)).order_by(parts.c.id))
    found = rows.all()
    return [row.key for row in found if row.whole_id is None] if found else None


def list_lone_files(tx: Connection) -> list[FileRow]:
    """Return the files of which something waits for its other part, the oldest first."""
    waits = select(parts.c.file_id).where(parts.c.whole_id.is_(None))
    states = (WAITING, *HELD, *UNFINISHED_FILES)
    query = select(files).where(files.c.id.in_(waits), files.c.state.in_(states))
    return [read_row(dict(row)) for row in tx.execute(query.order_by(files.c.id)).mappings()]


def close_parts(tx: Connection, ids: Iterable[int], whole_id: int) -> None:
    """Record the file in which they were read together."""
    chosen = sorted(ids)
    for start in range(0, len(chosen), _SOME):
        some = parts.c.id.in_(chosen[start : start + _SOME])
        tx.execute(update(parts).where(some).values(whole_id=whole_id))


def _open() -> Select[Any]:
    told = (files.c.sha256, files.c.name, files.c.state, files.c.received_at)
    mine = (parts.c.id, parts.c.key, parts.c.number, parts.c.role, parts.c.file_id)
    joined = parts.join(files, files.c.id == parts.c.file_id)
    return select(*mine, *told).select_from(joined).where(parts.c.whole_id.is_(None))
