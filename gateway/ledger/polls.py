"""Polls: when each channel was last looked into, so that a dead poller is noticed (C-37)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from gateway.clock import now
from gateway.ledger.locks import hold
from gateway.ledger.tables import polls


class PollRow(msgspec.Struct, frozen=True, kw_only=True):
    """The last poll of one channel; `alive` where it succeeded, else `error` says why not."""

    channel: str
    polled_at: datetime
    error: str
    alive: bool


def record_poll(tx: Connection, channel: str, error: str = "") -> None:
    """Record that a channel was polled now, and what went wrong."""
    hold(tx, f"poll {channel}")
    values = {"polled_at": now(), "error": error, "alive": not error}
    if tx.execute(update(polls).where(polls.c.channel == channel).values(values)).rowcount == 0:
        tx.execute(insert(polls).values(values | {"channel": channel}))


def list_polls(tx: Connection) -> list[PollRow]:
    """Return the last poll of every channel, the longest ago first."""
    rows: Iterable[Any] = tx.execute(select(polls).order_by(polls.c.polled_at)).mappings()
    return [PollRow(**row) for row in rows]
