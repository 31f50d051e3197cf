"""Deliver: every effect that is due, each target in a thread of its own."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field

from flows.owner import LEASE, owner_name
from gateway.deliver import deliver_taken
from gateway.gateway import Gateway
from gateway.ledger.effects import list_due_targets, take_effects
from gateway.ledger.events import JOURNAL
from gateway.partners import PartnerError

BATCH = 100  # finished in one transaction; after a kill so many are tried again
LOCAL_BATCH = 300  # where all of it lies on our own disk, and shares its syncs
ERP_LANES = 4  # of the ERP's orders, side by side: what costs time there is waiting for the disk
MOST_THREADS = 12
PATIENCE_SECONDS = 5.0


@dataclass(slots=True)
class Deliverer:
    """Who is being delivered to now: a target that hangs keeps no other waiting."""

    gateway: Gateway
    busy: "dict[tuple[str, int], Future[int]]" = field(default_factory=dict)
    slow: set[tuple[str, int]] = field(
        default_factory=set
    )  # did not end in time, and are not waited for
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="deliver")
    )

    def deliver(self, patience: float | None = PATIENCE_SECONDS) -> int:
        """Return how many effects were done; after so many seconds the rest goes on behind us."""
        with self.gateway.ledger.read() as tx:
            targets = list_due_targets(tx)
        for lane in ((one, lane) for one in targets for lane in range(self._lanes(one))):
            if lane not in self.busy:
                # A copy: the thread is to ask the same clock as we do.
                run = copy_context().run
                self.busy[lane] = self.pool.submit(run, deliver_target, self.gateway, lane[0])
        quick = [job for lane, job in self.busy.items() if lane not in self.slow]
        wait(self.busy.values() if patience is None else quick, timeout=patience)
        ended = {lane: job for lane, job in self.busy.items() if job.done()}
        for lane in ended:
            del self.busy[lane]
        self.slow |= self.busy.keys()
        done = {lane: job.result() for lane, job in ended.items()}
        self.slow -= {lane for lane, number in done.items() if number}
        return sum(done.values())

    def _lanes(self, target: str) -> int:
        """Return how many threads deliver to a target; effects of one order never go side by side."""
        return ERP_LANES if target == self.gateway.site.erp else 1

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
    done, most = 0, LOCAL_BATCH if _is_local(gateway, target) else BATCH
    while True:
        with gateway.ledger.begin() as tx:
            taken = take_effects(tx, owner_name(), most, LEASE, target)
        if not taken:
            return done
        with gateway.at_work.on_effects(one.id for one in taken):
            done += deliver_taken(gateway, taken)


def _is_local(gateway: Gateway, target: str) -> bool:
    """Return whether what goes there is only written to files: events, and an ERP that takes files."""
    if target != gateway.site.erp:
        return target == JOURNAL
    with suppress(PartnerError):  # its file is broken: told where it is delivered to
        return not gateway.partners.get(target).erp.is_remote
    return False
