"""Deliver: every effect that is due, each target in a thread of its own."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field

from flows.owner import LEASE, owner_name
from gateway.deliver import deliver_taken
from gateway.gateway import Gateway
from gateway.ledger.effects import list_due_targets, take_effects

BATCH = 50
MOST_TARGETS = 8  # at once
PATIENCE_SECONDS = 5.0


@dataclass(slots=True)
class Deliverer:
    """Who is being delivered to now: a target that hangs keeps no other waiting."""

    gateway: Gateway
    busy: "dict[str, Future[int]]" = field(default_factory=dict)
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(MOST_TARGETS, thread_name_prefix="deliver")
    )

    def deliver(self, patience: float | None = PATIENCE_SECONDS) -> int:
        """Return how many effects were done; after so many seconds the rest goes on behind us."""
        with self.gateway.ledger.read() as tx:
            targets = list_due_targets(tx)
        for target in targets:
            if target not in self.busy:
                # A copy: the thread is to ask the same clock as we do.
                run = copy_context().run
                self.busy[target] = self.pool.submit(run, deliver_target, self.gateway, target)
        wait(self.busy.values(), timeout=patience)
        ended = {target: job for target, job in self.busy.items() if job.done()}
        for target in ended:
            del self.busy[target]
        return sum(job.result() for job in ended.values())

    def close(self) -> None:
        """Wait for what is being delivered."""
        self.pool.shutdown()


def deliver_effects(gateway: Gateway) -> int:
    """Return how many effects were done, when none is due any more."""
    deliverer = Deliverer(gateway)
    try:
        return deliverer.deliver(patience=None)
    finally:
        deliverer.close()


def deliver_target(gateway: Gateway, target: str) -> int:
    """Return how many effects of one target were done; those of one order strictly in turn."""
    done = 0
    while True:
        with gateway.ledger.begin() as tx:
            taken = take_effects(tx, owner_name(), BATCH, LEASE, target)
        if not taken:
            return done
        done += deliver_taken(gateway, taken)
