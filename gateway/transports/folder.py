"""The folder transport: files dropped into a folder of this machine, or one mounted there."""

import os
import re
import secrets
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from gateway.disk import sync_folders, write_files
from gateway.transports.names import find_fault, list_names, write_safely
from gateway.transports.stability import Rules
from gateway.transports.trailer import LOOK, ends_with_iea
from gateway.transports.transport import ChangedError, Sighting, TransportError

_HELD = ".held-"
_LEFT_OVER_SECONDS = 60  # what lies there longer was left by a process that was killed
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_OLD_PART_SECONDS = 3600


class FolderTransport:
    """One folder; nothing below it is looked at.

    With `done`, settled files are moved into the folder of that name below; else removed.
    """

    def __init__(self, path: Path | str, rules: Rules | None = None, done: str = "") -> None:
        """Name the folder; it is not touched before the first use."""
        self.path = Path(path)
        self.rules = rules or Rules()
        self.done = done
        self._is_clean = False

    def list(self) -> list[Sighting]:
        """Return all there is, oldest first; what must not be taken says why."""
        with _telling(self.path):
            present = _scan(self.path)
            seen = [self._look(entry) for entry in present]
            self._restore_left_overs(present)
        found = [sighting for sighting in seen if sighting is not None]
        return sorted(found, key=lambda one: (one.modified_at or datetime.min, one.name))  # noqa: DTZ901 times have no zone here

    def fetch(self, sighting: Sighting) -> bytes:
        """Return the bytes; raises ChangedError where the file is not as it was seen."""
        if sighting.refused:
            raise TransportError(f"{sighting.name} is not taken: {sighting.refused}")
        with _telling(self.path / sighting.name), _open(self.path / sighting.name) as handle:
            _check_unchanged(handle, sighting)
            data = _read_all(handle, sighting.size)
            _check_unchanged(handle, sighting)
        if len(data) != sighting.size:
            raise ChangedError(f"{sighting.name} is still growing; it is looked at again")
        return data

    def settle(self, sighting: Sighting) -> bool:
        """Remove a fetched file and its markers; false where another stands under its name now.

        The file is moved aside before it is compared, so that one that replaces it in between
        is not the one that is removed.
        """
        with _telling(self.path / sighting.name):
            held = self._hold(sighting.name)
            if held is None:
                return True
            if not _is_as_seen(held.lstat(), sighting):
                _move(held, self.path, sighting.name)
                return False
            self._remove(held, sighting.name)
        return True

    def put(self, name: str, data: bytes) -> str:
        """Return the name the bytes stand under: seen whole or not at all, and safe on the disk.

        The same bytes under that name are done already; other bytes there are left alone and
        the name gets a number.
        """
        return self.put_all([(name, data)])[0]

    def put_all(self, files: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
        """Return what `put` returns of each; the folder is synced once for all of them."""
        for name, _ in files:
            fault = find_fault(name) or ("the name is hidden" if name.startswith(".") else "")
            if fault:
                raise TransportError(f"cannot write {write_safely(name)!r}: {fault}")
        with _telling(self.path / files[0][0] if len(files) == 1 else self.path):
            self._remove_old_parts()
            standing = self._put_all(files)
            sync_folders([self.path])
        return standing

    def _put_all(self, files: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
        parts = {self.path / f".{secrets.token_hex(8)}.part": data for _, data in files}
        try:
            _write_durably(parts)
            return tuple(
                self._publish(part, *file) for part, file in zip(parts, files, strict=True)
            )
        finally:
            for part in parts:
                part.unlink(missing_ok=True)

    def _look(self, entry: os.DirEntry[str]) -> Sighting | None:
        if entry.name == self.done or entry.name.startswith(_HELD):
            return None
        try:
            found = os.lstat(entry.path)
        except FileNotFoundError:  # gone since it was listed
            return None
        fault = _find_kind_fault(found.st_mode) or find_fault(entry.name)
        return Sighting(
            name=write_safely(entry.name),
            size=found.st_size,
            modified_at=_moment(found),
            refused=fault,
            is_complete=None if fault else self._find_completeness(entry.name, found.st_size),
        )

    def _find_completeness(self, name: str, size: int) -> bool | None:
        if "trailer" not in self.rules.ways or not 0 < size <= self.rules.max_size:
            return None
        try:
            with _open(self.path / name) as handle:
                head = os.pread(handle, LOOK, 0)
                return ends_with_iea(head, os.pread(handle, LOOK, max(0, size - LOOK)))
        except OSError:  # gone, or not ours to read yet; fetching it will tell
            return None

    def _hold(self, name: str) -> Path | None:
        """Move the file aside under a name of its own; None where it is gone."""
        held = self.path / f"{_HELD}{secrets.token_hex(4)}-{name}"
        try:
            (self.path / name).rename(held)
        except FileNotFoundError:
            return None
        return held

    def _remove(self, held: Path, name: str) -> None:
        if self.done:
            _move(held, _make_folder(self.path / self.done), name)
        else:
            held.unlink()
        for marker in self.rules.markers if "marker" in self.rules.ways else ():
            (self.path / (name + marker)).unlink(missing_ok=True)

    def _restore_left_overs(self, present: Iterable[os.DirEntry[str]]) -> None:
        """Bring back what a killed process had moved aside: it may not have compared it yet."""
        for entry in present:
            if entry.name.startswith(_HELD) and _is_older(entry, _LEFT_OVER_SECONDS):
                name = entry.name[len(_HELD) :].partition("-")[2]
                with suppress(FileNotFoundError):  # another process was first
                    _move(self.path / entry.name, self.path, name)

    def _remove_old_parts(self) -> None:
        """Remove, once in our life, what killed processes did not finish writing."""
        if self._is_clean:
            return
        for entry in _scan(self.path):
            if _PART.fullmatch(entry.name) and _is_older(entry, _OLD_PART_SECONDS):
                (self.path / entry.name).unlink(missing_ok=True)
        self._is_clean = True

    def _publish(self, part: Path, name: str, data: bytes) -> str:
        for candidate in list_names(name):
            if _rename(part, self.path / candidate) or _holds(self.path / candidate, data):
                return candidate
        raise TransportError(f"no name is left for {name}")  # pragma: no cover the names never end


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Tell a fault of the file system as a sentence."""
    try:
        yield
    except OSError as error:
        raise TransportError(
            f"{write_safely(str(path))}: {error.strerror or error}; "
            "check that the folder is there, mounted and open to this user"
        ) from error


def _scan(folder: Path) -> tuple[os.DirEntry[str], ...]:
    with os.scandir(folder) as entries:
        return tuple(entries)


def _is_older(entry: os.DirEntry[str], seconds: float) -> bool:
    """Return whether it has been there longer, by the time of its name, not of its content."""
    try:
        return time.time() - os.lstat(entry.path).st_ctime > seconds
    except FileNotFoundError:  # another process was first
        return False


def _find_kind_fault(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a symbolic link"
    if stat.S_ISDIR(mode):
        return "is a folder; files are taken from the channel's folder only"
    return "" if stat.S_ISREG(mode) else "is no ordinary file"


def _moment(found: os.stat_result) -> datetime | None:
    try:
        return datetime.fromtimestamp(found.st_mtime, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return None


def _is_as_seen(found: os.stat_result, sighting: Sighting) -> bool:
    return (found.st_size, _moment(found)) == (sighting.size, sighting.modified_at)


@contextmanager
def _open(path: Path) -> Iterator[int]:
    """Yield a handle of an ordinary file; never follows a link, never waits for a pipe."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _check_unchanged(handle: int, sighting: Sighting) -> None:
    if not _is_as_seen(os.fstat(handle), sighting):
        raise ChangedError(f"{sighting.name} changed since it was seen; it is looked at again")


def _read_all(handle: int, size: int) -> bytes:
    """Return what is there, at most one byte more than expected."""
    parts: list[bytes] = []
    left = size + 1
    while left and (part := os.read(handle, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _write_durably(contents: Mapping[Path, bytes]) -> None:
    write_files(contents, 0o666)
    for path, data in contents.items():
        written = path.stat().st_size
        if written != len(data):
            raise TransportError(f"{path.name}: {written} of {len(data)} bytes arrived")


def _make_folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    if path.is_symlink():  # the partner could lead our files into another partner's folder
        raise TransportError(f"{path} is a symbolic link; make it a folder")
    return path


def _move(source: Path, folder: Path, name: str) -> None:
    """Move a file into a folder under its name, or under the next one that is free."""
    for candidate in list_names(name):
        if _rename(source, folder / candidate):
            return


def _rename(source: Path, target: Path) -> bool:
    """Rename a file; false where the name is taken."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise
    except OSError:  # no links here, or not of a file of another owner: there is a moment's risk
        if os.path.lexists(target):
            return False
        source.rename(target)
    else:
        source.unlink()
    return True


def _holds(path: Path, data: bytes) -> bool:
    try:
        with _open(path) as handle:
            same_size = os.fstat(handle).st_size == len(data)
            return same_size and _read_all(handle, len(data)) == data
    except OSError:  # not there, a link, or not ours to read: it is not what we wrote
        return False
