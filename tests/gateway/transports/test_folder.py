"""Rules of the folder transport, on real folders."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from gateway.transports import folder as folder_module
from gateway.transports.folder import FolderTransport
from gateway.transports.stability import Rules
from gateway.transports.transport import TransportError

ISA = (
    b"ISA*00*          *00*          *ZZ*ACME           *ZZ*OEM            "
    b"*260301*1200*U*00401*000000001*0*P*>~"
)


@pytest.fixture
def drop(tmp_path):
    """Return an empty folder."""
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def _see(transport, name):
    return next(one for one in transport.list() if one.name == name)


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_listing_tells_name_size_and_time(drop):
    """Oldest first; times in UTC."""
    (drop / "new.csv").write_bytes(b"abc")
    (drop / "old.csv").write_bytes(b"ab")
    os.utime(drop / "old.csv", (1_000_000_000, 1_000_000_000))
    found = FolderTransport(drop).list()
    assert [(one.name, one.size, one.refused) for one in found] == [
        ("old.csv", 2, ""),
        ("new.csv", 3, ""),
    ]
    moment = datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC).replace(tzinfo=None)
    assert found[0].modified_at == moment


def test_what_must_not_be_taken_says_why(drop):
    """Links, folders, pipes and wild names are reported, never followed (B-94)."""
    (drop / "link").symlink_to("/etc/hostname")
    (drop / "sub").mkdir()
    os.mkfifo(drop / "pipe")
    (drop / "bell\a.csv").write_bytes(b"")
    (drop / "..hidden").write_bytes(b"")
    (drop / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"")
    (drop / ("x" * 241)).write_bytes(b"")
    found = {one.name: one.refused for one in FolderTransport(drop).list()}
    assert found == {
        "link": "is a symbolic link",
        "sub": "is a folder; files are taken from the channel's folder only",
        "pipe": "is no ordinary file",
        "bell\\x07.csv": "the name has characters that cannot be shown",
        "..hidden": "the name leads to another folder",
        "caf\\udce9.csv": "the name has characters that cannot be shown",
        "x" * 241: "the name has 241 bytes, 240 are allowed",
    }


def test_a_time_beyond_the_calendar_is_no_time(drop, monkeypatch):
    """A file with an impossible date is still a file."""
    (drop / "a.csv").write_bytes(b"a")

    class Broken(datetime):
        @classmethod
        def fromtimestamp(cls, *_):
            raise ValueError

    monkeypatch.setattr(folder_module, "datetime", Broken)
    transport = FolderTransport(drop)
    sighting = _see(transport, "a.csv")
    assert sighting.modified_at is None
    assert transport.fetch(sighting) == b"a"


@pytest.mark.parametrize(
    ("content", "complete"),
    [
        (b"", None),
        (b"po,line\r\n", None),
        (ISA[:50], False),
        (ISA + b"GS*PR*ACME*OEM~", False),
        (ISA + b"IEA*0*00000", False),
        (ISA + b"IEA*0*000000001~", True),
        (b"\xef\xbb\xbf\r\n" + ISA + b"\nIEA*0*000000001~\r\n\x1a", True),
        (ISA[:-1] + b"\nIEA*0*000000001\n", True),
        (ISA + b"IEA*0*000000001~\n" + ISA + b"GS*PR", False),
    ],
)
def test_the_trailer_of_x12_is_seen(drop, content, complete):
    """A file whose IEA is there is complete; one without it may still grow (B-88)."""
    (drop / "a.edi").write_bytes(content)
    assert _see(FolderTransport(drop), "a.edi").is_complete is complete


def test_a_missing_folder_is_told(tmp_path):
    """A mount that is gone is an error, not an empty listing (C-37)."""
    with pytest.raises(TransportError, match="gone: No such file or directory; check that"):
        FolderTransport(tmp_path / "gone").list()


def test_fetch_returns_the_bytes(drop):
    """Byte for byte, and the file stays."""
    (drop / "a.csv").write_bytes(bytes(range(256)))
    transport = FolderTransport(drop)
    assert transport.fetch(_see(transport, "a.csv")) == bytes(range(256))
    assert _names(drop) == ["a.csv"]


def test_a_file_that_changed_is_not_fetched(drop):
    """It was not complete after all; the next poll sees it anew."""
    (drop / "a.csv").write_bytes(b"abc")
    transport = FolderTransport(drop)
    sighting = _see(transport, "a.csv")
    (drop / "a.csv").write_bytes(b"abcdef")
    with pytest.raises(TransportError, match=r"a.csv changed since it was seen"):
        transport.fetch(sighting)


def test_a_link_put_in_its_place_is_not_followed(drop, tmp_path):
    """Between listing and fetching a partner cannot lead us to another file."""
    (tmp_path / "secret").write_bytes(b"abc")
    (drop / "a.csv").write_bytes(b"abc")
    transport = FolderTransport(drop)
    sighting = _see(transport, "a.csv")
    (drop / "a.csv").unlink()
    (drop / "a.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(TransportError, match="symbolic link"):
        transport.fetch(sighting)


def test_settling_removes_the_file_and_its_marker(drop):
    """Nothing is left of it."""
    for name in ("a.csv", "a.csv.done", "b.csv"):
        (drop / name).write_bytes(b"a")
    transport = FolderTransport(drop)
    assert transport.settle(_see(transport, "a.csv"))
    assert _names(drop) == ["b.csv"]


def test_settling_twice_is_settled(drop):
    """A restart after the removal finds nothing to do."""
    (drop / "a.csv").write_bytes(b"a")
    transport = FolderTransport(drop)
    sighting = _see(transport, "a.csv")
    assert [transport.settle(sighting), transport.settle(sighting)] == [True, True]


def test_a_new_file_of_the_name_is_not_removed(drop):
    """What was not fetched is never removed (C-41)."""
    (drop / "a.csv").write_bytes(b"monday")
    transport = FolderTransport(drop)
    sighting = _see(transport, "a.csv")
    (drop / "a.csv").write_bytes(b"tuesday")
    assert not transport.settle(sighting)
    assert (drop / "a.csv").read_bytes() == b"tuesday"
    assert _names(drop) == ["a.csv"]


def test_settled_files_may_be_kept(drop):
    """In the done folder, which is not listed; none replaces another."""
    transport = FolderTransport(drop, done="done")
    for content in (b"monday", b"tuesday"):
        (drop / "a.csv").write_bytes(content)
        assert transport.settle(_see(transport, "a.csv"))
    assert transport.list() == []
    kept = {path.name: path.read_bytes() for path in (drop / "done").iterdir()}
    assert kept == {"a.csv": b"monday", "a-2.csv": b"tuesday"}


def test_a_done_folder_that_is_a_link_is_refused(drop, tmp_path):
    """A partner cannot have us write into another partner's folder; the file is not lost."""
    (tmp_path / "other").mkdir()
    (drop / "done").symlink_to(tmp_path / "other")
    (drop / "a.csv").write_bytes(b"a")
    transport = FolderTransport(drop, done="done")
    with pytest.raises(TransportError, match="is a symbolic link; make it a folder"):
        transport.settle(_see(transport, "a.csv"))
    assert _names(tmp_path / "other") == []
    assert [path.read_bytes() for path in drop.iterdir() if path.is_file()] == [b"a"]


def test_what_a_killed_process_held_comes_back(drop, monkeypatch):
    """Killed between moving aside and removing: after a minute the file is there again."""
    (drop / ".held-0a1b2c3d-a-b.csv").write_bytes(b"a")
    transport = FolderTransport(drop)
    assert transport.list() == []
    assert _names(drop) == [".held-0a1b2c3d-a-b.csv"]
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    transport.list()
    assert [one.name for one in transport.list()] == ["a-b.csv"]


def test_put_writes_the_whole_file(drop):
    """Under its name, and nothing else stays."""
    assert FolderTransport(drop).put("850.edi", b"ISA") == "850.edi"
    assert {path.name: path.read_bytes() for path in drop.iterdir()} == {"850.edi": b"ISA"}


def test_putting_the_same_again_is_done_already(drop):
    """A retry after a crash leaves one file."""
    transport = FolderTransport(drop)
    assert transport.put("850.edi", b"ISA") == transport.put("850.edi", b"ISA")
    assert _names(drop) == ["850.edi"]


def test_put_never_overwrites(drop):
    """Other bytes of that name are left alone; a retry finds the name it was given."""
    transport = FolderTransport(drop)
    names = [transport.put("850.edi", data) for data in (b"one", b"two", b"three", b"two")]
    assert names == ["850.edi", "850-2.edi", "850-3.edi", "850-2.edi"]
    assert (drop / "850.edi").read_bytes() == b"one"


@pytest.mark.parametrize("name", ["../a", "a/b", "..", "", ".hidden", "a\nb", "a\\b", "x" * 241])
def test_put_refuses_names_that_lead_away(drop, name):
    """A partner number in a file name pattern cannot choose another folder (B-94)."""
    with pytest.raises(TransportError, match="cannot write"):
        FolderTransport(drop).put(name, b"")
    assert _names(drop) == []


def test_put_without_links_still_works(drop, monkeypatch):
    """Some mounted file systems know no links."""

    def no_links(*_args, **_kwargs):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    transport = FolderTransport(drop)
    assert [transport.put("a", b"1"), transport.put("a", b"2")] == ["a", "a-2"]
    assert _names(drop) == ["a", "a-2"]


def test_parts_of_killed_processes_are_removed(drop, monkeypatch):
    """After an hour nobody is writing them any more."""
    (drop / ".0123456789abcdef.part").write_bytes(b"half")
    FolderTransport(drop).put("a", b"1")
    assert _names(drop) == [".0123456789abcdef.part", "a"]
    later = time.time() + 3601
    monkeypatch.setattr(time, "time", lambda: later)
    FolderTransport(drop).put("b", b"1")
    assert _names(drop) == ["a", "b"]


def test_racing_processes_put_each_file_once(drop):
    """Same name, different bytes, two processes: all bytes arrive, none twice."""
    code = (
        "import sys; from gateway.transports.folder import FolderTransport\n"
        "transport = FolderTransport(sys.argv[1])\n"
        "for number in range(30): transport.put('a.edi', b'%d' % (number // 2))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(drop)]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    contents = sorted(int(path.read_bytes()) for path in drop.iterdir())
    assert contents == list(range(15))


def test_a_listing_of_many_files_is_quick(drop):
    """A thousand files are listed in well under a second (C-40)."""
    for number in range(1000):
        (drop / f"{number}.edi").write_bytes(ISA)
    started = time.perf_counter()
    assert len(FolderTransport(drop, Rules()).list()) == 1000
    assert time.perf_counter() - started < 2
