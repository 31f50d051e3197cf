"""Rules of the SFTP transport, against a real OpenSSH server."""

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.sshd import Sshd, make_key
from gateway.host_key import find_host_key
from gateway.transports.host_keys import HostKeyError
from gateway.transports.line import Line, Login, Server
from gateway.transports.sftp import SftpTransport
from gateway.transports.stability import Rules
from gateway.transports.transport import TransportError

ISA = (
    b"ISA*00*          *00*          *ZZ*ACME           *ZZ*OEM            "
    b"*260301*1200*U*00401*000000001*0*P*>~"
)
TAIL = b"IEA*0*000000001~"
LARGE = 12_000_000


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Return an empty folder of the server."""
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def _line(sshd: Sshd, patience: float = 5, **changes) -> Line:
    pin = find_host_key(changes.get("host_key", sshd.host_key))
    assert pin is not None
    login = changes.get("login") or Login(key=sshd.user_key)
    server = Server(host="127.0.0.1", port=sshd.port, user=changes.get("user", sshd.user))
    return Line(server, lambda: [pin], lambda: login, patience)


@pytest.fixture
def connect(sshd, drop):
    """Return a function that makes a transport to the folder; all are closed at the end."""
    made = []

    def make(rules=None, done="", **changes):
        made.append(SftpTransport(_line(sshd, **changes), str(drop), rules, done))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


def _see(transport, name):
    return next(one for one in transport.list() if one.name == name)


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


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
    assert _see(connect(), "a.edi").is_complete is complete


def test_a_file_that_grows_is_looked_at_again(connect, drop):
    """What its end said counts for that size and time only."""
    transport = connect()
    (drop / "a.edi").write_bytes(ISA)
    assert _see(transport, "a.edi").is_complete is False
    (drop / "a.edi").write_bytes(ISA + TAIL)
    assert _see(transport, "a.edi").is_complete is True


def test_a_missing_folder_is_told(sshd):
    """A folder that is gone is an error, not an empty listing (C-37)."""
    transport = SftpTransport(_line(sshd), "/nowhere/at/all")
    with pytest.raises(TransportError, match=r"/nowhere/at/all on .*: No such file"):
        transport.list()
    transport.close()


@pytest.mark.parametrize("size", [0, 1, 32_768, 32_769, 5_000_001])
def test_fetch_returns_the_bytes(connect, drop, size):
    """Byte for byte, whatever the size, and the file stays."""
    data = os.urandom(size)
    (drop / "a.bin").write_bytes(data)
    transport = connect()
    assert transport.fetch(_see(transport, "a.bin")) == data
    assert _names(drop) == ["a.bin"]


def test_a_file_that_changed_is_not_fetched(connect, drop):
    """It was not complete after all; the next poll sees it anew."""
    (drop / "a.csv").write_bytes(b"abc")
    transport = connect()
    sighting = _see(transport, "a.csv")
    (drop / "a.csv").write_bytes(b"abcdef")
    with pytest.raises(TransportError, match=r"a.csv changed since it was seen"):
        transport.fetch(sighting)


def test_a_link_put_in_its_place_is_not_followed(connect, drop, tmp_path):
    """Between listing and fetching a partner cannot lead us to another file."""
    (tmp_path / "secret").write_bytes(b"abc")
    (drop / "a.csv").write_bytes(b"abc")
    transport = connect()
    sighting = _see(transport, "a.csv")
    (drop / "a.csv").unlink()
    (drop / "a.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(TransportError, match="changed since it was seen"):
        transport.fetch(sighting)


def test_settling_removes_the_file_and_its_marker(connect, drop):
    """Nothing is left behind."""
    (drop / "a.csv").write_bytes(b"a")
    (drop / "a.csv.done").write_bytes(b"")
    transport = connect()
    assert transport.settle(_see(transport, "a.csv"))
    assert _names(drop) == []
    assert transport.settle(_gone("a.csv"))


def _gone(name):
    from gateway.transports.transport import Sighting

    return Sighting(name=name, size=1)


def test_settling_keeps_another_file_of_that_name(connect, drop):
    """The partner's next file under the same name is not the one that was fetched (C-41)."""
    (drop / "a.csv").write_bytes(b"a")
    transport = connect()
    sighting = _see(transport, "a.csv")
    (drop / "a.csv").write_bytes(b"another")
    assert not transport.settle(sighting)
    assert (drop / "a.csv").read_bytes() == b"another"
    assert _names(drop) == ["a.csv"]


def test_settled_files_can_be_kept(connect, drop):
    """Moved into a folder beside, under names of their own; the folder is no sighting."""
    transport = connect(done="done")
    for content in (b"1", b"2"):
        (drop / "a.csv").write_bytes(content)
        transport.settle(_see(transport, "a.csv"))
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


def test_put_shows_the_file_whole(connect, drop):
    """Under its name, and nothing else is left."""
    assert connect().put("850.edi", b"ISA") == "850.edi"
    assert {path.name: path.read_bytes() for path in drop.iterdir()} == {"850.edi": b"ISA"}


def test_putting_the_same_again_is_done_already(connect, drop):
    """A retry after a crash leaves one file."""
    transport = connect()
    assert transport.put("850.edi", b"ISA") == transport.put("850.edi", b"ISA")
    assert _names(drop) == ["850.edi"]


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
    assert _names(drop) == []


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
            _patiently(lambda: transport.put("a.edi", b"%d" % (number // 2)))  # noqa: B023 used at once

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
    assert _names(drop) == [".1123456789abcdef.part", "a"]


def test_a_password_opens_too(sshd_user, drop):
    """A partner's server may know no keys."""
    server, name, password = sshd_user
    line = _line(server, user=name, login=Login(password=password))
    drop.chmod(0o777)
    transport = SftpTransport(line, "/")
    assert transport.list()
    transport.close()


@pytest.mark.parametrize("login", ["password", "key"])
def test_a_wrong_secret_is_told_without_it(sshd, tmp_path, login):
    """The sentence names the server and user, never what was tried."""
    secret = make_key(tmp_path / "other")
    login = Login(key=secret) if login == "key" else Login(password=secret)
    transport = SftpTransport(_line(sshd, login=login), "/")
    with pytest.raises(TransportError, match=r"127.0.0.1:\d+ refuses our (key|password)") as told:
        transport.list()
    assert secret not in str(told.value) + repr(login)


def test_what_is_no_key_is_told(sshd):
    """The secret may hold the wrong file."""
    transport = SftpTransport(_line(sshd, login=Login(key="hello")), "/")
    with pytest.raises(TransportError, match="no private key that can be opened") as told:
        transport.list()
    assert "hello" not in str(told.value)


def test_a_changed_host_key_is_never_accepted(connect, drop, tmp_path):
    """Another key than the pinned one: nothing is sent, and the sentence shows both."""
    make_key(tmp_path / "other")
    other = " ".join((tmp_path / "other.pub").read_text().split()[:2])
    transport = connect(host_key=other)
    with pytest.raises(HostKeyError, match=r"shows the host key .* SHA256:.*, pinned is .*SHA256"):
        transport.list()
    with pytest.raises(TransportError):
        transport.put("a", b"a")
    assert _names(drop) == []


def test_a_key_of_another_type_is_never_accepted(connect):
    """A server that has no key of the pinned type is another server."""
    blob = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg="
    transport = connect(host_key=f"ecdsa-sha2-nistp256 {blob}")
    with pytest.raises(HostKeyError, match="shows no host key of type ecdsa-sha2-nistp256"):
        transport.list()


def test_a_server_that_comes_back_is_used_again(own_sshd, drop):
    """The line is kept between uses, reopened when it broke, and not hammered meanwhile."""
    transport = SftpTransport(_line(own_sshd), str(drop))
    (drop / "a.csv").write_bytes(b"a")
    assert len(transport.list()) == 1
    own_sshd.kill()
    with pytest.raises(TransportError):
        transport.list()
    with pytest.raises(TransportError, match="tried again in"):
        transport.list()
    own_sshd.start()
    assert len(_patiently(transport.list)) == 1
    transport.close()


def _patiently(step, seconds=15):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return step()
        except TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_one_connection_serves_many_uses(connect, monkeypatch):
    """A poll each second must not log in each second."""
    transport = connect()
    connects = []
    connect_once = Line._connect
    monkeypatch.setattr(Line, "_connect", lambda self: (connects.append(1), connect_once(self)))
    for _ in range(5):
        transport.list()
    assert connects == [1]


def test_sessions_killed_while_fetching(own_sshd, drop):
    """Half a file is no file: an error, and the next attempt has it all."""
    data = os.urandom(LARGE)
    (drop / "a.bin").write_bytes(data)
    transport = SftpTransport(_line(own_sshd), str(drop))
    sighting = _see(transport, "a.bin")
    _in_the_midst(own_sshd.kill_sessions)
    fetched = _patiently(lambda: transport.fetch(sighting))
    assert fetched == data
    transport.close()


def test_sessions_killed_while_putting(own_sshd, drop):
    """The name is not seen before all of it is there."""
    data = os.urandom(LARGE)
    transport = SftpTransport(_line(own_sshd), str(drop))
    transport.list()
    killer = _in_the_midst(own_sshd.kill_sessions)
    with pytest.raises(TransportError):
        _put_many(transport, data)
    killer.join()
    whole = {path.name: path.read_bytes() for path in drop.glob("[0-9]*")}
    assert all(content == data[int(name[:-4]) :] for name, content in whole.items())
    half = len(whole)
    assert _patiently(lambda: transport.put(f"{half}.bin", data[half:])) == f"{half}.bin"
    assert (drop / f"{half}.bin").read_bytes() == data[half:]
    assert not list(drop.glob(".*"))
    transport.close()


def _put_many(transport, data):
    for number in range(100):
        transport.put(f"{number}.bin", data[number:])


def _in_the_midst(step):
    thread = threading.Timer(0.05, step)
    thread.start()
    return thread


@pytest.mark.parametrize("step", ["list", "put", "connect"])
def test_a_server_that_hangs_is_an_error(own_sshd, drop, step):
    """A machine that stands still answers nothing and closes nothing (C-37)."""
    transport = SftpTransport(_line(own_sshd, patience=1), str(drop))
    if step != "connect":
        transport.list()
    own_sshd.hang()
    started = time.monotonic()
    with pytest.raises(TransportError):
        transport.put("a.bin", bytes(LARGE)) if step == "put" else transport.list()
    assert time.monotonic() - started < 5
    own_sshd.go_on()
    assert _patiently(transport.list) is not None
    transport.close()


@pytest.mark.slow
def test_a_server_that_hangs_is_told_within_30_seconds(own_sshd, drop):
    """With the patience that holds where nobody says otherwise."""
    from gateway.transports.line import PATIENCE

    transport = SftpTransport(_line(own_sshd, patience=PATIENCE), str(drop))
    transport.list()
    own_sshd.hang()
    started = time.monotonic()
    with pytest.raises(TransportError, match="no answer for 20 seconds"):
        transport.list()
    assert time.monotonic() - started < 30
    own_sshd.go_on()
    transport.close()


def test_a_listing_of_many_files_is_quick(connect, drop):
    """A thousand files are listed in a second or two (C-40)."""
    for number in range(1000):
        (drop / f"{number}.csv").write_bytes(b"a")
    transport = connect(Rules(ways=("still",)))
    transport.list()
    started = time.perf_counter()
    assert len(transport.list()) == 1000
    assert time.perf_counter() - started < 2
