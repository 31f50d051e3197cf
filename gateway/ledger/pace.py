"""Pace: when a partner's files came, to know how often it usually sends."""

from datetime import datetime

from sqlalchemy import Connection, select

from gateway.ledger.tables import files

MOST = 2_000


def list_arrival_times(tx: Connection, partner: str, since: datetime) -> list[datetime]:
    """Return when the newest files of a partner came since a time, the oldest first."""
    query = select(files.c.received_at).where(
        files.c.partner == partner, files.c.received_at >= since
    )
    times = tx.scalars(query.order_by(files.c.received_at.desc()).limit(MOST)).all()
    return sorted(times)
