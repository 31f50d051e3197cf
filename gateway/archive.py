"""The archive: raw bytes by their SHA-256, in a folder or any object store."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import local
from typing import Any

from gateway.disk import read_bytes, sync_folders, write_files

_HEX = frozenset("0123456789abcdef")
_YOUNG_SECONDS = 3600


class _Gathered(local):
    """What a block of this thread stores at its end, by SHA-256; None outside of one."""

    contents: dict[str, bytes] | None = None


class ArchiveError(Exception):
    """Bytes that should be in the archive are not, or are not what they were."""


class Archive:
    """Bytes are written once and never changed; what has the same content is kept once.

    A plain path is a folder, private to its owner; a URL such as `s3://bucket/archive` is
    opened through fsspec.
    """

    def __init__(self, url: str) -> None:
        """Open the archive at this path or URL; nothing is created before the first store."""
        self._store: _Folder | _Objects = _Objects(url) if "://" in url else _Folder(Path(url))
        self._gathered = _Gathered()

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Let what the block stores be safe at its end, not before: many share their syncs."""
        contents = self._gathered.contents = {}
        try:
            yield
        finally:
            self._gathered.contents = None
        self.store_all([*contents.values()])

    def store(self, data: bytes) -> str:
        """Return the SHA-256 of the bytes; when it returns they are safe from a power cut."""
        if self._gathered.contents is None:
            return self.store_all([data])[0]
        sha256 = hashlib.sha256(data).hexdigest()
        self._gathered.contents[sha256] = data
        return sha256

    def store_all(self, contents: Sequence[bytes]) -> list[str]:
        """Return the SHA-256 of each; their folders are synced after all of them are written."""
        hashes = [hashlib.sha256(data).hexdigest() for data in contents]
        paths = {_path_of(sha256): data for sha256, data in zip(hashes, contents, strict=True)}
        # Not there, or rotted on the disk.
        self._store.write(
            {path: data for path, data in paths.items() if not self._store.holds(path, data)}
        )
        # Also of what was there: whoever wrote it may have been killed before the name was safe.
        self._store.keep(paths)
        return hashes

    def load(self, sha256: str) -> bytes:
        """Return the bytes; raises ArchiveError where they are gone or have changed."""
        if sha256 in (gathered := self._gathered.contents or {}):
            return gathered[sha256]
        data = self._store.read(_path_of(sha256))
        if data is None:
            raise ArchiveError(
                f"the archive has no file {sha256}; restore it from a backup of {self._store.name}, "
                "unless cmgateway retention proofs says that it was deleted"
            )
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise ArchiveError(
                f"file {sha256} in the archive has changed: its bytes now make {found}; "
                f"restore it from a backup of {self._store.name}"
            )
        return data

    def has(self, sha256: str) -> bool:
        """Return whether bytes are kept under this SHA-256, without reading them."""
        return sha256 in (self._gathered.contents or {}) or self._store.has(_path_of(sha256))

    def discard(self, sha256: str) -> bool:
        """Return whether nothing is kept under this SHA-256 any more.

        What was stored, or stored again, within the last hour stays: its row may not be committed yet.
        """
        return self._store.discard(_path_of(sha256))


def _path_of(sha256: str) -> str:
    if len(sha256) != 64 or not set(sha256) <= _HEX:
        raise ArchiveError(f"{sha256[:80]!r} is no SHA-256; wanted are 64 digits of 0-9 and a-f")
    # One level of folders: each new one costs two syncs of the disk, and 256 are soon there.
    return f"{sha256[:2]}/{sha256}"


class _Folder:
    """A folder of this machine, or one mounted there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = str(root)

    def read(self, path: str) -> bytes | None:
        return read_bytes(self.root / path)

    def has(self, path: str) -> bool:
        return (self.root / path).is_file()

    def holds(self, path: str, data: bytes) -> bool:
        """Return whether the bytes are there; they are as young as new ones then, see `discard`."""
        if self.read(path) != data:
            return False
        try:
            os.utime(self.root / path)
        except FileNotFoundError:  # discarded meanwhile
            return False
        return True

    def discard(self, path: str) -> bool:
        # Out of sight first: whoever stores the same bytes now writes them anew, and whoever found
        # them a moment ago made them young.
        target = self.root / path
        going = target.with_name(f".{target.name}.going")
        with suppress(FileNotFoundError):
            target.rename(going)
        if not going.exists():
            return True
        if time.time() - going.stat().st_mtime < _YOUNG_SECONDS:
            going.rename(target)
            return False
        going.unlink()
        sync_folders([target.parent])
        return not target.exists()

    def keep(self, paths: Iterable[str]) -> None:
        sync_folders((self.root / path).parent for path in paths)

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write and sync all, then give each its name: a reader sees all of a file or nothing."""
        targets = {self.root / path: data for path, data in contents.items()}
        for folder in {target.parent for target in targets}:
            _make_folders(folder)
        parts = {target: target.parent / f".{secrets.token_hex(8)}.part" for target in targets}
        try:
            write_files({parts[target]: data for target, data in targets.items()})
            for target, part in parts.items():
                part.replace(target)
        except BaseException:
            for part in parts.values():
                part.unlink(missing_ok=True)
            raise


def _make_folders(folder: Path) -> None:
    """Create the folder and those above it, private, each durably named in its parent."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folders([folder.parent])


class _Objects:
    """An object store: a write is seen whole or not at all."""

    def __init__(self, url: str) -> None:
        import fsspec  # noqa: PLC0415 only where the archive is not a folder

        self.name = url
        self._files: Any
        self._files, self._root = fsspec.url_to_fs(url)

    def read(self, path: str) -> bytes | None:
        try:
            return bytes(self._files.cat_file(f"{self._root}/{path}"))
        except FileNotFoundError:
            return None

    def has(self, path: str) -> bool:
        return bool(self._files.isfile(f"{self._root}/{path}"))

    def holds(self, path: str, data: bytes) -> bool:
        return self.read(path) == data

    def discard(self, path: str) -> bool:
        raise ArchiveError(
            f"{path} cannot be deleted from here: let the object store {self.name} do it by a rule of its own"
        )

    def keep(self, paths: Iterable[str]) -> None:
        """Do nothing: an object that can be read is safe."""

    def write(self, contents: Mapping[str, bytes]) -> None:
        for path, data in contents.items():
            target = f"{self._root}/{path}"
            self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(target, data)
