"""Cursors: how far an ERP was asked for released orders."""

from sqlalchemy import Connection

from gateway.clock import now
from gateway.ledger.locks import hold
from gateway.ledger.rows import find_row, insert_new_row, update_rows
from gateway.ledger.tables import cursors


def find_cursor(tx: Connection, channel: str) -> str:
    """Return the cursor of a channel, as its ERP gave it; empty before the first question."""
    row = find_row(tx, cursors, {"channel": channel})
    return "" if row is None else str(row["cursor"])


def move_cursor(tx: Connection, channel: str, cursor: str) -> None:
    """Record where to ask on, after all that came before it is safe."""
    hold(tx, f"cursor {channel}")
    values = {"cursor": cursor, "moved_at": now()}
    if update_rows(tx, cursors, {"channel": channel}, values) == 0:
        insert_new_row(tx, cursors, values | {"channel": channel})
