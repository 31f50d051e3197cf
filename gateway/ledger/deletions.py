"""Deletions: bytes that nobody needs any longer, who still needs the others, and the proof of what is gone."""

from collections.abc import Collection, Iterator
from datetime import datetime

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, exists, select, union

from gateway.clock import now
from gateway.ledger.deletion_tables import deletions
from gateway.ledger.rows import insert_row, update_rows
from gateway.ledger.states import UNFINISHED_EFFECTS
from gateway.ledger.tables import cases, document_orders, documents, effects, files, orders

FINISHED = ("delivered", "duplicate", "ignored")
ENDED_ORDERS = ("shipped", "received", "closed", "cancelled")


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """One file that came, or document that was written, whose bytes are in the archive."""

    sha256: str
    partner: str
    what: str  # such as file 12 (855.edi)
    at: datetime
    state: str
    documents: tuple[int, ...] = ()


class Deletion(msgspec.Struct, frozen=True, kw_only=True):
    """What is, or is about to be, gone from the archive."""

    sha256: str
    size: int
    what: list[str]
    rule: str
    actor: str
    reason: str
    decided_at: datetime
    deleted_at: datetime | None = None
    id: int = 0


def list_old_hashes(tx: Connection, partner: str, before: datetime) -> list[str]:
    """Return the SHA-256 of all of a partner that came or was written before a time, and is not deleted since."""
    came = select(files.c.sha256).where(
        files.c.partner == partner,
        files.c.received_at < before,
        ~_is_deleted_since(files.c.sha256, files.c.received_at),
    )
    written = select(documents.c.sha256).where(
        documents.c.partner == partner,
        documents.c.sha256 != "",
        documents.c.created_at < before,
        ~_is_deleted_since(documents.c.sha256, documents.c.created_at),
    )
    return sorted(tx.scalars(union(came, written)))


def _is_deleted_since(sha256: Column[str], at: Column[datetime]) -> ColumnElement[bool]:
    return exists().where(
        deletions.c.sha256 == sha256,
        deletions.c.deleted_at.is_not(None),
        deletions.c.decided_at > at,
    )


def list_uses(tx: Connection, hashes: Collection[str]) -> list[Use]:
    """Return all that has bytes of these hashes, of any partner."""
    query = select(files).where(files.c.sha256.in_(hashes)).order_by(files.c.id)
    rows = tx.execute(query).all()
    inside: dict[int, list[int]] = {row.id: [] for row in rows}
    for id_, file_id in tx.execute(
        select(documents.c.id, documents.c.file_id).where(documents.c.file_id.in_([*inside]))
    ):
        inside[file_id].append(id_)
    came = [
        Use(
            sha256=row.sha256,
            partner=row.partner,
            what=f"file {row.id} ({row.name})",
            at=row.received_at,
            state=row.state,
            documents=tuple(inside[row.id]),
        )
        for row in rows
    ]
    query = select(documents).where(documents.c.sha256.in_(hashes)).order_by(documents.c.id)
    return came + [
        Use(
            sha256=row.sha256,
            partner=row.partner,
            what=f"document d{row.id} ({row.kind} {row.number})",
            at=row.created_at,
            state=row.state,
            documents=(row.id,),
        )
        for row in tx.execute(query)
    ]


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What is open: bytes of effects, documents of effects, cases and orders, and files of cases."""

    hashes: frozenset[str]
    documents: dict[int, str]  # and what needs it
    subjects: frozenset[str]


def find_needs(tx: Connection) -> Needs:
    """Return all that is open now."""
    needed: dict[int, str] = {}
    open_orders = select(document_orders.c.document_id, orders.c.po_number).join_from(
        document_orders, orders, orders.c.po_number == document_orders.c.po_number
    )
    for id_, number in tx.execute(open_orders.where(orders.c.state.not_in(ENDED_ORDERS))):
        needed[id_] = f"order {number} is open"
    hashes, subjects = set[str](), set[str]()
    is_open = select(cases).where(cases.c.state == "open")
    for row in tx.execute(is_open):
        subjects.add(row.subject)
        if row.document_id is not None:
            needed[row.document_id] = f"case {row.id} ({row.kind}) is open"
    waits = select(effects).where(
        effects.c.done_at.is_(None), effects.c.state.in_(UNFINISHED_EFFECTS)
    )
    for row in tx.execute(waits):
        if row.document_id is not None:
            needed[row.document_id] = f"effect {row.key} is {row.state}"
        hashes.add(_hash_of(row.payload))
    return Needs(hashes=frozenset(hashes - {""}), documents=needed, subjects=frozenset(subjects))


def _hash_of(payload: str) -> str:
    found = msgspec.json.decode(payload)
    return str(found.get("sha256", "")) if isinstance(found, dict) else ""


def decide_deletion(tx: Connection, new: Deletion) -> int:
    """Return the number of a deletion that is decided; the bytes go after this is committed."""
    values = msgspec.structs.asdict(new)
    del values["id"]
    return insert_row(tx, deletions, values | {"what": msgspec.json.encode(new.what).decode()})


def end_deletion(tx: Connection, deletion_id: int, *, is_done: bool) -> None:
    """Note that the bytes are gone; or that they came again and stay, which is no deletion."""
    if is_done:
        update_rows(tx, deletions, {"id": deletion_id}, {"deleted_at": now()})
    else:
        tx.execute(deletions.delete().where(deletions.c.id == deletion_id))


def list_deletions(
    tx: Connection, sha256: str = "", limit: int = 100, *, only_begun: bool = False
) -> Iterator[Deletion]:
    """Yield the proofs, the newest first; of one hash or its beginning, where one is named."""
    query = select(deletions).order_by(deletions.c.id.desc()).limit(limit)
    if sha256:
        query = query.where(deletions.c.sha256.startswith(sha256, autoescape=True))
    if only_begun:
        query = query.where(deletions.c.deleted_at.is_(None))
    for row in tx.execute(query).mappings():
        yield Deletion(**{**row, "what": msgspec.json.decode(row["what"])})
