"""Expectations: answers that are due, so that silence is noticed (B-45)."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Insert, Select, Update, bindparam, insert, select, update

from canonical.events import AnswerCameLate
from gateway.clock import now
from gateway.ledger.cases import close_case, list_cases
from gateway.ledger.events import in_utc, queue_event
from gateway.ledger.later import Later, draw_id, known_of, later_of, write_later
from gateway.ledger.rows import find_row, insert_row, read_rows, update_rows
from gateway.ledger.tables import expectations

MOST_CASES = 100_000
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
    later = later_of(tx)
    known = known_of(tx, expectations).get(new.po_number)
    if later is not None and known is not None and new.document_id in later.mine:
        return _expect_later(tx, later, known, new)
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

    A late answer meets them too, is told, and closes the case of its lateness.
    """
    if po_number is None and document_id is None:
        return 0
    where = {"kind": kind, "po_number": po_number, "document_id": document_id}
    rows = _take(tx, {name: value for name, value in where.items() if value is not None}, met_by)
    for row in rows:
        if row.due_at < now():
            _tell_late(tx, row, met_by)
    return len(rows)


def replan(
    tx: Connection, kind: ExpectedKind, po_number: str, by: int, new: NewExpectation | None
) -> None:
    """Replace what is expected of an order by something else, or by nothing; the same stays."""
    old = _find_open(tx, kind, po_number)
    if old is not None and new is not None and old.due_at == new.due_at:
        return
    for row in _take(tx, {"kind": kind, "po_number": po_number}, by) if old else ():
        _close_case(tx, row, f"replaced by what document {by} says")
    if new is not None:
        expect(tx, new)


def _find_open(tx: Connection, kind: str, po_number: str) -> ExpectationRow | None:
    """Return the newest of this kind that is still awaited."""
    known = known_of(tx, expectations).get(po_number)
    if known is not None:
        return next((row for row in reversed(known) if row.kind == kind), None)
    where = {"kind": kind, "po_number": po_number, "met_by": None}
    row: Any = find_row(tx, expectations, where)
    return None if row is None else ExpectationRow(**row)


def _expect_later(
    tx: Connection, later: Later, known: list[ExpectationRow], new: NewExpectation
) -> int:
    for row in known:
        if (row.kind, row.document_id) == (new.kind, new.document_id):
            return row.id
    values = msgspec.structs.asdict(new) | {"id": draw_id(later, tx, expectations)}
    known.append(ExpectationRow(**values, met_by=None))
    write_later(tx, _insert(), [values])
    return int(values["id"])


@cache
def _insert() -> Insert:
    return insert(expectations)


def _take(tx: Connection, where: Mapping[str, Any], met_by: int) -> list[ExpectationRow]:
    """Return the open expectations, met from now on."""
    known = known_of(tx, expectations).get(where.get("po_number"))
    if known is not None and where.keys() == {"kind", "po_number"}:
        return _take_known(tx, known, where["kind"], met_by)
    found = tx.execute(
        _meet(tuple(where)),
        {**{f"is_{name}": value for name, value in where.items()}, "by": met_by},
    ).mappings()
    return [ExpectationRow(**row) for row in found]


@cache
def _meet(names: tuple[str, ...]) -> Any:
    same = [expectations.c[name] == bindparam(f"is_{name}") for name in names]
    query = update(expectations).where(expectations.c.met_by.is_(None), *same)
    return query.values(met_by=bindparam("by")).returning(expectations)


def _tell_late(tx: Connection, row: ExpectationRow, met_by: int) -> None:
    late = AnswerCameLate(
        po_number=row.po_number,
        partner=row.partner,
        awaited=row.kind,
        due_at=in_utc(row.due_at),
        document_id=met_by,
    )
    queue_event(tx, late, f"answer-{row.id}-came-late", row.po_number, met_by)
    _close_case(tx, row, f"the {row.kind} came, late (document {met_by})")


def _close_case(tx: Connection, row: ExpectationRow, resolution: str) -> None:
    if row.overdue_at is None:
        return
    for case in list_cases(tx, po_number=row.po_number, limit=MOST_CASES):
        if case.kind == f"overdue-{row.kind}":
            close_case(tx, case.id, "gateway", resolution)


def note(tx: Connection, expectation_id: int, **told: Any) -> None:
    """Record what was done about an expectation: warned_at, overdue_at, step."""
    update_rows(tx, expectations, {"id": expectation_id}, told)


def list_to_warn(tx: Connection, at: datetime) -> list[ExpectationRow]:
    """Return the expectations of whose time a partner is to be reminded now, and was not."""
    soon = (expectations.c.warn_at <= at, expectations.c.warned_at.is_(None))
    query = select(expectations).where(
        expectations.c.met_by.is_(None), *soon, expectations.c.due_at > at
    )
    rows: Iterable[Any] = tx.execute(query.order_by(expectations.c.due_at)).mappings()
    return [ExpectationRow(**row) for row in rows]


def look_up_expectations(tx: Connection, po_numbers: Sequence[str]) -> None:
    """Look up which answers many orders still wait for, so that none of them asks for itself."""
    found: dict[Hashable, Any] = {number: [] for number in po_numbers}
    for row in read_rows(tx.execute(_of_many(), {"chosen": list(po_numbers)})):
        found[row["po_number"]].append(ExpectationRow(**row))
    known_of(tx, expectations).update(found)


@cache
def _of_many() -> Select[Any]:
    chosen = expectations.c.po_number.in_(bindparam("chosen", expanding=True))
    query = select(expectations).where(chosen, expectations.c.met_by.is_(None))
    return query.order_by(expectations.c.id)


def _take_known(
    tx: Connection, known: list[ExpectationRow], kind: str, met_by: int
) -> list[ExpectationRow]:
    met = [row for row in known if row.kind == kind]
    known[:] = [row for row in known if row.kind != kind]
    write_later(tx, _meet_one(), [{"met": row.id, "by": met_by} for row in met])
    return met


@cache
def _meet_one() -> Update:
    return (
        update(expectations)
        .where(expectations.c.id == bindparam("met"))
        .values(met_by=bindparam("by"))
    )


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
