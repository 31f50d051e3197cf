"""Cases: open problems, each with an owner, until somebody closes them."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, select, update

from canonical.events import CaseClosed, CaseEscalated, CaseOpened
from gateway.clock import now
from gateway.ledger.errors import LedgerError
from gateway.ledger.events import queue_event, subject_of
from gateway.ledger.later import known_of
from gateway.ledger.locks import hold
from gateway.ledger.rows import find_row
from gateway.ledger.states import CASE_STATES, must_be
from gateway.ledger.tables import cases


class NewCase(msgspec.Struct, frozen=True, kw_only=True):
    """A problem somebody must look at."""

    kind: str  # shortfall, late-answer …
    owner: str  # a role, such as buyer or ops
    summary: str
    po_number: str = ""
    line_number: str = ""
    document_id: int | None = None
    subject: str = ""  # of what is no order and no document, such as `channel north/drop`


class CaseRow(NewCase, frozen=True, kw_only=True):
    """One case of the ledger."""

    id: int
    state: str
    created_at: datetime
    closed_at: datetime | None
    closed_by: str
    resolution: str


def open_case(tx: Connection, new: NewCase) -> int:
    """Return the id of the case: of one problem only one is open, with the newest summary.

    What concerns no order, no document and no subject is known by its summary.
    """
    names = ["kind", "po_number", "line_number", "document_id", "subject"]
    if not new.po_number and new.document_id is None and not new.subject:
        names.append("summary")
    same = {name: getattr(new, name) for name in names}
    hold(tx, f"case {new.kind} {new.po_number} {new.line_number}")
    where = [cases.c[name] == value for name, value in same.items()]
    found = _find(tx, *where, cases.c.state == "open")
    if found is not None:
        tx.execute(update(cases).where(cases.c.id == found.id).values(summary=new.summary))
        return found.id
    values = msgspec.structs.asdict(new) | {"state": "open", "created_at": now()}
    case_id = int(tx.execute(insert(cases).values(values).returning(cases.c.id)).scalar_one())
    opened = CaseOpened(
        case_id=case_id,
        kind=new.kind,
        owner=new.owner,
        summary=new.summary,
        po_number=new.po_number,
        line_number=new.line_number,
    )
    subject = subject_of(new.po_number, new.line_number, f"case/{case_id}")
    queue_event(tx, opened, f"case-{case_id}-opened", subject, new.document_id)
    return case_id


def close_case(tx: Connection, case_id: int, closed_by: str, resolution: str) -> None:
    """Record who closed it and how; raises LedgerError where it is closed already."""
    case = find_case(tx, case_id)
    if case is None:
        raise LedgerError(f"there is no case {case_id} in the ledger")
    if case.state == "closed":
        at = f"{case.closed_at:%Y-%m-%d %H:%M}"
        raise LedgerError(
            f"case {case_id} was closed by {case.closed_by} at {at} UTC: {case.resolution}"
        )
    closed = {"state": "closed", "closed_at": now(), "closed_by": closed_by}
    query = update(cases).where(cases.c.id == case_id)
    tx.execute(query.values(closed | {"resolution": resolution}))
    told = CaseClosed(
        case_id=case_id,
        kind=case.kind,
        closed_by=closed_by,
        resolution=resolution,
        po_number=case.po_number,
        line_number=case.line_number,
    )
    subject = subject_of(case.po_number, case.line_number, f"case/{case_id}")
    queue_event(tx, told, f"case-{case_id}-closed", subject)


def hand_over(tx: Connection, case: CaseRow, owner: str) -> None:
    """Record that a case belongs to somebody else now, and tell it."""
    tx.execute(update(cases).where(cases.c.id == case.id).values(owner=owner))
    told = CaseEscalated(
        case_id=case.id,
        kind=case.kind,
        owner=owner,
        summary=case.summary,
        po_number=case.po_number,
    )
    subject = subject_of(case.po_number, case.line_number, f"case/{case.id}")
    queue_event(tx, told, f"case-{case.id}-to-{owner}", subject, case.document_id)


def find_case(tx: Connection, case_id: int) -> CaseRow | None:
    """Return the case with this id."""
    return _find(tx, cases.c.id == case_id)


def find_open_case(tx: Connection, kind: str, subject: str) -> CaseRow | None:
    """Return the open case of a kind about something that is no order and no document."""
    row = find_row(tx, cases, {"kind": kind, "subject": subject, "state": "open"})
    return None if row is None else CaseRow(**row)


def list_cases(
    tx: Connection, state: str | None = "open", po_number: str | None = None, limit: int = 100
) -> list[CaseRow]:
    """Return cases, the longest open first."""
    known = known_of(tx, cases)
    if po_number in known:
        rows: list[CaseRow] = known[po_number]
        return [row for row in rows if state in (None, row.state)][:limit]
    if state is not None:
        must_be(state, CASE_STATES, "state of a case")
    given = {"state": state, "po_number": po_number}
    asked = {f"of_{name}": value for name, value in given.items() if value is not None}
    rows_found: Iterable[Any] = tx.execute(
        _listed(tuple(asked)), asked | {"most": limit}
    ).mappings()
    return [CaseRow(**row) for row in rows_found]


@cache
def _listed(names: tuple[str, ...]) -> Select[Any]:
    """Return the statement, built once: every answer asks it."""
    query = select(cases).order_by(cases.c.id).limit(bindparam("most"))
    return query.where(*(cases.c[name.removeprefix("of_")] == bindparam(name) for name in names))


def look_up_cases(tx: Connection, po_numbers: Sequence[str]) -> None:
    """Look up the cases of many orders, so that none of them asks for itself."""
    found: dict[Hashable, Any] = {number: [] for number in po_numbers}
    chosen = cases.c.po_number.in_(po_numbers)
    rows: Iterable[Any] = tx.execute(select(cases).where(chosen).order_by(cases.c.id)).mappings()
    for row in rows:
        found[row["po_number"]].append(CaseRow(**row))
    known_of(tx, cases).update(found)


def _find(tx: Connection, *where: ColumnElement[bool]) -> CaseRow | None:
    return next(iter(_list(tx, *where, limit=1)), None)


def _list(tx: Connection, *where: ColumnElement[bool], limit: int) -> list[CaseRow]:
    query = select(cases).where(*where).order_by(cases.c.id).limit(limit)
    rows: Iterable[Any] = tx.execute(query).mappings()
    return [CaseRow(**row) for row in rows]
