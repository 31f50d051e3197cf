"""Settling: orders something was said of a moment ago, to be routed when no more follows (B-99)."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select

from gateway.clock import now
from gateway.ledger.routing_tables import settling
from gateway.ledger.rows import delete_rows, insert_new_row, update_rows


class SettlingRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is routed at a time, because of a document."""

    po_number: str
    document_id: int
    due_at: datetime


def let_settle(tx: Connection, row: SettlingRow) -> None:
    """Record that an order is routed later; a later word on it is waited for as long again."""
    values = msgspec.structs.asdict(row)
    if not insert_new_row(tx, settling, values):
        update_rows(tx, settling, {"po_number": row.po_number}, values)


def take_settled(tx: Connection, po_number: str) -> SettlingRow | None:
    """Return the order's row where its time has come, and forget it; None where another did so."""
    query = select(settling).where(settling.c.po_number == po_number, settling.c.due_at <= now())
    row = tx.execute(query).mappings().first()
    if row is None or not delete_rows(tx, settling, {"po_number": po_number}):
        return None
    return SettlingRow(**dict(row))


def list_settled(tx: Connection, limit: int = 500) -> list[str]:
    """Return the orders whose time has come, the longest waiting first."""
    query = select(settling.c.po_number).where(settling.c.due_at <= now())
    return list(tx.scalars(query.order_by(settling.c.due_at).limit(limit)))


def due_after(seconds: float) -> datetime:
    """Return the moment so many seconds from now."""
    return now() + timedelta(seconds=seconds)
