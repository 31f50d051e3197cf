"""Actions: what people did and why, such as a retry, a skip or an approval (C-48)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from gateway.clock import now
from gateway.ledger.tables import actions


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to what, and why."""

    actor: str
    verb: str  # retry, skip, rerun, approve …
    subject: str  # such as effect 12-1
    reason: str = ""


class ActionRow(Action, frozen=True, kw_only=True):
    """One action of the ledger."""

    id: int
    done_at: datetime


def record_action(tx: Connection, action: Action) -> None:
    """Record an action, in the transaction that does it."""
    tx.execute(insert(actions).values(msgspec.structs.asdict(action) | {"done_at": now()}))


def list_actions(tx: Connection, subject: str | None = None, limit: int = 100) -> list[ActionRow]:
    """Return the newest actions first."""
    query = select(actions).order_by(actions.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(actions.c.subject == subject)
    rows: Iterable[Any] = tx.execute(query).mappings()
    return [ActionRow(**row) for row in rows]
