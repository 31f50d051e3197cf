"""Decisions: what was decided in a case, by whom or by which rules, and from what (B-102)."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, insert, select

from gateway.clock import now
from gateway.ledger.later import known_of
from gateway.ledger.rows import find_row
from gateway.ledger.tables import decisions


class NewDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision with all that it was made from."""

    case_id: int
    document_id: int
    po_number: str
    line_number: str
    outcome: Literal["reroute", "hold", "ask"]
    reason: str
    rules_version: str
    chosen: str = ""
    candidates: list[Any]  # each with score and reasons
    inputs: dict[str, Any]  # shortfall, rules
    decided_by: str = "rules"  # or a person


class DecisionRow(NewDecision, frozen=True, kw_only=True):
    """One decision of the ledger."""

    id: int
    decided_at: datetime


def record_decision(tx: Connection, new: NewDecision) -> int:
    """Return the id of the decision; decisions are never changed, a later one follows."""
    written = {
        "candidates": _write(new.candidates),
        "inputs": _write(new.inputs),
        "decided_at": now(),
    }
    values = msgspec.structs.asdict(new) | written
    query = insert(decisions).values(values).returning(decisions.c.id)
    return int(tx.execute(query).scalar_one())


def find_decision(tx: Connection, decision_id: int) -> DecisionRow | None:
    """Return the decision with this id."""
    row = find_row(tx, decisions, {"id": decision_id})
    return None if row is None else _read_row(dict(row))


def list_decisions(
    tx: Connection,
    case_id: int | None = None,
    po_number: str | None = None,
    limit: int = 100,
    since: datetime | None = None,
) -> list[DecisionRow]:
    """Return decisions in the order they were made."""
    known = known_of(tx, decisions)
    if case_id is None and po_number in known:
        found: list[DecisionRow] = known[po_number]
        return found[:limit]
    query = select(decisions).order_by(decisions.c.id).limit(limit)
    if case_id is not None:
        query = query.where(decisions.c.case_id == case_id)
    if po_number is not None:
        query = query.where(decisions.c.po_number == po_number)
    if since is not None:
        query = query.where(decisions.c.decided_at >= since)
    return [_read_row(dict(row)) for row in tx.execute(query).mappings()]


def look_up_decisions(tx: Connection, po_numbers: Sequence[str]) -> None:
    """Look up what was decided of many orders, so that none of them asks for itself."""
    found: dict[Hashable, Any] = {number: [] for number in po_numbers}
    query = select(decisions).where(decisions.c.po_number.in_(po_numbers)).order_by(decisions.c.id)
    for row in tx.execute(query).mappings():
        found[row["po_number"]].append(_read_row(dict(row)))
    known_of(tx, decisions).update(found)


def _write(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _read_row(row: dict[Any, Any]) -> DecisionRow:
    read = {name: msgspec.json.decode(row[name]) for name in ("candidates", "inputs")}
    return DecisionRow(**row | read)
