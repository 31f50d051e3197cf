"""Commitments: what was said about each order line, by whom, and what a later word replaced."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Connection, Insert, Select, Update, bindparam, insert, select, update

from canonical.postings import Posting
from gateway.clock import now
from gateway.ledger.later import Later, draw_id, known_of, later_of, write_later
from gateway.ledger.tables import commitments


class CommitmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One posting of the ledger."""

    id: int
    posting: Posting
    document_id: int
    superseded_by: int | None
    posted_at: datetime


def post(tx: Connection, postings: Iterable[Posting], document_id: int) -> None:
    """Record what a document says of order lines; the orders must be known."""
    rows = [_write_row(posting, document_id) for posting in postings]
    later = later_of(tx)
    if rows and later is None:
        tx.execute(_insert(), rows)
    elif rows and later is not None:
        _post_later(tx, later, rows)


def list_commitments(
    tx: Connection,
    po_number: str,
    line_number: str | None = None,
    *,
    with_superseded: bool = False,
) -> list[CommitmentRow]:
    """Return what was said about an order or one line of it, in the order it was said."""
    known = known_of(tx, commitments).get(po_number)
    if known is not None:
        return [
            row
            for row in known
            if line_number in (None, row.posting.line_number)
            and (with_superseded or row.superseded_by is None)
        ]
    asked = {"po_number": po_number}
    if line_number is not None:
        asked["line_number"] = line_number
    query = _select(tuple(asked), with_superseded)
    return [_read_row(row) for row in tx.execute(query, asked)]


def supersede(
    tx: Connection, po_number: str, line_number: str, kinds: Iterable[str], by_document: int
) -> int:
    """Return how many earlier postings of these kinds a document replaces; its own ones stand."""
    known = known_of(tx, commitments).get(po_number)
    if known is not None and not any(
        row.posting.line_number == line_number
        and row.posting.kind in kinds
        and row.superseded_by is None
        and row.document_id != by_document
        for row in known
    ):
        return 0
    asked = {"of_order": po_number, "of_line": line_number, "by": by_document}
    return tx.execute(_supersede(tuple(kinds)), asked).rowcount


def supersede_rows(tx: Connection, ids: Iterable[int], by_document: int) -> None:
    """Record that a document replaces these postings, in one statement."""
    wanted = list(ids)
    if wanted:
        tx.execute(_supersede_ids(), {"ids": wanted, "by": by_document})


@cache
def _supersede_ids() -> Update:
    query = update(commitments).where(commitments.c.id.in_(bindparam("ids", expanding=True)))
    return query.values(superseded_by=bindparam("by"))


def look_up_commitments(tx: Connection, po_numbers: Sequence[str]) -> None:
    """Look up what was said about many orders, so that none of them asks for itself."""
    found: dict[Hashable, Any] = {number: [] for number in po_numbers}
    for row in tx.execute(_of_many(), {"chosen": list(po_numbers)}):
        found[row.po_number].append(_read_row(row))
    known_of(tx, commitments).update(found)


def _post_later(tx: Connection, later: Later, rows: list[dict[str, Any]]) -> None:
    known = known_of(tx, commitments)
    for row in rows:
        if (of_order := known.get(row["po_number"])) is not None:
            row |= {"id": draw_id(later, tx, commitments), "superseded_by": None}
            of_order.append(_read_row(SimpleNamespace(**row)))
    some = [row for row in rows if "id" in row]
    write_later(tx, _insert(), some)
    if len(some) < len(rows):
        tx.execute(_insert(), [row for row in rows if "id" not in row])


@cache
def _of_many() -> Select[Any]:
    chosen = commitments.c.po_number.in_(bindparam("chosen", expanding=True))
    return select(commitments).where(chosen).order_by(commitments.c.id)


@cache
def _select(names: tuple[str, ...], with_superseded: bool) -> Select[Any]:
    query = select(commitments).where(*(commitments.c[name] == bindparam(name) for name in names))
    if not with_superseded:
        query = query.where(commitments.c.superseded_by.is_(None))
    return query.order_by(commitments.c.id)


@cache
def _insert() -> Insert:
    return insert(commitments)


@cache
def _supersede(kinds: tuple[str, ...]) -> Update:
    query = update(commitments).where(
        commitments.c.po_number == bindparam("of_order"),
        commitments.c.line_number == bindparam("of_line"),
        commitments.c.kind.in_(kinds),
        commitments.c.superseded_by.is_(None),
        commitments.c.document_id != bindparam("by"),
    )
    return query.values(superseded_by=bindparam("by"))


def _write_row(posting: Posting, document_id: int) -> dict[str, Any]:
    values = msgspec.structs.asdict(posting)
    on = posting.promised_on
    return values | {
        "quantity": f"{posting.quantity:f}",  # no exponent: 1E+3 would be read by nobody
        "promised_on": on.isoformat() if on else "",
        "document_id": document_id,
        "posted_at": now(),
    }


def _read_row(row: Any) -> CommitmentRow:
    words = (
        "po_number",
        "line_number",
        "kind",
        "unit",
        "means",
        "reason",
        "partner",
        "place",
        "ship_to",
    )
    posting = Posting(
        quantity=Decimal(row.quantity),
        promised_on=date.fromisoformat(row.promised_on) if row.promised_on else None,
        **{word: getattr(row, word) for word in words},
    )
    return CommitmentRow(
        id=row.id,
        posting=posting,
        document_id=row.document_id,
        superseded_by=row.superseded_by,
        posted_at=row.posted_at,
    )
