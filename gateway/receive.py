"""Receive: what is complete in a channel is archived, recorded and committed, and only then removed."""

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.files import (
    Arrival,
    FileRow,
    list_unsettled_files,
    mark_settled,
    record_file,
)
from gateway.ledger.polls import record_poll
from gateway.partners import InChannel, Partner
from gateway.transports.folder import FolderTransport
from gateway.transports.stability import Decision, Rules, Watch, decide_files, watch_files
from gateway.transports.transport import Sighting, TransportError

log = structlog.get_logger()
POLL_NOTE_SECONDS = 15
DONE_FOLDER = "done"


@dataclass(slots=True)
class Intake:
    """One channel of a partner, and what was seen there at the last poll."""

    gateway: Gateway
    partner: Partner
    channel: InChannel
    watches: dict[str, Watch] = field(default_factory=dict)
    waiting: dict[str, list[str]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    swept: bool = False
    noted: tuple[datetime, str] | None = None

    @property
    def name(self) -> str:
        """Return the channel as the ledger names it, such as `north/drop`."""
        return f"{self.partner.name}/{self.channel.name}"


def list_intakes(gateway: Gateway) -> list[Intake]:
    """Return one intake for each place where files arrive."""
    return [Intake(gateway, partner, channel) for partner, channel in gateway.partners.channels()]


def receive(intake: Intake) -> list[FileRow]:
    """Return the files taken from one channel now; a channel that fails delays no other."""
    try:
        files = _receive(intake)
    except (OSError, TransportError) as error:
        log.warning("channel failed", channel=intake.name, error=str(error))
        _note_poll(intake, str(error))
        return []
    _note_poll(intake)
    return files


def _note_poll(intake: Intake, error: str = "") -> None:
    """Record the poll when its outcome changes, else now and then: a write each second is waste."""
    at = now()
    if intake.noted is not None:
        before, said = intake.noted
        if said == error and (at - before).total_seconds() < POLL_NOTE_SECONDS:
            return
    with intake.gateway.ledger.begin() as tx:
        record_poll(tx, intake.name, error)
    intake.noted = (at, error)


def _receive(intake: Intake) -> list[FileRow]:
    source = _open(intake)
    at = now()
    sightings = source.list()
    if not intake.swept:
        _sweep(intake, {sighting.name for sighting in sightings})
    intake.watches = watch_files(intake.watches, sightings, at)
    decisions = decide_files(intake.watches, _rules(intake.channel), at)
    _observe(intake, decisions)
    files = [
        _take(intake, source, decision) for decision in decisions if decision.verdict == "take"
    ]
    for decision in decisions:
        if decision.verdict == "quarantine" and decision.sighting.name not in intake.refused:
            _quarantine(intake, decision)
            intake.refused.add(decision.sighting.name)
    return [file for file in files if file is not None]


def _open(intake: Intake) -> FolderTransport:
    channel = intake.channel
    done = DONE_FOLDER if channel.settle == "done-folder" else ""
    return FolderTransport(intake.gateway.site.home / channel.folder, _rules(channel), done)


def _quarantine(intake: Intake, decision: Decision) -> None:
    """Leave what must not be taken where it is, and tell a person once."""
    with intake.gateway.ledger.begin() as tx:
        open_case(
            tx,
            NewCase(
                kind="not-taken",
                owner="ops",
                summary=f"{decision.sighting.name!r} in {intake.name}: {decision.reason}",
            ),
        )


def _sweep(intake: Intake, present: set[str]) -> None:
    """Mark settled what a killed process had removed at the source and not yet noted."""
    with intake.gateway.ledger.begin() as tx:
        for file in list_unsettled_files(tx, intake.name):
            if file.name not in present:
                mark_settled(tx, file.id)
    intake.swept = True


def _observe(intake: Intake, decisions: list[Decision]) -> None:
    """Keep each change of mind about a file until it is taken (F9)."""
    for decision in decisions:
        seen = intake.waiting.setdefault(decision.sighting.name, [])
        note = f"{decision.verdict}: {decision.reason}"
        if not seen or seen[-1].partition(" ")[2] != note:
            seen.append(f"{now():%Y-%m-%dT%H:%M:%S} {note}")
    present = {decision.sighting.name for decision in decisions}
    for name in set(intake.waiting) - present:
        del intake.waiting[name]


def _take(intake: Intake, source: FolderTransport, decision: Decision) -> FileRow | None:
    sighting = decision.sighting
    try:
        data = source.fetch(sighting)
    except TransportError as error:
        log.info("file moved while it was read", channel=intake.name, error=str(error))
        return None
    sha256 = intake.gateway.archive.store(data)
    file = _record(intake, sighting, sha256, len(data))
    # Killed here: the file is recorded and unsettled; the next poll finds the same row.
    _settle(intake, source, sighting, file)
    return file


def _record(intake: Intake, sighting: Sighting, sha256: str, size: int) -> FileRow:
    arrival = Arrival(
        partner=intake.partner.name,
        channel=intake.name,
        name=sighting.name,
        sha256=sha256,
        size=size,
        modified_at=sighting.modified_at,
        observations=tuple(intake.waiting.get(sighting.name, ())),
    )
    with intake.gateway.ledger.begin() as tx:
        return record_file(tx, arrival)


def _settle(intake: Intake, source: FolderTransport, sighting: Sighting, file: FileRow) -> None:
    source.settle(sighting)
    with intake.gateway.ledger.begin() as tx:
        mark_settled(tx, file.id)
    intake.waiting.pop(sighting.name, None)
    intake.watches.pop(sighting.name, None)


def _rules(channel: InChannel) -> Rules:
    take = channel.take
    ways = ["still"] if take.stable_seconds >= 0 and not take.marker else []
    ways += ["marker"] if take.marker else []
    ways += ["trailer"] if take.trailer else []
    return Rules(
        ways=tuple(ways),  # type: ignore[arg-type]
        seconds=take.stable_seconds,
        markers=(take.marker,) if take.marker else (),
        include=take.only or ("*",),
        exclude=Rules().exclude + take.never,
        max_size=take.max_bytes,
    )
