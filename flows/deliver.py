"""Deliver: every effect that is due, until none is."""

import os
import socket
from datetime import timedelta

from gateway.deliver import deliver_effect
from gateway.gateway import Gateway
from gateway.ledger.effects import take_effects

BATCH = 50
LEASE = timedelta(minutes=5)


def owner_name() -> str:
    """Return who we are in the leases of the ledger."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def deliver_effects(gateway: Gateway) -> int:
    """Return how many effects were done; one order's effects are done strictly in turn."""
    done = 0
    while True:
        with gateway.ledger.begin() as tx:
            taken = take_effects(tx, owner_name(), BATCH, LEASE)
        if not taken:
            return done
        done += sum(deliver_effect(gateway, effect) for effect in taken)
