"""Rules of the archive."""

import hashlib
import os
import signal
import stat
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.archive import Archive, ArchiveError


@pytest.fixture(params=["folder", "objects"])
def archive(request, tmp_path):
    """Return an empty archive of each kind."""
    url = str(tmp_path / "archive") if request.param == "folder" else f"memory://{tmp_path.name}"
    return Archive(url)


def _path(root, sha256):
    return root / sha256[:2] / sha256


@pytest.mark.parametrize("data", [b"", b"ISA*00", bytes(range(256)) * 5000])
def test_what_is_stored_is_loaded(archive, data):
    """Under its SHA-256, byte for byte."""
    sha256 = archive.store(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert (archive.has(sha256), archive.load(sha256)) == (True, data)


def test_storing_twice_keeps_one(archive):
    """The same bytes are the same file."""
    assert archive.store(b"x") == archive.store(b"x")


def test_what_a_block_gathers_is_there_at_its_end(archive):
    """Inside it can be read already; where the block fails nothing is kept."""
    with archive.gathering():
        kept = archive.store(b"an answer")
        assert (archive.has(kept), archive.load(kept)) == (True, b"an answer")
    assert archive.load(kept) == b"an answer"
    with pytest.raises(ZeroDivisionError), archive.gathering():
        archive.store(b"undone") and 1 / 0
    assert not archive.has(hashlib.sha256(b"undone").hexdigest())


def test_what_is_not_there_is_told(archive):
    """A missing file is an error with what to do."""
    assert not archive.has("0" * 64)
    with pytest.raises(
        ArchiveError, match=r"the archive has no file 000.*restore it from a backup"
    ):
        archive.load("0" * 64)


@given(key=some.text(max_size=70))
def test_only_hashes_are_keys(tmp_path_factory, key):
    """No name leads out of the archive."""
    archive = Archive(str(tmp_path_factory.getbasetemp()))
    with pytest.raises(ArchiveError, match="is no SHA-256"):
        archive.load(key)


def test_changed_bytes_are_not_handed_out(tmp_path):
    """Rot and tampering are found at every load, and mended by storing again."""
    archive = Archive(str(tmp_path))
    sha256 = archive.store(b"as sent")
    _path(tmp_path, sha256).write_bytes(b"as forged")
    with pytest.raises(ArchiveError, match="has changed: its bytes now make"):
        archive.load(sha256)
    archive.store(b"as sent")
    assert archive.load(sha256) == b"as sent"


def test_the_folder_is_private(tmp_path):
    """Nobody but the owner reads what partners sent (B-94)."""
    sha256 = Archive(str(tmp_path / "archive")).store(b"secret")
    path = _path(tmp_path / "archive", sha256)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent, tmp_path / "archive")]
    assert modes == [0o600, 0o700, 0o700]


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    """A write that failed raises and does not leave half a file."""

    def no_space(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space left"):
        Archive(str(tmp_path)).store(b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_kill_leaves_no_half_file(tmp_path):
    """Whenever the process is killed, every file under its name is whole."""
    code = (
        "from gateway.archive import Archive\n"
        f"archive = Archive({str(tmp_path)!r})\n"
        "for number in range(100000): archive.store(bytes([number % 251]) * 300000 + b'%d' % number)"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    while not any(tmp_path.rglob("?" * 64)):
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    names = [path.name for path in tmp_path.rglob("?" * 64)]
    assert len({Archive(str(tmp_path)).load(name) for name in names}) == len(names) > 0
