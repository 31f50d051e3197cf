"""Orders: the buyer's purchase orders and how far each one is."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Insert,
    RowMapping,
    Select,
    Update,
    bindparam,
    insert,
    select,
    update,
)

from canonical.entities import write_json
from canonical.purchase_order import PurchaseOrder
from gateway.clock import now
from gateway.ledger.errors import LedgerError
from gateway.ledger.later import known_of, write_later
from gateway.ledger.locks import hold
from gateway.ledger.rows import find_row, update_rows
from gateway.ledger.states import ORDER_STATES, must_be
from gateway.ledger.tables import orders


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """One order of the ledger, as last released."""

    po_number: str
    partner: str
    state: str
    entity: PurchaseOrder
    document_id: int
    created_at: datetime
    updated_at: datetime


def record_order(tx: Connection, po: PurchaseOrder, partner: str, document_id: int) -> None:
    """Record an order as released; a later release replaces what was ordered, not its state."""
    hold(tx, f"order {po.po_number}")
    values = {
        "partner": partner,
        "content": write_json(po).decode(),
        "document_id": document_id,
        "updated_at": now(),
    }
    if update_rows(tx, orders, {"po_number": po.po_number}, values) == 0:
        first = {"po_number": po.po_number, "state": "released", "created_at": now()}
        tx.execute(_insert(), values | first)


def change_order(tx: Connection, po: PurchaseOrder) -> None:
    """Record an order as both sides want it after a change; its document stays the one that released it."""
    values = {"content": write_json(po).decode(), "updated_at": now()}
    update_rows(tx, orders, {"po_number": po.po_number}, values)


def find_order(tx: Connection, po_number: str, partner: str | None = None) -> OrderRow | None:
    """Return the order; with a partner, only where it is that partner's (B-94)."""
    known = known_of(tx, orders)
    if po_number in known:
        found: OrderRow | None = known[po_number]
        return found if found and partner in (None, found.partner) else None
    where = {"po_number": po_number} | ({} if partner is None else {"partner": partner})
    row = find_row(tx, orders, where)
    return None if row is None else _read_row(row)


def list_orders(
    tx: Connection, state: str | None = None, partner: str | None = None, limit: int = 100
) -> list[OrderRow]:
    """Return the newest orders first."""
    query = select(orders).order_by(orders.c.created_at.desc(), orders.c.po_number).limit(limit)
    if state is not None:
        query = query.where(orders.c.state == must_be(state, ORDER_STATES, "state of an order"))
    if partner is not None:
        query = query.where(orders.c.partner == partner)
    return _list(tx, query)


def set_order_state(tx: Connection, po_number: str, state: str) -> None:
    """Record how far the order is."""
    must_be(state, ORDER_STATES, "state of an order")
    values = {"state": state, "updated_at": now()}
    known = known_of(tx, orders)
    if (found := known.get(po_number)) is not None:
        known[po_number] = msgspec.structs.replace(found, **values)
        write_later(tx, _set_state(), [{"of_order": po_number, "new_state": state, "at": now()}])
        return
    if update_rows(tx, orders, {"po_number": po_number}, values):
        return
    raise LedgerError(f"there is no order {po_number} in the ledger")


def look_up_orders(tx: Connection, po_numbers: Sequence[str]) -> None:
    """Look up many orders, so that none of them is asked for alone."""
    found: dict[Hashable, Any] = dict.fromkeys(po_numbers)
    rows = tx.execute(_of_many(), {"chosen": list(po_numbers)}).mappings()
    known_of(tx, orders).update(found | {row["po_number"]: _read_row(row) for row in rows})


@cache
def _of_many() -> Select[Any]:
    return select(orders).where(orders.c.po_number.in_(bindparam("chosen", expanding=True)))


@cache
def _set_state() -> Update:
    query = update(orders).where(orders.c.po_number == bindparam("of_order"))
    return query.values(state=bindparam("new_state"), updated_at=bindparam("at"))


def _list(tx: Connection, query: Select[Any]) -> list[OrderRow]:
    return [_read_row(row) for row in tx.execute(query).mappings()]


def _read_row(row: RowMapping) -> OrderRow:
    values: dict[Any, Any] = dict(row)
    entity = msgspec.json.decode(values.pop("content"), type=PurchaseOrder)
    return OrderRow(entity=entity, **values)


@cache
def _insert() -> Insert:
    return insert(orders)
