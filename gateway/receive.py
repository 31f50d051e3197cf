"""Receive: what is complete in a channel is archived, recorded and committed, and only then removed."""

import threading
from collections.abc import Iterator
from contextvars import copy_context
from datetime import timedelta

import structlog

from gateway.ask import ask_erp
from gateway.clock import now
from gateway.erp.errors import ErpError
from gateway.gateway import Gateway
from gateway.intake import Intake, observe, remember
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.files import FileRow, mark_settled
from gateway.ledger.polls import record_poll
from gateway.places import open_source, rules_of
from gateway.quota import has_quota, hold_to_quota
from gateway.received import Arrived, record_arrivals
from gateway.transports.host_keys import HostKeyError
from gateway.transports.stability import Decision, decide_files, watch_files
from gateway.transports.transport import ChangedError, Transport, TransportError

__all__ = ["Intake", "list_intakes", "receive"]

log = structlog.get_logger()
POLL_NOTE_SECONDS = 15
TAKEN_TOGETHER = 50
MOST_TOGETHER = 16_000_000  # bytes
NO_PORT = "nobody can post files: set https_port in cmgateway.yaml"


def list_intakes(gateway: Gateway) -> list[Intake]:
    """Return one intake for each place where files arrive."""
    return [Intake(gateway, partner, channel) for partner, channel in gateway.partners.channels()]


def receive(intake: Intake) -> list[FileRow]:
    """Return the files taken from one channel; one that fails or hangs delays no other.

    A folder is looked at now. A server, or our ERP, is looked at by a thread of its own, and what is returned
    is what it brought since the last call.
    """
    if intake.channel.https is not None:
        _note_poll(intake, "" if intake.gateway.site.https_port else NO_PORT)
        return []
    if not intake.channel.is_distant:
        return _receive_safely(intake)
    if intake.errand is not None and intake.errand.is_alive():
        return []
    if intake.channel.asks is not None and not intake.brought and not _is_due(intake):
        return []
    brought, intake.brought = intake.brought, []
    # A copy: the thread is to ask the same clock as we do.
    run = copy_context().run
    name = f"receive {intake.name}"
    intake.errand = threading.Thread(target=run, args=(_run_errand, intake), name=name, daemon=True)
    intake.errand.start()
    return brought


def _is_due(intake: Intake) -> bool:
    """Return whether the ERP is to be asked again; the clock may have been set back."""
    asks, at = intake.channel.asks, now()
    pause = timedelta(seconds=asks.every_seconds if asks else 0)
    if intake.next_look is not None and at < intake.next_look <= at + pause:
        return False
    intake.next_look = at + pause
    return True


def _run_errand(intake: Intake) -> None:
    try:
        intake.brought += _receive_safely(intake)
    except Exception as error:  # noqa: BLE001 the ledger is away, say: the next errand tries again
        log.warning("channel failed", channel=intake.name, error=f"{type(error).__name__}: {error}")
    intake.looks += 1
    if intake.brought:
        intake.gateway.bell.set()


def _receive_safely(intake: Intake) -> list[FileRow]:
    try:
        files = ask_erp(intake) if intake.channel.asks is not None else _receive(intake)
    except (OSError, TransportError, ErpError) as error:
        log.warning("channel failed", channel=intake.name, error=str(error))
        if isinstance(error, HostKeyError):
            _tell(intake, "host-key-changed", f"{intake.name} stands still: {error}")
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
    source = open_source(intake.gateway, intake.partner, intake.channel)
    at = now()
    sightings = source.list()
    if not intake.swept:
        with intake.gateway.ledger.begin() as tx:
            remember(intake, tx, {sighting.name for sighting in sightings})
    intake.watches = watch_files(intake.watches, sightings, at)
    decisions = decide_files(intake.watches, rules_of(intake.channel.take), at)
    decisions = _hold_to_quota(intake, decisions)
    observe(intake, decisions)
    for decision in decisions:
        if decision.verdict == "quarantine":
            _quarantine(intake, decision)
    return _take_all(intake, source, [one for one in decisions if one.verdict == "take"])


def _take_all(intake: Intake, source: Transport, decisions: list[Decision]) -> list[FileRow]:
    """Return the files taken; one that cannot be had does not keep the others from being taken."""
    files: list[FileRow] = []
    failure: TransportError | None = None
    for some in _share(decisions):
        fetched: list[tuple[Decision, bytes]] = []
        for decision in some:
            try:
                fetched.append((decision, source.fetch(decision.sighting)))
            except ChangedError as error:
                log.info("file moved while it was read", channel=intake.name, error=str(error))
            except TransportError as error:
                failure = failure or error
        taken, fault = _take(intake, source, fetched)
        files += taken
        failure = failure or fault
    if failure is not None:
        raise failure
    return files


def _share(decisions: list[Decision]) -> Iterator[list[Decision]]:
    """Yield files in groups that share a transaction: small ones, as many as are safely in memory."""
    some: list[Decision] = []
    size = 0
    for decision in decisions:
        if some and (len(some) == TAKEN_TOGETHER or size + decision.sighting.size > MOST_TOGETHER):
            yield some
            some, size = [], 0
        some.append(decision)
        size += decision.sighting.size
    if some:
        yield some


def _hold_to_quota(intake: Intake, decisions: list[Decision]) -> list[Decision]:
    take = intake.channel.take
    if not has_quota(take) or all(one.verdict != "take" for one in decisions):
        return decisions
    with intake.gateway.ledger.read() as tx:
        held = hold_to_quota(tx, intake.name, take, decisions)
    for before, after in zip(decisions, held, strict=True):
        if before.verdict != after.verdict:
            _tell(intake, "over-quota", f"{intake.name} is {after.reason}; the rest waits")
            break
    return held


def _quarantine(intake: Intake, decision: Decision) -> None:
    """Leave what must not be taken where it is, and tell a person once."""
    name = decision.sighting.name
    if name not in intake.refused:
        _tell(intake, "not-taken", f"{name!r} in {intake.name}: {decision.reason}")
        intake.refused.add(name)


def _tell(intake: Intake, kind: str, summary: str) -> None:
    with intake.gateway.ledger.begin() as tx:
        open_case(tx, NewCase(kind=kind, owner="ops", summary=summary))


def _take(
    intake: Intake, source: Transport, fetched: list[tuple[Decision, bytes]]
) -> tuple[list[FileRow], TransportError | None]:
    """Return the files with those inside them, and what kept one from being removed at its source."""
    if not fetched:
        return [], None
    recorded = record_arrivals(intake.gateway, [_arrived(intake, *one) for one in fetched])
    # Killed here: the files are recorded and unsettled; the next poll finds the same rows.
    settled: list[int] = []
    failure: TransportError | None = None
    for (decision, _), rows in zip(fetched, recorded, strict=True):
        try:
            source.settle(decision.sighting)
        except TransportError as error:  # seen again, it is the same row
            failure = failure or error
            continue
        settled.append(rows[0].id)
        intake.waiting.pop(decision.sighting.name, None)
        intake.watches.pop(decision.sighting.name, None)
    with intake.gateway.ledger.begin() as tx:
        mark_settled(tx, *settled)
    return [row for rows in recorded for row in rows], failure


def _arrived(intake: Intake, decision: Decision, data: bytes) -> Arrived:
    sighting = decision.sighting
    return Arrived(
        partner=intake.partner.name,
        channel=intake.name,
        name=sighting.name,
        data=data,
        modified_at=sighting.modified_at,
        observations=tuple(intake.waiting.get(sighting.name, ())),
        most_bytes=intake.channel.take.max_bytes,
    )
