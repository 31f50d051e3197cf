"""Read the journal: from a time or behind a cursor, event by event as it was written."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from msgspec import Struct

from gateway.events.cloud_event import CloudEvent
from gateway.events.journal import PREFIX, SUFFIX, decode_event, list_days
from translators.findings import Finding

_CURSOR = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,15})$")


class CursorError(Exception):
    """A cursor is none that the journal gave out; the message says what to do."""


class Page(Struct, frozen=True, kw_only=True):
    """Some events, and the cursor behind them; `more` where others may wait."""

    events: list[CloudEvent]
    cursor: str
    more: bool
    findings: list[Finding]


class Wanted(Struct, frozen=True, kw_only=True):
    """Which events are wanted: patterns of their types, such as `cmgateway.order.*`; none means all."""

    types: tuple[str, ...] = ()
    partner: str = ""  # only what is about this partner
    among: frozenset[str] | None = None  # of no other type, whatever the patterns say

    def takes(self, event: CloudEvent) -> bool:
        """Return whether the event is among them."""
        if self.partner and event.data.get("partner") != self.partner:
            return False
        if self.among is not None and event.type not in self.among:
            return False
        return not self.types or any(fnmatchcase(event.type, one) for one in self.types)


def read_page(folder: Path, after: str, limit: int, wanted: Wanted) -> Page:
    """Return the next events behind a cursor, or from the beginning; raises CursorError.

    The cursor goes on over events that are not wanted, so that none is looked at twice.
    """
    events: list[CloudEvent] = []
    findings: list[Finding] = []
    cursor = after
    lines = _read_lines(folder, after)
    for found, behind in lines:
        cursor = behind
        if isinstance(found, Finding):
            findings.append(found)
        elif wanted.takes(found):
            events.append(found)
            if len(events) == limit:
                break
    more = next(islice(lines, 1), None) is not None
    return Page(events=events, cursor=cursor, more=more, findings=findings)


def read_journal(folder: Path, since: datetime) -> Iterator[CloudEvent | Finding]:
    """Yield the events whose time is not before `since` (UTC), as written.

    A line that cannot be read comes as a finding with its place; a torn last one is passed over.
    """
    start = since.replace(tzinfo=UTC) if since.tzinfo is None else since.astimezone(UTC)
    for found, _ in _read_lines(folder, f"{start:%Y-%m-%d}.0"):
        if isinstance(found, Finding) or _time_of(found) >= start:
            yield found


def _read_lines(folder: Path, after: str) -> Iterator[tuple[CloudEvent | Finding, str]]:
    """Yield each line behind a cursor with the cursor behind it."""
    day, offset = _read_cursor(after)
    # Listed before any is read: what is not the last of the list does not grow any more.
    for path in list_days(folder):
        own = path.name[len(PREFIX) : -len(SUFFIX)]
        if own >= day:
            yield from _read_file(path, own, offset if own == day else 0)


def _read_cursor(text: str) -> tuple[str, int]:
    if not text:
        return "", 0
    match = _CURSOR.match(text)
    if match is None:
        advice = "take it as the answer before gave it, or leave it out to begin at the beginning"
        raise CursorError(f"{text[:40]!r} is no cursor, which looks like 2026-11-21.4711; {advice}")
    return match[1], int(match[2])


def _read_file(path: Path, day: str, offset: int) -> Iterator[tuple[CloudEvent | Finding, str]]:
    with path.open("rb") as file:
        if offset:
            file.seek(offset - 1)
            if file.read(1) != b"\n":
                sentence = f"{day}.{offset} is no cursor of this journal: no line ends there"
                raise CursorError(f"{sentence}; leave it out to begin at the beginning")
        number = 0 if offset else 1
        for line in file:
            if not line.endswith(b"\n"):
                return  # it is being written
            offset += len(line)
            event = decode_event(line)
            if event is not None and _is_timed(event):
                yield event, f"{day}.{offset}"
            else:
                yield _unreadable(path, number, offset), f"{day}.{offset}"
            number += bool(number)


def _unreadable(path: Path, number: int, offset: int) -> Finding:
    return Finding(
        level="error",
        code="unreadable-event",
        sentence="the line is no event",
        place=f"{path.name}:{number}" if number else f"{path.name}, before byte {offset}",
        advice="somebody changed the file: restore it from a backup",
    )


def _is_timed(event: CloudEvent) -> bool:
    try:
        _time_of(event)
    except ValueError:
        return False
    return True


def _time_of(event: CloudEvent) -> datetime:
    return datetime.fromisoformat(event.time)
