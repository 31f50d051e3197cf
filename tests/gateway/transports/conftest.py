"""A folder of a real OpenSSH server, and transports to it."""

import time
from pathlib import Path

import pytest

from bench.sshd import Sshd
from gateway.host_key import find_host_key
from gateway.transports.line import Line, Login, Server
from gateway.transports.sftp import SftpTransport
from gateway.transports.transport import TransportError


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Return an empty folder of the server."""
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def line_to(sshd: Sshd, patience: float = 5, **changes) -> Line:
    """Return the way to a server, as a partner file would tell it."""
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
        made.append(SftpTransport(line_to(sshd, **changes), str(drop), rules, done))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


def see(transport, name):
    """Return what a listing tells of a file."""
    return next(one for one in transport.list() if one.name == name)


def names_in(folder):
    """Return the names of what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def insist(step, seconds=15):
    """Return what a step gives, tried again while the server is away."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return step()
        except TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
