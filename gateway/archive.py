"""The archive: raw bytes by their SHA-256, in a folder or any object store."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

_HEX = frozenset("0123456789abcdef")


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

    def store(self, data: bytes) -> str:
        """Return the SHA-256 of the bytes; when it returns they are safe from a power cut."""
        return self.store_all([data])[0]

    def store_all(self, contents: Sequence[bytes]) -> list[str]:
        """Return the SHA-256 of each; their folders are synced after all of them are written."""
        hashes = [hashlib.sha256(data).hexdigest() for data in contents]
        paths = {_path_of(sha256): data for sha256, data in zip(hashes, contents, strict=True)}
        for path, data in paths.items():
            if self._store.read(path) != data:  # not there, or rotted on the disk
                self._store.write(path, data)
        # Also of what was there: whoever wrote it may have been killed before the name was safe.
        self._store.keep(paths)
        return hashes

    def load(self, sha256: str) -> bytes:
        """Return the bytes; raises ArchiveError where they are gone or have changed."""
        data = self._store.read(_path_of(sha256))
        if data is None:
            raise ArchiveError(
                f"the archive has no file {sha256}; restore it from a backup of {self._store.name}"
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
        return self._store.has(_path_of(sha256))


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
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def has(self, path: str) -> bool:
        return (self.root / path).is_file()

    def keep(self, paths: Iterable[str]) -> None:
        for folder in dict.fromkeys((self.root / path).parent for path in paths):
            _sync_folder(folder)

    def write(self, path: str, data: bytes) -> None:
        target = self.root / path
        _make_folders(target.parent)
        part = target.parent / f".{secrets.token_hex(8)}.part"
        try:
            with os.fdopen(
                os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
            ) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _make_folders(folder: Path) -> None:
    """Create the folder and those above it, private, each durably named in its parent."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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

    def keep(self, paths: Iterable[str]) -> None:
        """Do nothing: an object that can be read is safe."""

    def write(self, path: str, data: bytes) -> None:
        target = f"{self._root}/{path}"
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
        self._files.pipe_file(target, data)
