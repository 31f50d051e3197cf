"""Intake: one channel a partner's files come from, and what was seen there from poll to poll."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread

from sqlalchemy import Connection

from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.files import FileRow, list_unsettled_files, mark_settled
from gateway.ledger.observations import Observation, add_observation
from gateway.ledger.sightings import LeftFile, list_sightings, record_sightings
from gateway.partners import InChannel, Partner
from gateway.transports.stability import Decision, Watch
from gateway.transports.transport import Sighting

Left = frozenset[tuple[str, int, datetime | None, str]]
_LONGEST_NAME = 1600  # as the ledger keeps it


@dataclass(slots=True)
class Intake:
    """One channel of a partner, and what was seen there at the last poll."""

    gateway: Gateway
    partner: Partner
    channel: InChannel
    watches: dict[str, Watch] = field(default_factory=dict)
    waiting: dict[str, list[Observation]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    left: Left = frozenset()
    swept: bool = False
    noted: tuple[datetime, str] | None = None
    errand: Thread | None = None  # looks at a server while others are served
    looks: int = 0  # errands that have ended
    next_look: datetime | None = None  # where it is not looked into at every poll
    brought: list[FileRow] = field(default_factory=list)  # by errands, and not told yet

    @property
    def name(self) -> str:
        """Return the channel as the ledger names it, such as `north/drop`."""
        return f"{self.partner.name}/{self.channel.name}"

    @property
    def is_busy(self) -> bool:
        """Return whether more is to be expected soon: a file that is not complete, a first look."""
        if self.brought or (self.channel.is_distant and not self.looks):
            return True
        on_errand = self.errand is not None and self.errand.is_alive()
        verdicts = {seen[-1].verdict for seen in self.waiting.values() if seen}
        return "wait" in verdicts or (on_errand and "take" in verdicts)


def remember(intake: Intake, tx: Connection, present: set[str]) -> None:
    """Go on where the last process stopped, once in an intake's life.

    What it had removed at the source and not noted yet is marked settled; what it had left there
    has been waiting since then, not since now.
    """
    for file in list_unsettled_files(tx, intake.name):
        if file.name not in present:
            mark_settled(tx, file.id)
    for row in list_sightings(tx, intake.name):
        sighting = Sighting(name=row.name, size=row.size, modified_at=row.modified_at)
        intake.watches.setdefault(row.name, Watch(sighting=sighting, polls=1, since=row.since))
        intake.waiting.setdefault(row.name, list(row.observations))
    intake.swept = True


def observe(intake: Intake, decisions: list[Decision]) -> None:
    """Keep what each look at a file saw and decided until it is taken, in the ledger too (F9)."""
    at = now()
    for decision in decisions:
        sighting = decision.sighting
        observation = Observation(
            at=at,
            verdict=decision.verdict,
            reason=decision.reason,
            size=sighting.size,
            modified_at=sighting.modified_at,
        )
        add_observation(intake.waiting.setdefault(sighting.name, []), observation)
    present = {decision.sighting.name for decision in decisions}
    for name in set(intake.waiting) - present:
        del intake.waiting[name]
    intake.refused &= present
    _record_left(intake, decisions)


def _record_left(intake: Intake, decisions: list[Decision]) -> None:
    """Write down what is left at the source, where that has changed since the last poll."""
    files = [
        LeftFile(
            name=one.sighting.name[:_LONGEST_NAME],
            size=one.sighting.size,
            modified_at=one.sighting.modified_at,
            verdict=one.verdict,
            reason=one.reason,
            observations=tuple(intake.waiting[one.sighting.name]),
        )
        for one in decisions
        if one.verdict != "take"
    ]
    left = frozenset((one.name, one.size, one.modified_at, one.verdict) for one in files)
    if left == intake.left and intake.noted is not None:
        return
    with intake.gateway.ledger.begin() as tx:
        record_sightings(tx, intake.name, files)
    intake.left = left
