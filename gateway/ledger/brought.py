"""Brought: how much a channel brought in a time, to hold it to its quota."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from gateway.ledger.tables import files


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """How many files and bytes."""

    files: int
    size: int


def count_arrivals(tx: Connection, channel: str, since: datetime) -> Brought:
    """Return what a channel brought since a moment, the files inside containers too."""
    query = select(func.count(), func.coalesce(func.sum(files.c.size), 0)).where(
        files.c.channel == channel, files.c.received_at >= since
    )
    number, size = tx.execute(query).one()
    return Brought(files=int(number), size=int(size))
