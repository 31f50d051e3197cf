"""Turn: receive, process, deliver, once; the loop of a running gateway is turns."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from flows.deliver import Deliverer
from flows.orchestrator import Orchestrator
from gateway.contents import keep_contents
from gateway.faults import is_passing
from gateway.gateway import Gateway
from gateway.ledger.files import list_unfinished_files
from gateway.partners import fingerprint_of
from gateway.receive import Intake, list_intakes, receive
from gateway.route import route_settled
from gateway.summary import Outcome

log = structlog.get_logger()
MOST_FILES = 200  # between two deliveries: in a burst the first files do not wait for the last
T = TypeVar("T")


@dataclass(slots=True)
class Turning:
    """What lives from turn to turn: the intakes remember what they saw."""

    gateway: Gateway
    orchestrator: Orchestrator
    intakes: list[Intake] = field(default_factory=list)
    deliverer: Deliverer = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nobody being delivered to."""
        self.deliverer = Deliverer(self.gateway)


@dataclass(slots=True, frozen=True)
class Turned:
    """What one turn did."""

    received: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    delivered: int = 0

    @property
    def is_idle(self) -> bool:
        """Return whether there was nothing to do."""
        return not (self.received or self.outcomes or self.delivered)


def take_turn(turning: Turning, *, polls: bool = True) -> Turned:
    """Return what was received, processed and delivered now; polling itself costs no flow run.

    A worker does not poll: it only does what others received.
    """
    refresh(turning)
    received = 0
    for intake in turning.intakes if polls else ():
        received += outlast(lambda one=intake: len(receive(one)), 0)  # type: ignore[misc]
    outcomes, delivered = work_off(turning)
    return Turned(received, outcomes, delivered)


def work_off(turning: Turning) -> tuple[list[Outcome], int]:
    """Return what was processed and delivered; what an earlier process left behind is done too."""
    outcomes: list[Outcome] = []
    delivered = 0
    while True:
        nothing: tuple[list[Outcome], bool] = ([], False)
        done, is_full = outlast(lambda: process_some(turning), nothing)
        outcomes += done
        outlast(lambda: route_settled(turning.gateway), 0)
        delivered += outlast(turning.deliverer.deliver, 0)
        moved = [one for one in done if one.state not in ("taken", "waiting")]
        if not (is_full and moved):
            return outcomes, delivered


def process_some(turning: Turning) -> tuple[list[Outcome], bool]:
    """Return what became of the oldest files, and whether more may wait behind them."""
    with turning.gateway.ledger.read() as tx:
        files = list_unfinished_files(tx, MOST_FILES)
    return turning.orchestrator.process(files), len(files) == MOST_FILES


def outlast(step: Callable[[], T], otherwise: T) -> T:
    """Return what the step returns; a fault that passes ends the step, the next turn tries again."""
    try:
        return step()
    except Exception as error:
        if not is_passing(error):
            raise
        log.warning("this turn is cut short", error=f"{type(error).__name__}: {error}"[:300])
        return otherwise


def refresh(turning: Turning) -> None:
    """Read the partner files anew when one of them has changed; intakes keep what they saw."""
    gateway = turning.gateway
    if turning.intakes and fingerprint_of(gateway.partners.folder) == gateway.partners.fingerprint:
        return
    if turning.intakes:
        gateway.reload()
        with gateway.ledger.begin() as tx:
            keep_contents(gateway, tx)
    seen = {intake.name: intake for intake in turning.intakes}
    turning.intakes = list_intakes(gateway)
    for intake in turning.intakes:
        if intake.name in seen:
            intake.watches = seen[intake.name].watches
            intake.waiting = seen[intake.name].waiting
            intake.errand = seen[intake.name].errand
            intake.next_look = seen[intake.name].next_look
