"""Writers: who is changing which order in the ERP, so that no two do at once."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Connection, and_, delete, or_, update

from gateway.clock import now
from gateway.ledger.leases import HORIZON
from gateway.ledger.rows import insert_new_row
from gateway.ledger.tables import writers

# Longer than any command takes; the same command, done again after a crash, need not wait for it.
LEASE = timedelta(minutes=14)


class TakenError(Exception):
    """Somebody else is changing one of the orders; leave the transaction without committing it."""


def take_orders(tx: Connection, order_keys: Iterable[str], owner: str) -> None:
    """Take orders for one writer, who may have them already; raises TakenError where another has one."""
    at = now()
    for key in sorted(set(order_keys)):
        row = {"order_key": key, "owner": owner, "lease_until": at + LEASE}
        if insert_new_row(tx, writers, row):
            continue
        is_free = or_(
            writers.c.owner == owner,
            writers.c.lease_until < at,
            writers.c.lease_until > at + HORIZON,
        )
        again = update(writers).where(and_(writers.c.order_key == key, is_free)).values(row)
        if tx.execute(again).rowcount == 0:
            raise TakenError(f"another command for {key} is on its way")


def free_orders(tx: Connection, owner: str) -> None:
    """Let go of all orders of a writer."""
    tx.execute(delete(writers).where(writers.c.owner == owner))
