"""Expectations: answers that are due, so that silence is noticed (B-45)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, select

from gateway.clock import now
from gateway.ledger.rows import find_row, insert_row, update_rows
from gateway.ledger.tables import expectations

ExpectedKind = Literal["997", "855", "856", "861", "865"]


class NewExpectation(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that a document we sent calls for, by a time."""

    po_number: str
    partner: str
    kind: ExpectedKind
    due_at: datetime
    document_id: int  # that calls for it
    warn_at: datetime | None = None  # when the partner is reminded


class ExpectationRow(NewExpectation, frozen=True, kw_only=True):
    """One expectation of the ledger."""

    id: int
    met_by: int | None
    warned_at: datetime | None = None
    overdue_at: datetime | None = None
    step: int = 0

    def is_late(self) -> bool:
        """Return whether it is open after its time."""
        return self.met_by is None and self.due_at < now()


def expect(tx: Connection, new: NewExpectation) -> int:
    """Return the id of the expectation; of one document each kind is expected once an order."""
    same = {name: getattr(new, name) for name in ("po_number", "kind", "document_id")}
    found = find_row(tx, expectations, same)
    if found is not None:
        return int(found["id"])
    return insert_row(tx, expectations, msgspec.structs.asdict(new))


def meet(
    tx: Connection,
    kind: ExpectedKind,
    met_by: int,
    *,
    po_number: str | None = None,
    document_id: int | None = None,
) -> int:
    """Return how many open expectations a document meets: of an order, or of what we sent.

    A late answer meets them too.
    """
    if po_number is None and document_id is None:
        return 0
    where: dict[str, Any] = {"kind": kind, "met_by": None}
    where |= {} if po_number is None else {"po_number": po_number}
    where |= {} if document_id is None else {"document_id": document_id}
    return update_rows(tx, expectations, where, {"met_by": met_by})


def list_open(
    tx: Connection, due_before: datetime | None = None, partner: str | None = None
) -> list[ExpectationRow]:
    """Return the expectations nobody met, the most overdue first."""
    query = select(expectations).where(expectations.c.met_by.is_(None))
    if due_before is not None:
        query = query.where(expectations.c.due_at < due_before)
    if partner is not None:
        query = query.where(expectations.c.partner == partner)
    query = query.order_by(expectations.c.due_at, expectations.c.id)
    rows: Iterable[Any] = tx.execute(query).mappings()
    return [ExpectationRow(**row) for row in rows]
