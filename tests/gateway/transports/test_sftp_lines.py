"""Connections over SFTP: who is let in, which server is trusted, what dies and what hangs."""

import os
import threading
import time

import pytest

from bench.sshd import make_key
from gateway.transports.host_keys import HostKeyError
from gateway.transports.line import Line, Login
from gateway.transports.sftp import SftpTransport
from gateway.transports.transport import TransportError
from tests.gateway.transports.conftest import insist, line_to, names_in, see

ISA = (
    b"ISA*00*          *00*          *ZZ*ACME           *ZZ*OEM            "
    b"*260301*1200*U*00401*000000001*0*P*>~"
)
TAIL = b"IEA*0*000000001~"
LARGE = 12_000_000


def test_a_password_opens_too(sshd_user, drop):
    """A partner's server may know no keys."""
    server, name, password = sshd_user
    line = line_to(server, user=name, login=Login(password=password))
    drop.chmod(0o777)
    transport = SftpTransport(line, "/")
    assert transport.list()
    transport.close()


@pytest.mark.parametrize("login", ["password", "key"])
def test_a_wrong_secret_is_told_without_it(sshd, tmp_path, login):
    """The sentence names the server and user, never what was tried."""
    secret = make_key(tmp_path / "other")
    login = Login(key=secret) if login == "key" else Login(password=secret)
    transport = SftpTransport(line_to(sshd, login=login), "/")
    with pytest.raises(TransportError, match=r"127.0.0.1:\d+ refuses our (key|password)") as told:
        transport.list()
    assert secret not in str(told.value) + repr(login)


def test_what_is_no_key_is_told(sshd):
    """The secret may hold the wrong file."""
    transport = SftpTransport(line_to(sshd, login=Login(key="hello")), "/")
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
    assert names_in(drop) == []


def test_a_key_of_another_type_is_never_accepted(connect):
    """A server that has no key of the pinned type is another server."""
    blob = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg="
    transport = connect(host_key=f"ecdsa-sha2-nistp256 {blob}")
    with pytest.raises(HostKeyError, match="shows no host key of type ecdsa-sha2-nistp256"):
        transport.list()


def test_a_server_that_comes_back_is_used_again(own_sshd, drop):
    """The line is kept between uses, reopened when it broke, and not hammered meanwhile."""
    transport = SftpTransport(line_to(own_sshd), str(drop))
    (drop / "a.csv").write_bytes(b"a")
    assert len(transport.list()) == 1
    own_sshd.kill()
    with pytest.raises(TransportError):
        transport.list()
    with pytest.raises(TransportError, match="tried again in"):
        transport.list()
    own_sshd.start()
    assert len(insist(transport.list)) == 1
    transport.close()


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
    transport = SftpTransport(line_to(own_sshd), str(drop))
    sighting = see(transport, "a.bin")
    _in_the_midst(own_sshd.kill_sessions)
    fetched = insist(lambda: transport.fetch(sighting))
    assert fetched == data
    transport.close()


def test_sessions_killed_while_putting(own_sshd, drop):
    """The name is not seen before all of it is there."""
    data = os.urandom(LARGE)
    transport = SftpTransport(line_to(own_sshd), str(drop))
    transport.list()
    killer = _in_the_midst(own_sshd.kill_sessions)
    with pytest.raises(TransportError):
        _put_many(transport, data)
    killer.join()
    whole = {path.name: path.read_bytes() for path in drop.glob("[0-9]*")}
    assert all(content == data[int(name[:-4]) :] for name, content in whole.items())
    half = len(whole)
    assert insist(lambda: transport.put(f"{half}.bin", data[half:])) == f"{half}.bin"
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
    transport = SftpTransport(line_to(own_sshd, patience=1), str(drop))
    if step != "connect":
        transport.list()
    own_sshd.hang()
    started = time.monotonic()
    with pytest.raises(TransportError):
        transport.put("a.bin", bytes(LARGE)) if step == "put" else transport.list()
    assert time.monotonic() - started < 5
    own_sshd.go_on()
    assert insist(transport.list) is not None
    transport.close()


@pytest.mark.slow
def test_a_server_that_hangs_is_told_within_30_seconds(own_sshd, drop):
    """With the patience that holds where nobody says otherwise."""
    from gateway.transports.line import PATIENCE

    transport = SftpTransport(line_to(own_sshd, patience=PATIENCE), str(drop))
    transport.list()
    own_sshd.hang()
    started = time.monotonic()
    with pytest.raises(TransportError, match="no answer for 20 seconds"):
        transport.list()
    assert time.monotonic() - started < 30
    own_sshd.go_on()
    transport.close()
