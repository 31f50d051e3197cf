"""Interchanges: which control numbers came, so that one that comes back is known (B-25, B-27)."""

from collections.abc import Collection, Hashable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Insert, Select, and_, bindparam, insert, select

from gateway.clock import now
from gateway.ledger.epochs import has_begun, is_in_epoch
from gateway.ledger.fresh import documents_of, interchanges_of
from gateway.ledger.later import draw_ahead, draw_id, known_of, later_of, write_later
from gateway.ledger.locks import hold, hold_all
from gateway.ledger.rows import find_row, insert_row, update_rows
from gateway.ledger.states import SETTLED_DOCUMENTS
from gateway.ledger.tables import documents, interchanges

MOST = 100_000
_PAIR = ("sender", "receiver", "usage")
_SETTLED = (*SETTLED_DOCUMENTS, "duplicate", "ignored")


class InterchangeKey(msgspec.Struct, frozen=True, kw_only=True):
    """What an interchange is known by: ISA05 to ISA08, ISA13 as a number, ISA15."""

    sender: str  # qualifier/id, as in ZZ/NORTH
    receiver: str
    control: int
    usage: str


class InterchangeRow(InterchangeKey, frozen=True, kw_only=True):
    """One interchange of the ledger."""

    id: int
    sha256: str  # of the interchange alone
    file_id: int
    accepted: bool
    received_at: datetime


def record_interchange(
    tx: Connection, key: InterchangeKey, file_id: int, sha256: str, *, accepted: bool
) -> int:
    """Return the id of the interchange; a rerun of its file records it once."""
    values = msgspec.structs.asdict(key) | {"file_id": file_id, "sha256": sha256}
    fresh = interchanges_of(tx, file_id)
    if fresh is not None and not any(values.items() <= row.items() for row in fresh):
        return _record_later(tx, key, values | {"accepted": accepted, "received_at": now()})
    known = find_row(tx, interchanges, values)
    if known is not None:
        update_rows(tx, interchanges, {"id": known["id"]}, {"accepted": accepted})
        return int(known["id"])
    return insert_row(tx, interchanges, values | {"accepted": accepted, "received_at": now()})


def find_interchange(
    tx: Connection, key: InterchangeKey, since: datetime, not_file: int | None = None
) -> InterchangeRow | None:
    """Return the accepted interchange of this identity since a time: the one this repeats.

    The same SHA-256 is a harmless repetition, another one a conflict. A rejected interchange
    does not stand in the way of its correction (C-33).
    """
    hold(tx, _word(key))
    known: list[InterchangeRow] | None = known_of(tx, interchanges).get(key)
    if known is not None:
        return next(
            (row for row in known if row.received_at >= since and row.file_id != not_file), None
        )
    asked = {"since": since, "not_file": not_file or 0}
    row: Any = tx.execute(_repeated(), msgspec.structs.asdict(key) | asked).mappings().first()
    return None if row is None else InterchangeRow(**row)


def find_last_interchange(
    tx: Connection, sender: str, receiver: str, usage: str
) -> InterchangeRow | None:
    """Return the newest accepted interchange of a pair's epoch, to tell gaps and rewinds (B-27)."""
    pair, known = (sender, receiver, usage), known_of(tx, interchanges)
    if pair in known:
        last: InterchangeRow | None = known[pair]
        return last
    row: Any = tx.execute(_last(), dict(zip(_PAIR, pair, strict=True))).mappings().first()
    found = known[pair] = None if row is None else InterchangeRow(**row)
    return found


def look_up_interchanges(tx: Connection, keys: Collection[InterchangeKey]) -> None:
    """Look up which of these were accepted before, so that none of them is asked for alone."""
    if later_of(tx) is None or not keys:
        return
    hold_all(tx, [_word(key) for key in keys])
    draw_ahead(tx, interchanges, len(keys))
    found: dict[Hashable, Any] = {key: [] for key in keys}
    asked: dict[str, Any] = {"senders": sorted({key.sender for key in keys})}
    asked["controls"] = sorted({key.control for key in keys})
    for row in tx.execute(_of_many(), asked).mappings():
        one = InterchangeRow(**dict(row))
        key = InterchangeKey(**{name: row[name] for name in InterchangeKey.__struct_fields__})
        if key in found:
            found[key].append(one)
    known_of(tx, interchanges).update(found)


def list_interchanges(
    tx: Connection, senders: Iterable[str], since: datetime | None = None
) -> list[InterchangeRow]:
    """Return what came of these senders, the oldest first; of very much the newest."""
    query = select(interchanges).where(interchanges.c.sender.in_(list(senders)))
    if since is not None:
        query = query.where(interchanges.c.received_at >= since)
    rows: Any = tx.execute(query.order_by(interchanges.c.id.desc()).limit(MOST)).mappings()
    return [InterchangeRow(**row) for row in rows][::-1]


def find_contradicted(tx: Connection, file_id: int) -> InterchangeRow | None:
    """Return the accepted interchange that one of this file has the number of, with other content."""
    other = interchanges.alias("other")
    same = [other.c[name] == interchanges.c[name] for name in InterchangeKey.__struct_fields__]
    query = (
        select(interchanges)
        .join_from(interchanges, other, and_(*same))
        .where(
            other.c.file_id == file_id,
            interchanges.c.file_id != file_id,
            interchanges.c.accepted,
            interchanges.c.sha256 != other.c.sha256,
            interchanges.c.id < other.c.id,
        )
    )
    row: Any = tx.execute(query.order_by(interchanges.c.id.desc()).limit(1)).mappings().first()
    return None if row is None else InterchangeRow(**row)


def has_effect(tx: Connection, file_id: int, interchange_control: str) -> bool:
    """Return whether a document of this interchange of a file was not left for a person."""
    fresh = documents_of(tx, file_id)
    if fresh is not None:
        came = {"direction": "in", "interchange_control": interchange_control}
        return any(row["state"] in _SETTLED for row in fresh if came.items() <= row.items())
    asked = {"file": file_id, "control": interchange_control}
    return tx.execute(_with_effect(), asked).first() is not None


def find_received_group(
    tx: Connection, partner: str, group_id: str, group_control: str
) -> str | None:
    """Return ISA13 of the newest interchange in which a partner sent a group of this number."""
    asked = {"of_partner": partner, "group": group_id, "control": group_control}
    found: str | None = tx.execute(_groups(), asked).scalar()
    return found


def _record_later(tx: Connection, key: InterchangeKey, values: dict[str, Any]) -> int:
    """Return the id of an interchange of a fresh file, and know it from now on."""
    later, fresh, known = (
        later_of(tx),
        interchanges_of(tx, values["file_id"]),
        known_of(tx, interchanges),
    )
    if later is None or fresh is None:
        return insert_row(tx, interchanges, values)
    values |= {"id": draw_id(later, tx, interchanges)}
    fresh.append(values)
    write_later(tx, _insert(), [values])
    if values["accepted"]:
        row, pair = InterchangeRow(**values), (key.sender, key.receiver, key.usage)
        if key in known:
            known[key].insert(0, row)
        if pair in known:
            known[pair] = row
    return int(values["id"])


def _word(key: InterchangeKey) -> str:
    return f"interchange {key.sender} {key.receiver} {key.usage} {key.control}"


@cache
def _insert() -> Insert:
    return insert(interchanges)


@cache
def _of_many() -> Select[Any]:
    query = select(interchanges).where(
        interchanges.c.sender.in_(bindparam("senders", expanding=True)),
        interchanges.c.control.in_(bindparam("controls", expanding=True)),
        interchanges.c.accepted,
        has_begun(),
    )
    return query.order_by(interchanges.c.id.desc())


@cache
def _repeated() -> Select[Any]:
    names = InterchangeKey.__struct_fields__
    query = select(interchanges).where(
        *(interchanges.c[name] == bindparam(name) for name in names),
        interchanges.c.accepted,
        is_in_epoch(),
        interchanges.c.received_at >= bindparam("since"),
        interchanges.c.file_id != bindparam("not_file"),
    )
    return query.order_by(interchanges.c.id.desc()).limit(1)


@cache
def _last() -> Select[Any]:
    pair = [interchanges.c[name] == bindparam(name) for name in _PAIR]
    query = select(interchanges).where(*pair, interchanges.c.accepted, is_in_epoch())
    return query.order_by(interchanges.c.id.desc()).limit(1)


@cache
def _with_effect() -> Select[Any]:
    query = select(documents.c.id).where(
        documents.c.file_id == bindparam("file"),
        documents.c.direction == "in",
        documents.c.interchange_control == bindparam("control"),
        documents.c.state.in_(_SETTLED),
    )
    return query.limit(1)


@cache
def _groups() -> Select[Any]:
    query = select(documents.c.interchange_control).where(
        documents.c.direction == "in",
        documents.c.partner == bindparam("of_partner"),
        documents.c.group_id == bindparam("group"),
        documents.c.group_control == bindparam("control"),
        documents.c.state.in_((*SETTLED_DOCUMENTS, "duplicate")),
    )
    return query.order_by(documents.c.id.desc()).limit(1)
