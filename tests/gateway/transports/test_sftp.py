"""Listing, fetching and settling over SFTP, against a real OpenSSH server."""

import os
import time
from datetime import UTC, datetime

import pytest

from gateway.transports.sftp import SftpTransport
from gateway.transports.stability import Rules
from gateway.transports.transport import TransportError
from tests.gateway.transports.conftest import line_to, names_in, see

ISA = (
    b"ISA*00*          *00*          *ZZ*ACME           *ZZ*OEM            "
    b"*260301*1200*U*00401*000000001*0*P*>~"
)
TAIL = b"IEA*0*000000001~"
LARGE = 12_000_000


def test_a_listing_tells_name_size_and_time(connect, drop):
    """Oldest first; times in UTC."""
    (drop / "new.csv").write_bytes(b"abc")
    (drop / "old.csv").write_bytes(b"ab")
    os.utime(drop / "old.csv", (1_000_000_000, 1_000_000_000))
    found = connect().list()
    assert [(one.name, one.size, one.refused) for one in found] == [
        ("old.csv", 2, ""),
        ("new.csv", 3, ""),
    ]
    moment = datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC).replace(tzinfo=None)
    assert found[0].modified_at == moment


def test_what_must_not_be_taken_says_why(connect, drop):
    """Links, folders, pipes and wild names are reported, never followed (B-94)."""
    (drop / "link").symlink_to("/etc/hostname")
    (drop / "sub").mkdir()
    os.mkfifo(drop / "pipe")
    (drop / "bell\a.csv").write_bytes(b"")
    (drop / "..hidden").write_bytes(b"")
    (drop / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"")
    (drop / ("x" * 241)).write_bytes(b"")
    found = {one.name: one.refused for one in connect().list()}
    assert found == {
        "link": "is a symbolic link",
        "sub": "is a folder; files are taken from the channel's folder only",
        "pipe": "is no ordinary file",
        "bell\\x07.csv": "the name has characters that cannot be shown",
        "..hidden": "the name leads to another folder",
        "caf\\udce9.csv": "the name has characters that cannot be shown",
        "x" * 241: "the name has 241 bytes, 240 are allowed",
    }


@pytest.mark.parametrize(
    ("content", "complete"),
    [(b"", None), (b"po\n", None), (ISA, False), (ISA + TAIL, True), (ISA * 20 + TAIL, True)],
)
def test_the_trailer_of_x12_is_seen(connect, drop, content, complete):
    """A file whose IEA is there is complete (B-88)."""
    (drop / "a.edi").write_bytes(content)
    assert see(connect(), "a.edi").is_complete is complete


def test_a_file_that_grows_is_looked_at_again(connect, drop):
    """What its end said counts for that size and time only."""
    transport = connect()
    (drop / "a.edi").write_bytes(ISA)
    assert see(transport, "a.edi").is_complete is False
    (drop / "a.edi").write_bytes(ISA + TAIL)
    assert see(transport, "a.edi").is_complete is True


def test_a_missing_folder_is_told(sshd):
    """A folder that is gone is an error, not an empty listing (C-37)."""
    transport = SftpTransport(line_to(sshd), "/nowhere/at/all")
    with pytest.raises(TransportError, match=r"/nowhere/at/all on .*: No such file"):
        transport.list()
    transport.close()


@pytest.mark.parametrize("size", [0, 1, 32_768, 32_769, 5_000_001])
def test_fetch_returns_the_bytes(connect, drop, size):
    """Byte for byte, whatever the size, and the file stays."""
    data = os.urandom(size)
    (drop / "a.bin").write_bytes(data)
    transport = connect()
    assert transport.fetch(see(transport, "a.bin")) == data
    assert names_in(drop) == ["a.bin"]


def test_a_file_that_changed_is_not_fetched(connect, drop):
    """It was not complete after all; the next poll sees it anew."""
    (drop / "a.csv").write_bytes(b"abc")
    transport = connect()
    sighting = see(transport, "a.csv")
    (drop / "a.csv").write_bytes(b"abcdef")
    with pytest.raises(TransportError, match=r"a.csv changed since it was seen"):
        transport.fetch(sighting)


def test_a_link_put_in_its_place_is_not_followed(connect, drop, tmp_path):
    """Between listing and fetching a partner cannot lead us to another file."""
    (tmp_path / "secret").write_bytes(b"abc")
    (drop / "a.csv").write_bytes(b"abc")
    transport = connect()
    sighting = see(transport, "a.csv")
    (drop / "a.csv").unlink()
    (drop / "a.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(TransportError, match="changed since it was seen"):
        transport.fetch(sighting)


def test_settling_removes_the_file_and_its_marker(connect, drop):
    """Nothing is left behind."""
    (drop / "a.csv").write_bytes(b"a")
    (drop / "a.csv.done").write_bytes(b"")
    transport = connect()
    assert transport.settle(see(transport, "a.csv"))
    assert names_in(drop) == []
    assert transport.settle(_gone("a.csv"))


def _gone(name):
    from gateway.transports.transport import Sighting

    return Sighting(name=name, size=1)


def test_settling_keeps_another_file_of_that_name(connect, drop):
    """The partner's next file under the same name is not the one that was fetched (C-41)."""
    (drop / "a.csv").write_bytes(b"a")
    transport = connect()
    sighting = see(transport, "a.csv")
    (drop / "a.csv").write_bytes(b"another")
    assert not transport.settle(sighting)
    assert (drop / "a.csv").read_bytes() == b"another"
    assert names_in(drop) == ["a.csv"]


def test_settled_files_can_be_kept(connect, drop):
    """Moved into a folder beside, under names of their own; the folder is no sighting."""
    transport = connect(done="done")
    for content in (b"1", b"2"):
        (drop / "a.csv").write_bytes(content)
        transport.settle(see(transport, "a.csv"))
    assert {path.name: path.read_bytes() for path in (drop / "done").iterdir()} == {
        "a.csv": b"1",
        "a-2.csv": b"2",
    }
    assert transport.list() == []


def test_what_a_killed_process_held_comes_back(connect, drop):
    """It had moved the file aside and not compared it yet."""
    (drop / f".held-{int(time.time()) - 61:x}-0011aabb-a-b.csv").write_bytes(b"a")
    (drop / f".held-{int(time.time()):x}-0011aabb-c.csv").write_bytes(b"c")
    transport = connect()
    transport.list()
    assert [one.name for one in transport.list()] == ["a-b.csv"]


def test_a_listing_of_many_files_is_quick(connect, drop):
    """A thousand files are listed in a second or two (C-40)."""
    for number in range(1000):
        (drop / f"{number}.csv").write_bytes(b"a")
    transport = connect(Rules(ways=("still",)))
    transport.list()
    started = time.perf_counter()
    assert len(transport.list()) == 1000
    assert time.perf_counter() - started < 2
