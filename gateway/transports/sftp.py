"""The SFTP transport: files of a partner's server, or of ours where partners log in."""

import hashlib
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from gateway.transports.line import Line
from gateway.transports.names import find_fault, list_names, write_safely
from gateway.transports.remote_files import PIECE, RemoteFile, RemoteFiles
from gateway.transports.stability import Rules
from gateway.transports.trailer import LOOK, ends_with_iea
from gateway.transports.transport import ChangedError, Sighting, TransportError

_HELD = ".held-"
_LEFT_OVER_SECONDS = 60  # what is held longer was left by a process that was killed
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_OLD_PART_SECONDS = 2 * 86_400  # an effect is tried for half a day
_HELD_PARTS = 3  # .held-<when>-<random>-<name>


class SftpTransport:
    """One folder of a server; nothing below it is looked at.

    With `done`, settled files are moved into the folder of that name below; else removed.
    """

    def __init__(self, line: Line, folder: str, rules: Rules | None = None, done: str = "") -> None:
        """Name the folder as the server does; nothing is connected before the first use."""
        self.folder = folder.rstrip("/") or "/"
        self.rules = rules or Rules()
        self.done = done
        self._line = line
        self._is_clean = False
        self._endings: dict[str, tuple[RemoteFile, bool | None]] = {}

    def list(self) -> list[Sighting]:
        """Return all there is, oldest first; what must not be taken says why."""
        with self._files(self.folder) as files:
            present = files.list(self._path())
            self._restore_left_overs(files, present)
            seen = [self._look(files, file) for file in present if not self._is_ours(file.name)]
        names = {file.name for file in present}
        self._endings = {name: ending for name, ending in self._endings.items() if name in names}
        return sorted(seen, key=lambda one: (one.modified_at or datetime.min, one.name))  # noqa: DTZ901 times have no zone here

    def fetch(self, sighting: Sighting) -> bytes:
        """Return the bytes; raises ChangedError where the file is not as it was seen."""
        if sighting.refused:
            raise TransportError(f"{sighting.name} is not taken: {sighting.refused}")
        path = self._path(sighting.name)
        with self._files(sighting.name) as files:
            _check_unchanged(files.find(path), sighting)
            data = files.read(path, sighting.size + 1)
            _check_unchanged(files.find(path), sighting)
        if len(data) != sighting.size:
            raise ChangedError(f"{sighting.name} is still growing; it is looked at again")
        return data

    def settle(self, sighting: Sighting) -> bool:
        """Remove a fetched file and its markers; false where another stands under its name now.

        It is moved aside before it is compared, as in a folder.
        """
        path = self._path(sighting.name)
        mark = f"{_HELD}{int(time.time()):x}-{secrets.token_hex(4)}-"
        with self._files(sighting.name) as files:
            held = self._path(mark + sighting.name)
            try:
                files.rename(path, held)
            except FileNotFoundError:
                return True
            found = files.find(held)
            if found is not None and not _is_as_seen(found, sighting):
                self._move(files, held, self.folder, sighting.name)
                return False
            self._remove(files, held, sighting.name)
        return True

    def put(self, name: str, data: bytes) -> str:
        """Return the name the bytes stand under: seen whole or not at all.

        The same bytes under that name are done already; other bytes there are left alone and
        the name gets a number. What a broken line left half-written is verified and continued.
        """
        fault = find_fault(name) or ("the name is hidden" if name.startswith(".") else "")
        if fault:
            raise TransportError(f"cannot write {write_safely(name)!r}: {fault}")
        with self._files(name) as files:
            if self._holds(files, self._path(name), data):
                return name
            self._remove_old_parts(files)
            part = self._path(f".{hashlib.sha256(data).hexdigest()[:16]}.part")
            with suppress(FileNotFoundError):  # another process put the same bytes, and was first
                files.write(part, data, _find_verified(files, part, data))
            found = files.find(part)
            if found is not None and found.size != len(data):
                raise TransportError(f"{name}: {found.size} of {len(data)} bytes arrived")
            return self._publish(files, part, name, data)

    def put_all(self, files: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
        """Return what `put` returns of each; a server is given one file after the other."""
        return tuple(self.put(name, data) for name, data in files)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    @contextmanager
    def _files(self, name: str) -> Iterator[RemoteFiles]:
        """Yield the remote files; a no of the server is told as a sentence about the name."""
        try:
            with self._line.use() as sftp:
                yield RemoteFiles(self._line, sftp)
        except OSError as error:
            said = error.strerror or f"{error}" or type(error).__name__
            raise TransportError(
                f"{write_safely(name)} on {self._line.server}: {said}; "
                "check that it is there and open to this user"
            ) from error

    def _path(self, name: str = "") -> bytes:
        path = f"{self.folder}/{name}" if name else self.folder
        return path.replace("//", "/").encode("utf-8", "surrogateescape")

    def _is_ours(self, name: str) -> bool:
        return name == self.done or name.startswith(_HELD)

    def _look(self, files: RemoteFiles, file: RemoteFile) -> Sighting:
        fault = file.fault or find_fault(file.name)
        return Sighting(
            name=write_safely(file.name),
            size=file.size or 0,
            modified_at=_moment(file),
            refused=fault,
            is_complete=None if fault else self._find_completeness(files, file),
        )

    def _find_completeness(self, files: RemoteFiles, file: RemoteFile) -> bool | None:
        """Return whether the end says so; a file that has not changed is not read again."""
        size = file.size or 0
        if "trailer" not in self.rules.ways or not 0 < size <= self.rules.max_size:
            return None
        known = self._endings.get(file.name)
        if known is not None and known[0].is_as(file):
            return known[1]
        path = self._path(file.name)
        try:
            head = files.read(path, LOOK)
            tail = head if size <= LOOK else files.read(path, LOOK, size - LOOK)
        except (PermissionError, FileNotFoundError):
            return None
        ending = ends_with_iea(head, tail)
        self._endings[file.name] = (file, ending)
        return ending

    def _remove(self, files: RemoteFiles, held: bytes, name: str) -> None:
        if self.done:
            folder = f"{self.folder}/{self.done}"
            files.make_folder(folder.encode())
            self._move(files, held, folder, name)
        else:
            files.remove(held)
        for marker in self.rules.markers if "marker" in self.rules.ways else ():
            files.remove(self._path(name + marker))

    def _move(self, files: RemoteFiles, source: bytes, folder: str, name: str) -> None:
        for candidate in list_names(name):
            if files.rename(source, f"{folder}/{candidate}".replace("//", "/").encode()):
                return

    def _restore_left_overs(self, files: RemoteFiles, present: Iterable[RemoteFile]) -> None:
        """Bring back what a killed process had moved aside: it may not have compared it yet."""
        for file in present:
            parts = file.name.removeprefix(_HELD).split("-", _HELD_PARTS - 1)
            if not file.name.startswith(_HELD) or len(parts) != _HELD_PARTS or file.fault:
                continue
            if _is_old(parts[0]) and not find_fault(parts[2]):
                with suppress(FileNotFoundError):  # another process was first
                    self._move(files, self._path(file.name), self.folder, parts[2])

    def _remove_old_parts(self, files: RemoteFiles) -> None:
        """Remove, once in our life, what nobody continues any more."""
        if self._is_clean:
            return
        for file in files.list(self._path()):
            is_old = time.time() - (file.modified or time.time()) > _OLD_PART_SECONDS
            if is_old and _PART.fullmatch(file.name) and not file.fault:
                files.remove(self._path(file.name))
        self._is_clean = True

    def _publish(self, files: RemoteFiles, part: bytes, name: str, data: bytes) -> str:
        for candidate in list_names(name):
            path = self._path(candidate)
            try:
                if files.rename(part, path):
                    return candidate
            except FileNotFoundError:  # another process put the same bytes, and was first
                if files.find(path) is None:
                    raise
            if self._holds(files, path, data):
                files.remove(part)
                return candidate
        raise TransportError(f"no name is left for {name}")  # pragma: no cover the names never end

    def _holds(self, files: RemoteFiles, path: bytes, data: bytes) -> bool:
        found = files.find(path)
        if found is None or found.fault or found.size != len(data):
            return False
        try:
            return files.read(path, len(data)) == data
        except (PermissionError, FileNotFoundError):  # we may write there only; or it was taken
            return False


def _find_verified(files: RemoteFiles, part: bytes, data: bytes) -> int:
    """Return how many bytes of an earlier attempt stand there as they should.

    The part is named by its content, so nobody else's bytes are in it; but a server that lost
    power may have kept a hole.
    """
    found = files.find(part)
    if found is None:
        return 0
    if found.fault or (found.size or 0) > len(data):
        files.remove(part)
        return 0
    there = files.read(part, found.size or 0)
    if data.startswith(there):
        return len(there)
    good = 0
    while there[good : good + PIECE] == data[good : good + PIECE]:
        good += PIECE
    return good


def _check_unchanged(found: RemoteFile | None, sighting: Sighting) -> None:
    if found is None or found.fault or not _is_as_seen(found, sighting):
        raise ChangedError(f"{sighting.name} changed since it was seen; it is looked at again")


def _is_as_seen(found: RemoteFile, sighting: Sighting) -> bool:
    return (found.size, _moment(found)) == (sighting.size, sighting.modified_at)


def _moment(file: RemoteFile) -> datetime | None:
    if file.modified is None:
        return None
    return datetime.fromtimestamp(file.modified, UTC).replace(tzinfo=None)


def _is_old(stamp: str) -> bool:
    try:
        return time.time() - int(stamp, 16) > _LEFT_OVER_SECONDS
    except ValueError:
        return False
