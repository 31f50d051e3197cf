"""Turn: receive, process, deliver, once; the loop of a running gateway is turns."""

from dataclasses import dataclass, field

from flows.deliver import deliver_effects
from flows.orchestrator import Orchestrator
from gateway.gateway import Gateway
from gateway.ledger.files import list_unfinished_files
from gateway.partners import fingerprint_of
from gateway.receive import Intake, list_intakes, receive
from gateway.summary import Outcome

MOST_FILES = 500  # of one flow run: a burst is done in several, so that its first files do not wait


@dataclass(slots=True)
class Turning:
    """What lives from turn to turn: the intakes remember what they saw."""

    gateway: Gateway
    orchestrator: Orchestrator
    intakes: list[Intake] = field(default_factory=list)


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


def take_turn(turning: Turning) -> Turned:
    """Return what was received, processed and delivered now; polling itself costs no flow run."""
    gateway = turning.gateway
    refresh(turning)
    received = sum(len(receive(intake)) for intake in turning.intakes)
    # Also what an earlier process left behind: the ledger decides what is still to do.
    with gateway.ledger.read() as tx:
        files = list_unfinished_files(tx, MOST_FILES)
    outcomes = turning.orchestrator.process(files)
    return Turned(received, outcomes, deliver_effects(gateway))


def refresh(turning: Turning) -> None:
    """Read the partner files anew when one of them has changed; intakes keep what they saw."""
    gateway = turning.gateway
    if turning.intakes and fingerprint_of(gateway.partners.folder) == gateway.partners.fingerprint:
        return
    if turning.intakes:
        gateway.reload()
    seen = {intake.name: intake for intake in turning.intakes}
    turning.intakes = list_intakes(gateway)
    for intake in turning.intakes:
        if intake.name in seen:
            intake.watches = seen[intake.name].watches
            intake.waiting = seen[intake.name].waiting
