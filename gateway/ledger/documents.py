"""Documents: what stood in the files, what we wrote, and how far each one is."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    Connection,
    Insert,
    Integer,
    Select,
    Update,
    bindparam,
    insert,
    select,
    update,
)

from gateway.clock import now
from gateway.ledger.errors import LedgerError
from gateway.ledger.fresh import documents_of
from gateway.ledger.later import draw_id, is_bare, known_of, later_of, write_later
from gateway.ledger.locks import hold
from gateway.ledger.rows import (
    Values,
    delete_rows,
    find_row,
    insert_row,
    read_rows,
    update_rows,
)
from gateway.ledger.states import ACKNOWLEDGED, DOCUMENT_STATES, SETTLED_DOCUMENTS, must_be
from gateway.ledger.tables import document_orders, documents, effects, findings


class NewDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it is recorded; what it does not have stays empty."""

    partner: str
    direction: Literal["in", "out"]
    kind: str  # x12 855 004010, csv, json
    state: str
    ordinal: int = 1  # counted from 1 in its file
    file_id: int | None = None
    entity: str = ""
    number: str = ""
    business_key: str | None = None  # B-68
    content: str = ""  # canonical JSON
    mapping: str = ""
    mapping_version: str = ""
    group_id: str = ""
    interchange_control: str = ""
    group_control: str = ""
    set_control: str = ""
    usage: str = ""
    place: str = ""
    sha256: str = ""  # of the bytes we wrote
    answers: int | None = None  # the document that caused this one
    acknowledged: str = ""
    reason: str = ""


class DocumentRow(NewDocument, frozen=True, kw_only=True):
    """One document of the ledger."""

    id: int
    created_at: datetime
    updated_at: datetime


class DocumentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents are meant; None means any."""

    state: str | None = None
    partner: str | None = None
    direction: str | None = None
    entity: str | None = None
    number: str | None = None
    file_id: int | None = None
    acknowledged: str | None = None
    answers: int | None = None
    po_number: str | None = None  # an order it speaks of


def record_document(tx: Connection, new: NewDocument) -> int:
    """Return the id of the document, new or done again after it was parked.

    Raises LedgerError where the one recorded at that place of the file has taken effect already:
    ask `find_document_at` first.
    """
    must_be(new.state, DOCUMENT_STATES, "state of a document")
    must_be(new.acknowledged, ACKNOWLEDGED, "acknowledgement")
    values = msgspec.structs.asdict(new) | {"updated_at": now()}
    old = None if new.file_id is None else find_document_at(tx, new.file_id, new.ordinal)
    if old is None:
        return _insert(tx, values | {"created_at": now()})
    if old.state in SETTLED_DOCUMENTS:
        raise LedgerError(
            f"document {old.ordinal} of file {old.file_id} is {old.state} already (document "
            f"{old.id}); it cannot be recorded again, send a correction instead"
        )
    update_rows(tx, documents, {"id": old.id}, values)
    return old.id


def find_document(tx: Connection, document_id: int) -> DocumentRow | None:
    """Return the document with this id."""
    return _find(tx, {"id": document_id})


def find_document_at(tx: Connection, file_id: int, ordinal: int) -> DocumentRow | None:
    """Return the document recorded at this place of a file, counted from 1."""
    if (file_id, ordinal) in known_of(tx, documents):
        return None
    fresh = documents_of(tx, file_id)
    if fresh is not None:
        return next((DocumentRow(**row) for row in fresh if row["ordinal"] == ordinal), None)
    return _find(tx, {"file_id": file_id, "ordinal": ordinal})


def list_documents(
    tx: Connection, query: DocumentQuery | None = None, limit: int = 100
) -> list[DocumentRow]:
    """Return the newest documents first."""
    wanted = msgspec.structs.asdict(query or DocumentQuery())
    po_number = wanted.pop("po_number")
    asked = {name: value for name, value in wanted.items() if value is not None}
    fresh = documents_of(tx, asked.get("file_id")) if po_number is None else None
    if fresh is not None:
        found = [row for row in reversed(fresh) if asked.items() <= row.items()]
        return [DocumentRow(**row) for row in found[:limit]]
    about = {} if po_number is None else {"about_order": po_number}
    query_kept = _listing(tuple(asked), bool(about))
    return _list(tx, query_kept, asked | about | {"most": limit})


def set_document_state(tx: Connection, document_id: int, state: str, reason: str = "") -> None:
    """Record how far the document is, and why."""
    must_be(state, DOCUMENT_STATES, "state of a document")
    _update(tx, document_id, {"state": state, "reason": reason})


def find_twin(tx: Connection, business_key: str, not_document: int | None) -> DocumentRow | None:
    """Return the document that has done already what this one asks for (B-68).

    One that failed is no twin: it must not stand in the way of its correction.
    """
    first = known_of(tx, documents).get(business_key, 0)
    if first in (None, not_document):
        return None
    hold(tx, f"business key {business_key}")
    asked = {"key": business_key, "own": not_document or 0}
    return next(iter(_list(tx, _twins(), asked)), None)


def find_follower(tx: Connection, twin: DocumentRow) -> DocumentRow | None:
    """Return the last that its sender said of the same thing since, and that took effect."""
    same = ("partner", "direction", "entity", "number")
    query = select(documents).where(
        *(documents.c[name] == getattr(twin, name) for name in same),
        documents.c.state.in_(SETTLED_DOCUMENTS),
        documents.c.id > twin.id,
    )
    return next(iter(_list(tx, query.order_by(documents.c.id.desc()).limit(1))), None)


def is_said_under(tx: Connection, twin: DocumentRow, controls: tuple[str, str, str]) -> bool:
    """Return whether the same was said under these numbers of interchange, group and set."""
    names = ("interchange_control", "group_control", "set_control")
    query = select(documents.c.id).where(
        documents.c.business_key == twin.business_key,
        documents.c.direction == "in",
        documents.c.state.in_(SETTLED_DOCUMENTS),
        *(documents.c[name] == value for name, value in zip(names, controls, strict=True)),
    )
    return tx.execute(query.limit(1)).first() is not None


def link_orders(tx: Connection, document_id: int, po_numbers: Iterable[str]) -> None:
    """Record which orders the document speaks of, and no others."""
    numbers = list(dict.fromkeys(po_numbers))
    if is_bare(tx, document_orders, document_id):
        known_of(tx, document_orders)[document_id] = sorted(numbers)
    else:
        delete_rows(tx, document_orders, {"document_id": document_id})
    rows = [{"document_id": document_id, "po_number": po_number} for po_number in numbers]
    if rows:
        write_later(tx, _insert_orders(), rows)


def list_linked_orders(tx: Connection, document_id: int) -> list[str]:
    """Return the numbers of the orders the document speaks of."""
    known: list[str] | None = known_of(tx, document_orders).get(document_id)
    if known is not None:
        return list(known)
    query = select(document_orders.c.po_number).where(document_orders.c.document_id == document_id)
    return list(tx.scalars(query.order_by(document_orders.c.po_number)))


def list_sent(tx: Connection, partner: str, group_id: str, group_control: str) -> list[DocumentRow]:
    """Return the documents of the newest group we sent under this control number, in order.

    A number is used again after 999999999 groups or a restored backup; the newest is meant.
    """
    query = select(documents).where(
        documents.c.direction == "out",
        documents.c.partner == partner,
        documents.c.group_id == group_id,
        documents.c.group_control.in_(_write_widths(group_control)),
    )
    rows = _list(tx, query.order_by(documents.c.id))
    return [row for row in rows if row.interchange_control == rows[-1].interchange_control]


def list_sent_in(tx: Connection, partner: str, interchange_control: str) -> list[DocumentRow]:
    """Return the documents of the newest interchange of this number (ISA13) we sent a partner."""
    query = select(documents).where(
        documents.c.direction == "out",
        documents.c.partner == partner,
        documents.c.interchange_control.in_(_write_widths(interchange_control)),
    )
    rows = _list(tx, query.order_by(documents.c.id))
    return [row for row in rows if row.sha256 == rows[-1].sha256]


def find_sent(
    tx: Connection, partner: str, group_id: str, group_control: str, set_control: str | None = None
) -> DocumentRow | None:
    """Return the document a 997 means by AK102 and AK202 (B-44); without AK202 the group's first."""
    for row in list_sent(tx, partner, group_id, group_control):
        if set_control is None or row.set_control.strip() == set_control.strip():
            return row
    return None


def set_acknowledged(tx: Connection, document_id: int, acknowledged: str) -> None:
    """Record what the partner's acknowledgment says of a document we sent."""
    must_be(acknowledged, ACKNOWLEDGED, "acknowledgement")
    _update(tx, document_id, {"acknowledged": acknowledged})


def _write_widths(control: str) -> list[str]:
    # Group control numbers compare as numbers (B-16); a list of spellings still uses the index.
    digits = control.strip().lstrip("0")
    return [digits.zfill(width) for width in range(max(1, len(digits)), 15)] or [control.strip()]


def _update(tx: Connection, document_id: int, values: dict[str, Any]) -> None:
    changed = values | {"updated_at": now()}
    later = later_of(tx)
    if later is not None and document_id in later.mine:
        later.mine[document_id] |= changed  # the row itself, where it is still to be written
    if later is not None and document_id in later.new:
        return
    if later is not None and document_id in later.mine:
        write_later(tx, _change(tuple(values)), [changed | {"changed_id": document_id}])
        return
    if update_rows(tx, documents, {"id": document_id}, changed) != 1:
        raise LedgerError(f"there is no document {document_id} in the ledger")


def _insert(tx: Connection, values: dict[str, Any]) -> int:
    later = later_of(tx)
    if later is None:
        return insert_row(tx, documents, values)
    document_id = draw_id(later, tx, documents)
    row = later.new[document_id] = later.mine[document_id] = {"id": document_id, **values}
    if (fresh := documents_of(tx, values["file_id"])) is not None:
        fresh.append(row)
    later.bare |= {(table.name, document_id) for table in (document_orders, findings, effects)}
    known = known_of(tx, documents)
    known.pop((values["file_id"], values["ordinal"]), None)
    if (key := values["business_key"]) in known:
        known[key] = document_id if known[key] is None else 0
    return document_id


@cache
def _change(names: tuple[str, ...]) -> Update:
    query = update(documents).where(documents.c.id == bindparam("changed_id"))
    return query.values({name: bindparam(name) for name in (*names, "updated_at")})


@cache
def _listing(names: tuple[str, ...], about_order: bool) -> Select[Any]:
    where = [documents.c[name] == bindparam(name) for name in names]
    if about_order:
        speaks = select(document_orders.c.document_id)
        order = document_orders.c.po_number == bindparam("about_order")
        where.append(documents.c.id.in_(speaks.where(order)))
    query = select(documents).where(*where).order_by(documents.c.id.desc())
    return query.limit(bindparam("most", type_=Integer))


@cache
def _twins() -> Select[Any]:
    said = select(documents).where(
        documents.c.business_key == bindparam("key"),
        documents.c.direction == "in",
        documents.c.state.in_(SETTLED_DOCUMENTS),
        documents.c.id != bindparam("own"),
    )
    return said.order_by(documents.c.id.desc()).limit(1)


@cache
def _insert_orders() -> Insert:
    return insert(document_orders)


def _find(tx: Connection, where: Values) -> DocumentRow | None:
    row: Any = find_row(tx, documents, where)
    return None if row is None else DocumentRow(**row)


def _list(
    tx: Connection, query: Select[Any], asked: dict[str, Any] | None = None
) -> list[DocumentRow]:
    return [DocumentRow(**row) for row in read_rows(tx.execute(query, asked))]
