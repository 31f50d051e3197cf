"""Asking for events: page by page behind a cursor, over a real connection and on the command line."""

import json
import socket
import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from console.cli import assemble
from gateway.event_door import make_event_routes
from gateway.events.cloud_event import About, cloud_event
from gateway.events.journal import Journal
from gateway.events.read_journal import CursorError, Wanted, read_page
from gateway.gateway import open_gateway
from gateway.post import make_find
from gateway.transports.https import make_app

TOKEN = "events-token-0123456789"  # noqa: S105 of a test
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _event(key: str, at: datetime = NOON, kind: str = "order.sent", partner: str = "north"):
    about = About(key=key, source="urn:cmgateway:test", subject="4500012345", at=at)
    data = {"po_number": "4500012345", "partner": partner}
    data |= {"kind": "csv"} if kind == "order.sent" else {"lines": 1}
    return cloud_event(f"cmgateway.{kind}.v1", data, about)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Return a site whose journal holds five events of two days."""
    (tmp_path / "partners").mkdir()
    (tmp_path / "cmgateway.yaml").write_text("events: {token: EVENTS_TOKEN}\n")
    monkeypatch.setenv("CMGATEWAY_SECRET_EVENTS_TOKEN", TOKEN)
    gateway = open_gateway(tmp_path)
    for number in range(4):
        kind = "order.released" if number == 2 else "order.sent"
        gateway.journal.publish(_event(str(number), NOON, kind))
    gateway.journal.publish(_event("4", NOON + timedelta(days=1)))
    yield gateway
    gateway.ledger.dispose()


@pytest.fixture
def door(site):
    """Return a client of the listening door."""
    plug = socket.create_server(("127.0.0.1", 0))
    app = make_app(make_find(site), make_event_routes(site))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [plug]}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{plug.getsockname()[1]}"
    with httpx.Client(
        base_url=url, timeout=10, headers={"Authorization": f"Bearer {TOKEN}"}
    ) as one:
        yield one
    server.should_exit = True
    thread.join(10)
    plug.close()


def test_a_cursor_leads_on_from_page_to_page(door):
    """Every event once, over the end of a day, until there is no more."""
    seen, after, more = [], "", True
    while more:
        page = door.get("/events", params={"after": after, "limit": 2}).json()
        seen += [event["id"] for event in page["events"]]
        after, more = page["cursor"], page["more"]
    assert seen == ["0", "1", "2", "3", "4"]
    assert door.get("/events", params={"after": after}).json() == {
        "events": [],
        "cursor": after,
        "more": False,
    }


def test_only_the_types_that_are_asked_for(door):
    """The cursor goes on over the others."""
    page = door.get("/events", params={"type": "cmgateway.order.rel*"}).json()
    assert [event["id"] for event in page["events"]] == ["2"]
    assert page["cursor"].startswith("2026-11-22.")


def test_an_event_delayed_over_midnight_is_behind_every_cursor_given_out(site, door):
    """It happened yesterday and is written today: who has read on is told all the same."""
    after = door.get("/events").json()["cursor"]
    site.journal.publish(_event("late", NOON + timedelta(hours=1)))
    page = door.get("/events", params={"after": after}).json()
    assert [event["id"] for event in page["events"]] == ["late"]


@pytest.mark.parametrize(
    ("params", "token", "status", "code"),
    [
        ({}, "", 401, "no-token"),
        ({}, "x" * 23, 401, "unknown-token"),
        ({"after": "yesterday"}, TOKEN, 400, "bad-cursor"),
        ({"after": "2026-11-21.7"}, TOKEN, 400, "bad-cursor"),
        ({"after": "2026-11-21.99999999"}, TOKEN, 400, "bad-cursor"),
        ({"after": "../../etc/passwd"}, TOKEN, 400, "bad-cursor"),
        ({"limit": "0"}, TOKEN, 400, "bad-limit"),
        ({"limit": "many"}, TOKEN, 400, "bad-limit"),
    ],
)
def test_what_is_asked_for_wrongly_is_told(door, params, token, status, code):
    """With a status, a stable word and a sentence."""
    headers = {"Authorization": f"Bearer {token}" if token else ""}
    answer = door.get("/events", params=params, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, code)


def test_a_secret_that_is_missing_or_short_opens_nothing(door, monkeypatch):
    """An empty secret must not make an empty token good."""
    monkeypatch.setenv("CMGATEWAY_SECRET_EVENTS_TOKEN", "short")
    answer = door.get("/events", headers={"Authorization": "Bearer short"})
    assert answer.status_code == 401
    monkeypatch.delenv("CMGATEWAY_SECRET_EVENTS_TOKEN")
    assert door.get("/events").status_code == 401


def test_without_a_named_token_there_is_no_such_page(tmp_path):
    """Nobody is let in by leaving the setting out."""
    (tmp_path / "partners").mkdir()
    gateway = open_gateway(tmp_path)
    assert make_event_routes(gateway) == []
    gateway.ledger.dispose()


def test_a_line_that_is_being_written_is_not_read_yet(tmp_path):
    """The cursor stays before it."""
    journal = Journal(tmp_path)
    journal.publish(_event("1"))
    before = read_page(tmp_path, "", 9, Wanted()).cursor
    with (tmp_path / "events-2026-11-21.ndjson").open("ab") as file:
        file.write(b'{"specversion":"1.0","id":"2"')
    page = read_page(tmp_path, "", 9, Wanted())
    assert (["1"], before) == ([one.id for one in page.events], page.cursor)


def test_a_day_that_was_archived_away_does_not_stop_a_reader(tmp_path):
    """Its cursor leads to the next day that is there."""
    journal = Journal(tmp_path)
    journal.publish(_event("1"))
    after = read_page(tmp_path, "", 9, Wanted()).cursor
    journal.publish(_event("2", NOON + timedelta(days=2)))
    (tmp_path / "events-2026-11-21.ndjson").unlink()
    assert ["2"] == [one.id for one in read_page(tmp_path, after, 9, Wanted()).events]
    with pytest.raises(CursorError, match="no cursor"):
        read_page(tmp_path, "2026-11-23.1", 9, Wanted())


def test_the_command_line_lists_what_the_door_does(site):
    """With the cursor to go on from, as a table and as JSON."""
    home = str(site.site.home)
    runner = CliRunner()
    words = ["--home", home, "event", "list", "--limit", "2"]
    told = json.loads(runner.invoke(assemble(["event"]), [*words, "--json"]).stdout)
    assert [one["id"] for one in told["events"]] == ["0", "1"]
    rest = runner.invoke(assemble(["event"]), [*words, "--after", told["cursor"]]).stdout
    assert "cmgateway.order.released.v1" in rest
    assert "later ones (there is more): cmgateway event list --after 2026-11-21." in rest
    types = json.loads(runner.invoke(assemble(["event"]), ["event", "types", "--json"]).stdout)
    assert {"type", "about", "schema", "for_partners"} == set(types[0])
