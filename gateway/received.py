"""Received: bytes that came become files of the ledger; a container also the files inside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from gateway.clock import now
from gateway.containers import ContainerError, Member, is_container, open_container
from gateway.gateway import Gateway
from gateway.ledger.arriving import Arrival, look_up_files, record_file
from gateway.ledger.files import FileRow, find_file, mark_settled, set_file_state
from gateway.ledger.observations import Observation
from gateway.parts import Part, find_part
from gateway.pgp import PgpError, is_encrypted, is_pgp, is_refused_open, name_inside, open_pgp
from gateway.question import answer_question, is_question
from gateway.repeat import repeat_answer
from gateway.secrets import SecretError
from gateway.whole import record_part


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A file as a channel brought it; `channel` is as the ledger names it, such as `north/drop`."""

    partner: str
    channel: str
    name: str
    data: bytes
    modified_at: datetime | None = None
    observations: tuple[Observation, ...] = ()
    most_bytes: int
    is_settled: bool = False  # nothing is left to be removed where it came from


def record_arrival(gateway: Gateway, arrived: Arrived) -> list[FileRow]:
    """Return the row of the file, then those of the files inside it; all are archived before.

    The same file seen again before its source was removed gets the same row, and nothing more.
    """
    return record_arrivals(gateway, [arrived])[0]


def record_arrivals(gateway: Gateway, some: Sequence[Arrived]) -> list[list[FileRow]]:
    """Return the rows of each of the files; all are archived before one transaction records them."""
    opened = [(arrived, _list_members(gateway, arrived)) for arrived in some]
    parts = {
        (arrived.partner, name, data): part
        for arrived, members in opened
        for name, data in _list_names(arrived, members)
        if (part := find_part(gateway, arrived.partner, name, data)) is not None
    }
    contents = [
        data
        for arrived, members in opened
        for data in (arrived.data, *(one.data for one in members))
    ]
    hashes = iter(gateway.archive.store_all(contents))
    hashed = [
        (one, next(hashes), [(each, next(hashes)) for each in inner]) for one, inner in opened
    ]
    with gateway.ledger.begin() as tx:
        look_up_files(tx, [_arrival(arrived, sha256) for arrived, sha256, _ in hashed])
        return [_record(_Desk(gateway, tx, parts), *one) for one in hashed]


@dataclass(slots=True, frozen=True)
class _Desk:
    """Where files are recorded: one transaction, and which of them are parts of something."""

    gateway: Gateway
    tx: Connection
    parts: dict[tuple[str, str, bytes], Part]


def _list_names(arrived: Arrived, members: list[Member]) -> list[tuple[str, bytes]]:
    """Return what is to be read: the file, or those inside it."""
    if not members:
        return [(arrived.name, arrived.data)]
    return [(one.name, one.data) for one in members]


def _record(
    desk: _Desk, arrived: Arrived, sha256: str, inner: list[tuple[Member, str]]
) -> list[FileRow]:
    """Return the rows of a file and of those inside it."""
    tx = desk.tx
    file = record_file(tx, _arrival(arrived, sha256))
    if arrived.is_settled:
        mark_settled(tx, file.id)
    if is_question(file.name):
        answer_question(desk.gateway, tx, file, arrived.data)
        return [find_file(tx, file.id) or file]
    repeat_answer(tx, file)
    if not inner or file.state != "received":
        return _join(desk, file, arrived.data)
    inside = [_record_member(tx, arrived, file, *one) for one in inner]
    numbers = f"{inside[0].id} to {inside[-1].id}" if len(inside) > 1 else f"{inside[0].id}"
    set_file_state(tx, file.id, "ignored", f"opened: it held {len(inside)} files, {numbers}")
    rows = [_join(desk, row, one.data) for row, (one, _) in zip(inside, inner, strict=True)]
    return [file, *(row for some in rows for row in some)]


def _join(desk: _Desk, file: FileRow, data: bytes) -> list[FileRow]:
    """Return the file, and what was read of it and others where it was the last part to come."""
    part = desk.parts.get((file.partner, file.name, data))
    return [file] if part is None else record_part(desk.gateway, desk.tx, file, part)


def _list_members(gateway: Gateway, arrived: Arrived) -> list[Member]:
    """Return what is inside; nothing where it cannot be opened: reading it tells its sender why."""
    partner = gateway.partners.partners.get(arrived.partner)
    if partner and is_refused_open(partner, arrived.channel, arrived.name, arrived.data):
        return []
    try:
        if is_pgp(arrived.data):
            return _open_message(gateway, arrived)
        if is_container(arrived.data):
            return open_container(arrived.name, arrived.data, arrived.most_bytes)
    except (ContainerError, PgpError, SecretError):
        return []
    return []


def _open_message(gateway: Gateway, arrived: Arrived) -> list[Member]:
    """Return the file in a PGP message; a container in it is opened, too."""
    partner, most = gateway.partners.get(arrived.partner), arrived.most_bytes
    data = open_pgp(gateway.secrets, partner, arrived.data, most)
    inside = f"{arrived.name}/{name_inside(arrived.name)}"
    if is_container(data):
        return open_container(inside, data, most)
    return [Member(name=inside, data=data)]


def _arrival(arrived: Arrived, sha256: str) -> Arrival:
    return Arrival(
        partner=arrived.partner,
        channel=arrived.channel,
        name=arrived.name,
        sha256=sha256,
        size=len(arrived.data),
        modified_at=arrived.modified_at,
        observations=arrived.observations,
    )


def _record_member(
    tx: Connection, arrived: Arrived, container: FileRow, member: Member, sha256: str
) -> FileRow:
    reason = f"it was inside {container.name}, file {container.id}"
    inside = Observation(at=now(), verdict="take", reason=reason, size=len(member.data))
    arrival = Arrival(
        partner=arrived.partner,
        channel=arrived.channel,
        name=member.name,
        sha256=sha256,
        size=len(member.data),
        modified_at=arrived.modified_at,
        observations=(inside,),
        was_sealed=is_encrypted(arrived.data),
    )
    file = record_file(tx, arrival)
    mark_settled(tx, file.id)  # there is nothing of it at the source
    return file
