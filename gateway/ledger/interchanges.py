"""Interchanges: which control numbers came, so that one that comes back is known (B-25, B-27)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select

from gateway.clock import now
from gateway.ledger.locks import hold
from gateway.ledger.states import SETTLED_DOCUMENTS
from gateway.ledger.tables import documents, interchanges


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
    known = _find(tx, *_is(key), interchanges.c.file_id == file_id, interchanges.c.sha256 == sha256)
    if known is not None:
        query = interchanges.update().where(interchanges.c.id == known.id)
        tx.execute(query.values(accepted=accepted))
        return known.id
    values = msgspec.structs.asdict(key) | {"file_id": file_id, "sha256": sha256}
    values |= {"accepted": accepted, "received_at": now()}
    query_new = insert(interchanges).values(values).returning(interchanges.c.id)
    return int(tx.execute(query_new).scalar_one())


def find_interchange(
    tx: Connection, key: InterchangeKey, since: datetime, not_file: int | None = None
) -> InterchangeRow | None:
    """Return the accepted interchange of this identity since a time: the one this repeats.

    The same SHA-256 is a harmless repetition, another one a conflict. A rejected interchange
    does not stand in the way of its correction (C-33).
    """
    hold(tx, f"interchange {key.sender} {key.receiver} {key.usage} {key.control}")
    where = [*_is(key), interchanges.c.accepted, interchanges.c.received_at >= since]
    if not_file is not None:
        where.append(interchanges.c.file_id != not_file)
    return _find(tx, *where)


def find_last_interchange(
    tx: Connection, sender: str, receiver: str, usage: str
) -> InterchangeRow | None:
    """Return the newest accepted interchange of a pair, to tell gaps and rewinds (B-27)."""
    pair = {"sender": sender, "receiver": receiver, "usage": usage}
    where = [interchanges.c[name] == word for name, word in pair.items()]
    return _find(tx, *where, interchanges.c.accepted)


def has_effect(tx: Connection, file_id: int, interchange_control: str) -> bool:
    """Return whether a document of this interchange of a file was not left for a person."""
    query = select(documents.c.id).where(
        documents.c.file_id == file_id,
        documents.c.direction == "in",
        documents.c.interchange_control == interchange_control,
        documents.c.state.in_((*SETTLED_DOCUMENTS, "duplicate", "ignored")),
    )
    return tx.scalar(query.limit(1)) is not None


def find_received_group(
    tx: Connection, partner: str, group_id: str, group_control: str
) -> str | None:
    """Return ISA13 of the newest interchange in which a partner sent a group of this number."""
    query = select(documents.c.interchange_control).where(
        documents.c.direction == "in",
        documents.c.partner == partner,
        documents.c.group_id == group_id,
        documents.c.group_control == group_control,
        documents.c.state.in_((*SETTLED_DOCUMENTS, "duplicate")),
    )
    return tx.scalar(query.order_by(documents.c.id.desc()).limit(1))


def _is(key: InterchangeKey) -> list[ColumnElement[bool]]:
    return [interchanges.c[name] == value for name, value in msgspec.structs.asdict(key).items()]


def _find(tx: Connection, *where: ColumnElement[bool]) -> InterchangeRow | None:
    query = select(interchanges).where(*where).order_by(interchanges.c.id.desc()).limit(1)
    rows: Iterable[Any] = tx.execute(query).mappings()
    return next((InterchangeRow(**row) for row in rows), None)
