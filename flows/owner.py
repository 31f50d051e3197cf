"""Owner: who we are in the leases of the ledger, and the heartbeat that keeps them."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.gateway import Gateway
from gateway.ledger.effects import keep_effects
from gateway.ledger.files import keep_files

log = structlog.get_logger()
BEAT_SECONDS = 15.0
LEASE = timedelta(seconds=60)


def owner_name() -> str:
    """Return who we are: host, process, and a word that no later process of that number has."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{_word(os.getpid())}"


@cache
def _word(_process: int) -> str:
    return uuid4().hex[:8]


@contextmanager
def heartbeat(gateway: Gateway, seconds: float = BEAT_SECONDS) -> Iterator[None]:
    """Keep the leases of this process while the block runs, from a thread of its own."""
    stopping = threading.Event()
    thread = threading.Thread(
        target=_beat, args=(gateway, stopping, seconds), name="heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(seconds)


def keep_leases(gateway: Gateway) -> None:
    """Make the leases longer of what this process has in hand now, and of nothing else."""
    files, effects = frozenset(gateway.at_work.files), frozenset(gateway.at_work.effects)
    if files or effects:
        with gateway.ledger.begin() as tx:
            keep_files(tx, owner_name(), LEASE, files)
            keep_effects(tx, owner_name(), LEASE, effects)


def _beat(gateway: Gateway, stopping: threading.Event, seconds: float) -> None:
    while not stopping.wait(seconds):
        try:
            keep_leases(gateway)
        except SQLAlchemyError as error:  # the next beat may do; else the leases run out
            log.warning("heartbeat failed", error=str(error).partition("\n")[0])
