"""Putting over SFTP: whole or not at all, never over another, continued where it broke off."""

import os
import threading
import time

import pytest

from gateway.transports.transport import TransportError
from tests.gateway.transports.conftest import insist, names_in

ISA = (
    b"ISA*00*          *00*          *ZZ*ACME           *ZZ*OEM            "
    b"*260301*1200*U*00401*000000001*0*P*>~"
)
TAIL = b"IEA*0*000000001~"
LARGE = 12_000_000


def test_put_shows_the_file_whole(connect, drop):
    """Under its name, and nothing else is left."""
    assert connect().put("850.edi", b"ISA") == "850.edi"
    assert {path.name: path.read_bytes() for path in drop.iterdir()} == {"850.edi": b"ISA"}


def test_putting_the_same_again_is_done_already(connect, drop):
    """A retry after a crash leaves one file."""
    transport = connect()
    assert transport.put("850.edi", b"ISA") == transport.put("850.edi", b"ISA")
    assert names_in(drop) == ["850.edi"]


def test_put_never_overwrites(connect, drop):
    """Other bytes of that name are left alone; a retry finds the name it was given."""
    transport = connect()
    names = [transport.put("850.edi", data) for data in (b"one", b"two", b"three", b"two")]
    assert names == ["850.edi", "850-2.edi", "850-3.edi", "850-2.edi"]
    assert (drop / "850.edi").read_bytes() == b"one"


@pytest.mark.parametrize("name", ["../a", "a/b", "..", "", ".hidden", "a\nb", "a\\b", "x" * 241])
def test_put_refuses_names_that_lead_away(connect, drop, name):
    """A number in a file name pattern cannot choose another folder (B-94)."""
    with pytest.raises(TransportError, match="cannot write"):
        connect().put(name, b"")
    assert names_in(drop) == []


@pytest.mark.parametrize("there", [0, 1, 262_144, 300_000, 1_000_000])
def test_put_continues_what_is_verified(connect, drop, there, monkeypatch):
    """Half of it lies there from an attempt before: only the rest is sent."""
    data = os.urandom(1_000_000)
    _leave_part(drop, data, data[:there])
    starts = _watch_writes(monkeypatch)
    assert connect().put("a.bin", data) == "a.bin"
    assert starts == [there]
    assert {path.name: path.read_bytes() for path in drop.iterdir()} == {"a.bin": data}


def test_put_does_not_trust_what_was_left(connect, drop, monkeypatch):
    """A hole of a server that lost power is written again."""
    data = os.urandom(1_000_000)
    _leave_part(drop, data, data[:500_000] + bytes(200_000))
    starts = _watch_writes(monkeypatch)
    connect().put("a.bin", data)
    assert starts == [262_144]
    assert (drop / "a.bin").read_bytes() == data


def _leave_part(drop, data, there):
    import hashlib

    (drop / f".{hashlib.sha256(data).hexdigest()[:16]}.part").write_bytes(there)


def _watch_writes(monkeypatch):
    from gateway.transports.remote_files import RemoteFiles

    starts, write = [], RemoteFiles.write
    monkeypatch.setattr(
        RemoteFiles,
        "write",
        lambda self, path, data, start: (starts.append(start), write(self, path, data, start)),
    )
    return starts


def test_two_at_once_put_each_file_once(connect, drop):
    """Same name, same and other bytes, two connections: all bytes arrive, none twice."""

    def put(transport):
        for number in range(10):
            insist(lambda: transport.put("a.edi", b"%d" % (number // 2)))  # noqa: B023 used at once

    threads = [threading.Thread(target=put, args=(connect(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    contents = sorted(int(path.read_bytes()) for path in drop.iterdir())
    assert contents == list(range(5))


def test_parts_that_nobody_continues_are_removed(connect, drop):
    """After two days the effect they belong to is long done or given up."""
    for name, age in ((".0123456789abcdef.part", 3), (".1123456789abcdef.part", 1)):
        (drop / name).write_bytes(b"half")
        os.utime(drop / name, (time.time() - age * 86_400,) * 2)
    connect().put("a", b"1")
    assert names_in(drop) == [".1123456789abcdef.part", "a"]
