"""Orders: the buyer's purchase orders and how far each one is."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, insert, select, update

from canonical.entities import write_json
from canonical.purchase_order import PurchaseOrder
from gateway.clock import now
from gateway.ledger.errors import LedgerError
from gateway.ledger.locks import hold
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
    known = update(orders).where(orders.c.po_number == po.po_number).values(values)
    if tx.execute(known).rowcount == 0:
        first = {"po_number": po.po_number, "state": "released", "created_at": now()}
        tx.execute(insert(orders).values(values | first))


def find_order(tx: Connection, po_number: str, partner: str | None = None) -> OrderRow | None:
    """Return the order; with a partner, only where it is that partner's (B-94)."""
    query = select(orders).where(orders.c.po_number == po_number)
    if partner is not None:
        query = query.where(orders.c.partner == partner)
    return next(iter(_list(tx, query)), None)


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
    if tx.execute(update(orders).where(orders.c.po_number == po_number).values(values)).rowcount:
        return
    raise LedgerError(f"there is no order {po_number} in the ledger")


def _list(tx: Connection, query: Select[Any]) -> list[OrderRow]:
    rows: list[Any] = [dict(row) for row in tx.execute(query).mappings()]
    return [
        OrderRow(entity=msgspec.json.decode(row.pop("content"), type=PurchaseOrder), **row)
        for row in rows
    ]
