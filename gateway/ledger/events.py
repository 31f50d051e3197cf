"""Events: what others are told has happened, queued in the transaction in which it happens."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import Connection

from canonical.entities import write_plain
from canonical.events import EVENTS
from canonical.shared import Entity
from gateway.ledger.effects import NewEffect, order_key_of, queue_effect

JOURNAL = "journal"  # every event goes there first, and from there to all who want it
_TYPES = {struct: name for name, struct in EVENTS.items()}


def queue_event(
    tx: Connection, data: Entity, key: str, subject: str, document_id: int | None = None
) -> str:
    """Return the key of an event, queued once however often; events of one order stay in order.

    The subject is `order`, `order/line`, or such as `case/12` where it is about no order.
    """
    name = _TYPES[type(data)]
    first, _, rest = subject.partition("/")
    order = subject if first in ("case", "file", "document") and rest else first
    effect = NewEffect(
        document_id=document_id,
        name=key,
        kind="event",
        target=JOURNAL,
        order_key=order_key_of(JOURNAL, order),
        payload={"type": name, "subject": subject, "data": write_plain(data)},
    )
    return queue_effect(tx, effect)


def subject_of(po_number: str, line_number: str = "", otherwise: str = "") -> str:
    """Return what an event is about: an order, one of its lines, or something else."""
    if not po_number:
        return otherwise
    return f"{po_number}/{line_number}" if line_number else po_number


def mark_of(reasons: Sequence[str]) -> str:
    """Return a few characters that are the same for the same reasons: said again, they are no news."""
    return sha256("\n".join(reasons).encode()).hexdigest()[:12]


def in_utc(moment: datetime) -> datetime:
    """Return a moment of the ledger with its zone, as events carry it."""
    return moment.replace(tzinfo=UTC)
