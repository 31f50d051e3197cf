"""The journal: every event as a line in the file of its day, each id once."""

import errno
import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import FileIO
from pathlib import Path
from typing import Literal

import msgspec

from gateway.events.cloud_event import CloudEvent, write_event
from translators.findings import Finding

PREFIX, SUFFIX = "events-", ".ndjson"
Written = Literal["written", "already"]


class JournalError(Exception):
    """The journal cannot be written now; the message says why."""


class _Line(msgspec.Struct):
    id: str


@dataclass(slots=True)
class _Known:
    """What has been read of one file: up to which byte, and which ids."""

    size: int = 0
    ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Journal:
    """A folder of append-only files, one a day (UTC, by the event's own time)."""

    folder: Path
    _known: dict[Path, _Known] = field(default_factory=dict)

    def publish(self, event: CloudEvent) -> Written:
        """Write the event and sync it, unless its id is there; raises JournalError."""
        return self.publish_all([event])[0]

    def publish_all(self, events: Sequence[CloudEvent]) -> list[Written]:
        """Write the events that are not there, all of a day with one sync; raises JournalError."""
        days: dict[str, list[CloudEvent]] = {}
        for event in events:
            days.setdefault(event.time[:10], []).append(event)
        done = {day: self._publish_day(day, some) for day, some in days.items()}
        return [done[event.time[:10]].pop(0) for event in events]

    def _publish_day(self, day: str, events: list[CloudEvent]) -> list[Written]:
        path = self.folder / f"{PREFIX}{day}{SUFFIX}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            is_new = not path.exists()
            with path.open("a+b", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                done = self._append(path, file, events)
            if is_new:
                _sync_folder(self.folder)
        except OSError as error:
            raise JournalError(f"{path} cannot be written: {error.strerror or error}") from error
        return done

    def _append(self, path: Path, file: FileIO, events: list[CloudEvent]) -> list[Written]:
        known = self._refresh(path, file)
        fresh = {one.id: one for one in reversed(events) if one.id not in known.ids}
        lines = b"".join(write_event(one) + b"\n" for one in reversed(fresh.values()))
        if lines:
            try:
                _write_synced(file, lines)
            except OSError:
                file.truncate(known.size)
                raise
            known.size += len(lines)
            known.ids.update(fresh)
        return ["written" if fresh.get(one.id) is one else "already" for one in events]

    def _refresh(self, path: Path, file: FileIO) -> _Known:
        """Return what the file holds now, its torn last line mended; others may have written too."""
        known = self._known.setdefault(path, _Known())
        if file.seek(0, os.SEEK_END) < known.size:
            known = self._known[path] = _Known()
        file.seek(known.size)
        rest = file.read()
        whole, _, torn = rest.rpartition(b"\n")
        if torn and _event_of(torn) is not None:
            # Only the line end is missing: the event was written, and stays.
            _write_synced(file, b"\n")
            rest += b"\n"
            whole, torn = rest[:-1], b""
        elif torn:
            # It was never confirmed, so its effect is still due and writes it again.
            file.truncate(known.size + len(rest) - len(torn))
        known.size += len(rest) - len(torn)
        known.ids.update(found for line in whole.split(b"\n") if (found := _id_of(line)))
        return known


def read_journal(folder: Path, since: datetime) -> Iterator[CloudEvent | Finding]:
    """Yield the events whose time is not before `since` (UTC), day by day as written.

    A line that cannot be read comes as a finding with its place; a torn last one is passed over.
    """
    start = since.replace(tzinfo=UTC) if since.tzinfo is None else since
    for path in sorted(folder.glob(f"{PREFIX}*{SUFFIX}")):
        if _day_of(path) >= start.astimezone(UTC).date():
            yield from _read_day(path, start)


def _read_day(path: Path, start: datetime) -> Iterator[CloudEvent | Finding]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            event = _event_of(line)
            if event is not None:
                if datetime.fromisoformat(event.time) >= start:
                    yield event
            elif line.endswith(b"\n"):
                yield Finding(
                    level="error",
                    code="unreadable-event",
                    sentence="the line is no event",
                    place=f"{path.name}:{number}",
                    advice="somebody changed the file: restore it from a backup",
                )


def _day_of(path: Path) -> date:
    try:
        return date.fromisoformat(path.name[len(PREFIX) : -len(SUFFIX)])
    except ValueError:
        return date.max  # shown whatever is asked for: better once too often than never


def _event_of(line: bytes) -> CloudEvent | None:
    try:
        event = msgspec.json.decode(line, type=CloudEvent)
        datetime.fromisoformat(event.time)
    except (msgspec.DecodeError, ValueError):
        return None
    return event


def _id_of(line: bytes) -> str | None:
    try:
        return msgspec.json.decode(line, type=_Line).id
    except (msgspec.DecodeError, ValueError):
        return None


def _write_synced(file: FileIO, line: bytes) -> None:
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, "only part of the line fits on the disk")
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
