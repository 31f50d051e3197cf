"""Epochs: where a partner's control numbers began again with our consent (F17)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, func, select

from gateway.clock import now
from gateway.ledger.rows import insert_row
from gateway.ledger.tables import epochs, interchanges

_PAIR = ("sender", "receiver", "usage")


class NewEpoch(msgspec.Struct, frozen=True, kw_only=True):
    """A new beginning of the numbers of one sender towards one receiver, and who allowed it."""

    sender: str  # qualifier/id, as in ZZ/NORTH
    receiver: str
    usage: str
    after_id: int  # the last interchange of the epoch before
    actor: str
    reason: str


class EpochRow(NewEpoch, frozen=True, kw_only=True):
    """One epoch of the ledger."""

    id: int
    began_at: datetime


def begin_epoch(tx: Connection, new: NewEpoch) -> int:
    """Return the id of the epoch: what came before is no longer compared with what comes."""
    return insert_row(tx, epochs, msgspec.structs.asdict(new) | {"began_at": now()})


def list_epochs(tx: Connection, senders: Iterable[str]) -> list[EpochRow]:
    """Return the epochs of these senders, the oldest first."""
    query = select(epochs).where(epochs.c.sender.in_(list(senders))).order_by(epochs.c.id)
    rows: Iterable[Any] = tx.execute(query).mappings()
    return [EpochRow(**row) for row in rows]


def is_in_epoch() -> ColumnElement[bool]:
    """Return the condition that an interchange of a pair belongs to its newest epoch.

    The statement is given `sender`, `receiver` and `usage`.
    """
    return _is_after(*(epochs.c[name] == bindparam(name) for name in _PAIR))


def has_begun() -> ColumnElement[bool]:
    """Return the condition that an interchange, of whatever pair, belongs to its pair's newest epoch."""
    return _is_after(*(epochs.c[name] == interchanges.c[name] for name in _PAIR))


def _is_after(*of_pair: ColumnElement[bool]) -> ColumnElement[bool]:
    begun: ScalarSelect[int] = (
        select(func.coalesce(func.max(epochs.c.after_id), 0))
        .where(*of_pair)
        .correlate(interchanges)
        .scalar_subquery()
    )
    return interchanges.c.id > begun
