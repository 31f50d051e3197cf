"""The journal: every event as a line of a file, each id once, in the order they came."""

import errno
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Literal

import msgspec

from gateway.disk import sync_folders
from gateway.events.cloud_event import CloudEvent, write_event

PREFIX, SUFFIX = "events-", ".ndjson"
LOCK = ".lock"
MOST_KNOWN = 3  # files whose ids are kept in memory

Done = Literal["written", "already"]


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
    """A folder of append-only files, one a day (UTC); only the newest of them grows.

    A reader who has read one file to its end, and sees a newer one, has missed nothing: an event
    that was delayed over midnight goes into the newer file.
    """

    folder: Path
    _known: dict[Path, _Known] = field(default_factory=dict)

    def publish(self, event: CloudEvent) -> Done:
        """Write the event and sync it, unless its id is there; raises JournalError."""
        return self.publish_all([event])[0]

    def publish_all(self, events: Sequence[CloudEvent]) -> list[Done]:
        """Write events with one sync for all of them; raises JournalError, then none is written."""
        if not events:
            return []
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._alone():
                return self._publish(events)
        except OSError as error:
            sentence = f"the journal in {self.folder} cannot be written: {error.strerror or error}"
            raise JournalError(sentence) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / LOCK).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _publish(self, events: Sequence[CloudEvent]) -> list[Done]:
        there = list_days(self.folder)
        newest = self.folder / max(f"{PREFIX}{event.time[:10]}{SUFFIX}" for event in events)
        newest = max([newest, *there])
        with newest.open("a+b", buffering=0) as file:
            known = self._refresh(newest, file, is_closed=False)
            seen = self._ids_since(min(event.time[:10] for event in events), there, newest)
            done = self._append(file, known, seen, events)
        if newest not in there:
            sync_folders([self.folder])
        for old in sorted(self._known)[:-MOST_KNOWN]:
            del self._known[old]
        return done

    def _ids_since(self, day: str, there: list[Path], newest: Path) -> list[set[str]]:
        """Return the ids of the files an event of that day may stand in: its own day's, and later."""
        seen = []
        for path in there:
            if path != newest and path.name >= f"{PREFIX}{day}{SUFFIX}":
                with path.open("r+b", buffering=0) as file:
                    seen.append(self._refresh(path, file, is_closed=True).ids)
        return seen

    def _append(
        self, file: FileIO, known: _Known, seen: list[set[str]], events: Sequence[CloudEvent]
    ) -> list[Done]:
        done: list[Done] = []
        lines: dict[str, bytes] = {}
        for event in events:
            is_there = event.id in lines or any(event.id in ids for ids in [known.ids, *seen])
            done.append("already" if is_there else "written")
            if not is_there:
                lines[event.id] = write_event(event) + b"\n"
        if lines:
            data = b"".join(lines.values())
            try:
                _write_synced(file, data)
            except OSError:
                file.truncate(known.size)
                raise
            known.size += len(data)
            known.ids.update(lines)
        return done

    def _refresh(self, path: Path, file: FileIO, *, is_closed: bool) -> _Known:
        """Return what the file holds now, its torn last line mended; others may have written too."""
        known = self._known.setdefault(path, _Known())
        if file.seek(0, os.SEEK_END) < known.size:
            known = self._known[path] = _Known()
        file.seek(known.size)
        rest = file.read()
        whole, _, torn = rest.rpartition(b"\n")
        if torn and not is_closed and decode_event(torn) is not None:
            # Only the line end is missing: the event was written, and stays.
            _write_synced(file, b"\n")
            rest += b"\n"
            whole, torn = rest[:-1], b""
        elif torn:
            # It was never confirmed, so its effect is still due and writes it again; in a file
            # that is closed, readers have passed it over.
            file.truncate(known.size + len(rest) - len(torn))
        known.size += len(rest) - len(torn)
        known.ids.update(found for line in whole.split(b"\n") if (found := _id_of(line)))
        return known


def list_days(folder: Path) -> list[Path]:
    """Return the files of a journal, the oldest first."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))


def decode_event(line: bytes) -> CloudEvent | None:
    """Return the event of a line; None where it is none."""
    try:
        return msgspec.json.decode(line, type=CloudEvent)
    except (msgspec.DecodeError, ValueError):
        return None


def _id_of(line: bytes) -> str | None:
    try:
        return msgspec.json.decode(line, type=_Line).id
    except (msgspec.DecodeError, ValueError):
        return None


def _write_synced(file: FileIO, line: bytes) -> None:
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, "only part of the line fits on the disk")
    os.fsync(file.fileno())
