"""Changes: what the buyer asked to change of orders, and what became of each (B-67)."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, insert, select, update

from canonical.entities import write_json
from canonical.order_change import OrderChange
from gateway.clock import now
from gateway.ledger.later import known_of
from gateway.ledger.states import CHANGE_STATES, must_be
from gateway.ledger.tables import order_changes


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One change that was asked for; `entity` is whole, as it was sent."""

    id: int
    po_number: str
    number: str  # as its maker is told
    erp_number: str  # as the ERP counts its own; empty where it does not, and for ours
    partner: str
    state: str
    entity: OrderChange
    document_id: int
    answered_by: int | None
    created_at: datetime
    answered_at: datetime | None


def record_change(
    tx: Connection, change: OrderChange, partner: str, document_id: int, erp_number: str = ""
) -> int:
    """Return the id of a change that is asked for from now on."""
    values = {
        "po_number": change.po_number,
        "number": change.change_number or "",
        "erp_number": erp_number,
        "partner": partner,
        "state": "asked",
        "content": write_json(change).decode(),
        "document_id": document_id,
        "created_at": now(),
    }
    query = insert(order_changes).returning(order_changes.c.id)
    return int(tx.execute(query, values).scalar_one())


def list_changes(tx: Connection, po_number: str, state: str | None = None) -> list[ChangeRow]:
    """Return the changes of an order, the oldest first."""
    known: list[ChangeRow] | None = known_of(tx, order_changes).get(po_number)
    if known is not None:
        return [row for row in known if state in (None, row.state)]
    asked = {"of_order": po_number} | ({} if state is None else {"in_state": state})
    return [
        _read_row(dict(row)) for row in tx.execute(_select(state is not None), asked).mappings()
    ]


def conclude_changes(tx: Connection, ids: Iterable[int], state: str, by_document: int) -> None:
    """Record what became of changes, and which document said so."""
    must_be(state, CHANGE_STATES, "state of a change")
    query = update(order_changes).where(order_changes.c.id.in_(list(ids)))
    tx.execute(query.values(state=state, answered_by=by_document, answered_at=now()))


def look_up_changes(tx: Connection, po_numbers: Sequence[str]) -> None:
    """Look up the changes of many orders, so that none of them asks for itself."""
    found: dict[Hashable, Any] = {number: [] for number in po_numbers}
    for row in tx.execute(_of_many(), {"chosen": list(po_numbers)}).mappings():
        found[row["po_number"]].append(_read_row(dict(row)))
    known_of(tx, order_changes).update(found)


@cache
def _of_many() -> Select[Any]:
    chosen = order_changes.c.po_number.in_(bindparam("chosen", expanding=True))
    return select(order_changes).where(chosen).order_by(order_changes.c.id)


@cache
def _select(with_state: bool) -> Select[Any]:
    query = select(order_changes).where(order_changes.c.po_number == bindparam("of_order"))
    if with_state:
        query = query.where(order_changes.c.state == bindparam("in_state"))
    return query.order_by(order_changes.c.id)


def _read_row(values: dict[Any, Any]) -> ChangeRow:
    entity = msgspec.json.decode(values.pop("content"), type=OrderChange)
    return ChangeRow(entity=entity, **values)
