"""Worker: a process that does what others received; as many as wanted share one ledger."""

import threading
from collections.abc import Callable

from flows.orchestrator import Orchestrator
from flows.owner import heartbeat
from flows.turn import Turned, Turning, take_turn
from gateway.gateway import Gateway


def work(gateway: Gateway, stopping: threading.Event, tell: Callable[[Turned], None]) -> None:
    """Process and deliver until told to stop; a worker polls no channel and needs no Prefect."""
    turning = Turning(gateway, Orchestrator(gateway, enabled=False))
    with heartbeat(gateway):
        while not stopping.is_set():
            turned = take_turn(turning, polls=False)
            tell(turned)
            if turned.is_idle:
                stopping.wait(gateway.site.poll_seconds)
    turning.deliverer.close()
