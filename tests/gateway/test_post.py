"""Rules of the HTTPS door, over a real connection."""

import socket
import threading
import time

import httpx
import pytest
import uvicorn

from flows.process import process_file
from gateway.gateway import open_gateway
from gateway.ledger.cases import list_cases
from gateway.ledger.files import find_file, list_files
from gateway.post import make_find, open_door
from gateway.transports.https import MOST_AT_ONCE, make_app

NORTH, SOUTH = "north-token-0123456789", "south-token-0123456789"
PARTNER = """
partner: {name}
role: cm
channels:
  in:
    - {{name: post, https: {{token: {token}}}, take: {{{take}}}}}
"""


@pytest.fixture
def gateway(tmp_path, monkeypatch):
    """Return a site with two partners that post."""
    (tmp_path / "partners").mkdir()
    for name in ("north", "south"):
        take = "max_megabytes: 1, only: ['*.edi', '*.zip'], max_files_per_hour: 3"
        text = PARTNER.format(name=name, token=f"{name.upper()}_TOKEN", take=take)
        (tmp_path / "partners" / f"{name}.yaml").write_text(text)
    monkeypatch.setenv("CMGATEWAY_SECRET_NORTH_TOKEN", NORTH)
    monkeypatch.setenv("CMGATEWAY_SECRET_SOUTH_TOKEN", SOUTH)
    opened = open_gateway(tmp_path)
    yield opened
    opened.ledger.dispose()


@pytest.fixture
def door(gateway):
    """Return a client of the listening door."""
    plug = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(make_app(make_find(gateway)), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [plug]}, daemon=True)
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{plug.getsockname()[1]}", timeout=10) as client:
        yield client
    server.should_exit = True
    thread.join(10)
    plug.close()


def _post(door, data=b"ISA", token=NORTH, channel="post", name="a.edi"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return door.post(f"/files/{channel}", params={"name": name}, content=data, headers=headers)


def _files(gateway):
    with gateway.ledger.read() as tx:
        return list_files(tx)


def test_a_posted_file_is_committed_before_the_answer(gateway, door):
    """202 with the id: it is in the ledger and the archive, and the loop is rung."""
    answer = _post(door)
    assert (answer.status_code, answer.json()) == (202, {"file": 1, "state": "received"})
    (file,) = _files(gateway)
    assert (file.partner, file.channel, file.name) == ("north", "north/post", "a.edi")
    assert file.settled_at is not None
    assert gateway.archive.load(file.sha256) == b"ISA"
    assert gateway.bell.is_set()


def test_the_same_bytes_again_are_the_same_file(gateway, door):
    """200 with the first id, whatever the name: a sender may try again without fear."""
    first, again = _post(door), _post(door, name="b.edi")
    assert (again.status_code, again.json()["file"]) == (200, first.json()["file"])
    assert [one.duplicate_of for one in _files(gateway)] == [1, None]


def test_a_sender_sees_how_far_its_file_is_and_why(gateway, door):
    """C-45: state and findings of its own file; another's file is not there for it."""
    file = _post(door).json()["file"]
    process_file(gateway, file)

    def look(number, token=NORTH):
        return door.get(f"/files/post/{number}", headers={"Authorization": f"Bearer {token}"})

    seen = look(file).json()
    assert ("a.edi", "parked") == (seen["name"], seen["state"])
    assert seen["findings"], seen
    assert [404, 404, 404] == [
        look(file, SOUTH).status_code,
        look(file + 1).status_code,
        look(2**70).status_code,
    ]
    assert "unknown-file" == look(file, SOUTH).json()["error"]
    assert 401 == look(file, "nobody's-token-0123").status_code


def test_partners_do_not_see_each_other(gateway, door):
    """The token says who it is: the same bytes of another partner are another file."""
    _post(door)
    assert _post(door, token=SOUTH).status_code == 202
    assert {one.partner for one in _files(gateway)} == {"north", "south"}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"token": ""}, 401, "no-token"),
        ({"token": "x" * 22}, 401, "unknown-token"),
        ({"channel": "drop"}, 404, "unknown-channel"),
        ({"data": b""}, 400, "empty-file"),
        ({"data": bytes(1_000_001)}, 413, "too-large"),
        ({"name": "../a.edi"}, 400, "bad-name"),
        ({"name": "a\nb.edi"}, 400, "bad-name"),
        ({"name": "a.txt"}, 422, "name-not-agreed"),
    ],
)
def test_what_is_not_taken_is_told(gateway, door, change, status, code):
    """With a status, a stable word and a sentence; nothing is kept of it."""
    answer = _post(door, **change)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["sentence"]
    assert _files(gateway) == []


def test_a_length_that_lies_does_not_help(door):
    """A body without a length is cut off as soon as it is too large."""

    def endless():
        for _ in range(100):
            yield bytes(100_000)

    headers = {"Authorization": f"Bearer {NORTH}"}
    try:
        answer = door.post("/files/post", content=endless(), headers=headers)
    except httpx.WriteError:  # the connection ended before we had sent it all
        return
    assert answer.status_code == 413


def test_beyond_the_quota_it_is_sent_back(gateway, door):
    """With a time after which it may be sent again, and a case here."""
    for number in range(3):
        assert _post(door, data=b"%d" % number).status_code == 202
    answer = _post(door, data=b"4")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
    assert _post(door, token=SOUTH).status_code == 202
    with gateway.ledger.read() as tx:
        assert [case.kind for case in list_cases(tx)] == ["over-quota"]


def test_a_secret_that_is_missing_or_short_opens_nothing(door, monkeypatch):
    """An empty secret must not make an empty token good."""
    monkeypatch.setenv("CMGATEWAY_SECRET_NORTH_TOKEN", "short")
    assert _post(door, token="short").status_code == 401  # noqa: S106 it is no secret
    monkeypatch.delenv("CMGATEWAY_SECRET_NORTH_TOKEN")
    assert _post(door).status_code == 401


def test_what_cannot_be_kept_is_not_acknowledged(gateway, door, monkeypatch):
    """The disk is full: 503, so that the sender tries again; the sentence shows no path."""

    def full(_data):
        raise OSError(28, "No space left on device", "/secret/path")

    monkeypatch.setattr(gateway.archive, "store_all", full)
    answer = _post(door)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "secret" not in answer.text


def test_one_partner_cannot_take_all_memory(door, gateway):
    """A few uploads at once; others are told to wait, other partners are not."""
    port = door.base_url.port
    plugs = [socket.create_connection(("127.0.0.1", port)) for _ in range(MOST_AT_ONCE)]
    head = f"POST /files/post?name=a.edi HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {NORTH}\r\nContent-Length: 9\r\n\r\nISA"
    for plug in plugs:
        plug.sendall(head.encode())
    deadline = time.monotonic() + 5
    while _post(door, data=b"x").status_code != 429:
        assert time.monotonic() < deadline
    assert _post(door, token=SOUTH).status_code == 202
    for plug in plugs:
        plug.close()
    with gateway.ledger.read() as tx:
        assert find_file(tx, "nothing") is None


def test_without_a_port_nobody_listens(gateway):
    """The door is opened by cmgateway.yaml only."""
    before = threading.active_count()
    with open_door(gateway):
        assert threading.active_count() == before
