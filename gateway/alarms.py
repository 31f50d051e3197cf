"""Alarms: what does not move, is not looked into, or has gone silent, each as a case (never silent)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.contents import list_unaccepted
from gateway.gaps import find_gaps
from gateway.gateway import Gateway
from gateway.ledger.cases import CaseRow, NewCase, close_case, list_cases
from gateway.ledger.effects import list_effects
from gateway.ledger.files import list_held_files, list_unfinished_files
from gateway.ledger.pace import list_arrival_times
from gateway.ledger.polls import list_polls
from gateway.ledger.sightings import list_sightings
from gateway.ledger.waiting import list_waiting
from gateway.lone import list_missing
from gateway.partners import Partner
from gateway.rates import WHAT, find_high_rates
from gateway.silence import LOOK_BACK, find_silence

OLD = timedelta(minutes=15)  # for what the gateway does by itself
SILENT = timedelta(minutes=2)  # a running gateway notes a poll every fifteen seconds
PARKED = timedelta(days=1)  # for what a person is to do
LEFT = timedelta(hours=1)
KINDS = (
    "old-file",
    "old-parked",
    "part-missing",
    "old-effect",
    "stuck-effect",
    "left-lying",
    "silent-poller",
    "failing-channel",
    "silent-partner",
    *WHAT,
    "number-gap",
    "changed-file",
)
MOST = 1_000
GATEWAY = "the gateway"


def list_alarms(gateway: Gateway, tx: Connection, at: datetime) -> list[NewCase]:
    """Return all that is too old, too quiet or stuck now."""
    channels = {f"{one.name}/{channel.name}" for one, channel in gateway.partners.channels()}
    return [
        *_list_old_files(tx, at),
        *_list_lone_parts(gateway, tx),
        *_list_old_effects(tx, at),
        *_list_stuck(tx),
        *_list_left(tx, at, channels),
        *_list_channels(tx, at, channels),
        *_list_silent(tx, at, gateway.partners.list_partners("cm")),
        *_list_rates(tx, at, gateway.partners.list_partners("cm")),
        *_list_changed(tx),
    ]


def close_ended(tx: Connection, alarms: Iterable[NewCase]) -> list[CaseRow]:
    """Close the alarms that are open and no longer true; an alarm ends by itself."""
    true = {_key_of(one) for one in alarms}
    ended = [
        row for row in list_cases(tx, limit=MOST) if row.kind in KINDS and _key_of(row) not in true
    ]
    for row in ended:
        close_case(tx, row.id, GATEWAY, "it is so no longer")
    return ended


def _key_of(case: NewCase) -> tuple[str, str, int | None]:
    return case.kind, case.subject, case.document_id


def _list_old_files(tx: Connection, at: datetime) -> Iterator[NewCase]:
    for one in list_unfinished_files(tx):
        if at - one.received_at > OLD:
            said = f"file {one.id} ({one.name} of {one.partner}) waits since {_at(one.received_at)}"
            yield _alarm("old-file", f"file {one.id}", said)
    for one in list_held_files(tx, MOST):
        if at - one.updated_at > PARKED:
            said = (
                f"file {one.id} ({one.name} of {one.partner}) is parked since {_at(one.updated_at)}"
            )
            yield _alarm("old-parked", f"file {one.id}", said)


def _list_lone_parts(gateway: Gateway, tx: Connection) -> Iterator[NewCase]:
    for file, said in list_missing(gateway, tx):
        yield _alarm("part-missing", f"file {file.id}", f"file {file.id}: {said}")


def _list_old_effects(tx: Connection, at: datetime) -> Iterator[NewCase]:
    for one in list_waiting(tx, at - OLD):
        why = f": {one.error}" if one.error else ""
        said = (
            f"{one.number} of the effects to {one.target} do not move, "
            f"the oldest, {one.key}, since {_at(one.since)}{why}"
        )
        yield _alarm("old-effect", f"target {one.target}", said)


def _list_stuck(tx: Connection) -> Iterator[NewCase]:
    told = set[str]()
    for one in list_effects(tx, state="stuck", limit=MOST):
        if one.kind in ("webhook", "broker"):
            # One for all of them: the event of this very case may be refused, too.
            said = f"{one.target}: events are stuck, see cmgateway effect list --state stuck"
            if one.target not in told:
                yield _alarm("stuck-effect", f"target {one.target}", said)
            told.add(one.target)
            continue
        said = f"effect {one.key} to {one.target} is stuck: {one.error}"
        subject = "" if one.document_id else f"effect {one.key}"
        yield NewCase(
            kind="stuck-effect",
            owner="ops",
            summary=said,
            document_id=one.document_id,
            subject=subject,
        )


def _list_left(tx: Connection, at: datetime, channels: set[str]) -> Iterator[NewCase]:
    for row in list_sightings(tx):
        if row.verdict == "wait" and at - row.since > LEFT and row.channel in channels:
            said = f"{row.name} lies in {row.channel} since {_at(row.since)}: {row.reason}"
            yield _alarm("left-lying", f"{row.channel} {row.name}"[:280], said)


def _list_channels(tx: Connection, at: datetime, channels: set[str]) -> Iterator[NewCase]:
    for row in list_polls(tx):
        if row.channel not in channels:
            continue
        if at - row.polled_at > SILENT:
            said = f"nobody has looked into {row.channel} since {_at(row.polled_at)}"
            yield _alarm("silent-poller", f"channel {row.channel}", said)
        elif not row.alive:
            said = f"{row.channel} cannot be looked into: {row.error}"
            yield _alarm("failing-channel", f"channel {row.channel}", said)


def _list_silent(tx: Connection, at: datetime, partners: Iterable[Partner]) -> Iterator[NewCase]:
    for partner in partners:
        if partner.active and (
            said := find_silence(partner, list_arrival_times(tx, partner.name, at - LOOK_BACK), at)
        ):
            yield _alarm("silent-partner", f"partner {partner.name}", said)


def _list_rates(tx: Connection, at: datetime, partners: Iterable[Partner]) -> Iterator[NewCase]:
    for partner in partners:
        if partner.active:
            for kind, said in find_high_rates(tx, partner, at):
                yield _alarm(kind, f"partner {partner.name}", said)
        if partner.active and partner.alarms.number_gaps:
            for said in find_gaps(tx, partner, at):
                yield _alarm("number-gap", f"partner {partner.name}", said)


def _list_changed(tx: Connection) -> Iterator[NewCase]:
    for name, said in list_unaccepted(tx):
        advice = f"see cmgateway partner history {name}, then partner accept {name} --reason"
        yield _alarm("changed-file", f"file {name}.yaml", f"{said}; {advice}")


def _alarm(kind: str, subject: str, summary: str) -> NewCase:
    return NewCase(kind=kind, owner="ops", summary=summary, subject=subject)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
