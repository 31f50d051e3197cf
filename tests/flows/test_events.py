"""Events on their way: into the journal, to receivers and to a broker, none lost and none twice."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nats as client
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks import Webhook

from bench.nats import USER, Nats
from canonical.events import EVENTS, FOR_PARTNERS
from flows.deliver import deliver_effects
from flows.watch import watch
from gateway.events.broker import Broker
from gateway.events.webhook import Webhooks
from gateway.ledger.cases import list_cases
from tests.flows.conftest import ACME, WEEK, World

OLD, NEW = (f"whsec_{b64encode(bytes([byte]) * 24).decode()}" for byte in (1, 2))
SITE = """
event_source: urn:cmgateway:plant-1
events:
  receivers:
    - {{name: mes, url: "{url}/mes", secret: [MES_NEW, MES_OLD], types: ["cmgateway.order.*"], timeout_seconds: 1}}
"""
PARTNER = """
webhooks:
  - {{name: desk, url: "{url}/acme", secret: MES_OLD}}
"""


LOST, ENDLESS = 0, -1  # taken, and hung up without a word; refused in words without an end


class Desk(ThreadingHTTPServer):
    """A receiver over a real socket: it keeps what it is given, or answers as it is told."""

    def __init__(self) -> None:
        """Listen on a port of its own."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def of(self, path: str) -> list[dict]:
        """Return the events posted to a path."""
        return [json.loads(body) for at, _, body in self.taken if at == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Desk

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.server.answers.pop(0) if self.server.answers else 204
        if status == ENDLESS:
            self._drip()
            return
        if status < 300:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.taken.append((self.path, headers, body))
        if status == LOST:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def _drip(self) -> None:
        """Refuse in words that never end, until the other side hangs up."""
        self.close_connection = True
        self.send_response(500)
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b".")
                time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a receiver that the site and one of its partners name."""
    monkeypatch.setenv("CMGATEWAY_SECRET_MES_NEW", NEW)
    monkeypatch.setenv("CMGATEWAY_SECRET_MES_OLD", OLD)
    with Desk() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        (home / "cmgateway.yaml").write_text(SITE.format(url=server.url))
        with (home / "partners" / "acme.yaml").open("a") as file:
            file.write(PARTNER.format(url=server.url))
        yield server
        server.shutdown()
        thread.join(10)


@pytest.fixture
def told(desk: Desk, world: World):
    """Return the running site with its receiver."""
    yield world, desk
    world.gateway.hang_up()


def _states(world: World, kind: str) -> Counter[str]:
    return Counter(one.state for one in world.effects() if one.kind == kind)


def test_a_receiver_can_trust_what_it_is_posted(told, monkeypatch) -> None:
    """Both secrets verify it with the library of Standard Webhooks, and the CloudEvents SDK reads it."""
    world, desk = told
    world.release_orders()
    world.turn()
    _, headers, body = next(one for one in desk.taken if b"order.released" in one[2])

    monkeypatch.setattr("standardwebhooks.webhooks.timedelta", lambda **_: timedelta(days=9999))
    for secret in (OLD, NEW):
        assert Webhook(secret).verify(body, headers)["type"] == "cmgateway.order.released.v1"
    event = from_http_event(HTTPMessage(headers=headers, body=body), JSONFormat())
    assert (event.get_id(), event.get_source(), event.get_type()) == (
        headers["webhook-id"],
        "urn:cmgateway:plant-1",
        "cmgateway.order.released.v1",
    )
    assert str(int(headers["webhook-timestamp"])) == headers["webhook-timestamp"]


def test_a_receiver_is_told_what_it_asked_for_and_a_partner_its_own(told) -> None:
    """Types by pattern; a partner hears nothing of other partners, of cases or of routing."""
    world, desk = told
    world.release_orders()
    world.send(ACME, "no.edi", (WEEK / "3_855.edi").read_bytes())
    world.turn()

    kinds = {event["type"] for event in desk.of("/mes")}
    assert {"cmgateway.order.released.v1", "cmgateway.order.shortfall.v1"} <= kinds
    assert {"order"} == {kind.split(".")[1] for kind in kinds}
    own = desk.of("/acme")
    assert {"acme"} == {event["data"]["partner"] for event in own}
    assert {event["type"] for event in own} <= FOR_PARTNERS
    assert "cmgateway.document.applied.v1" in {event["type"] for event in own}
    assert "cascade" not in json.dumps(own)


def test_what_a_receiver_cannot_take_now_waits_and_keeps_its_order(told) -> None:
    """503 and a closed port: nothing is lost, nothing overtakes within an order."""
    world, desk = told
    desk.answers = [503, 429, 500] * 12
    world.release_orders()
    world.send(ACME, "no.edi", (WEEK / "3_855.edi").read_bytes())
    assert _states(world, "webhook")["pending"] > 0
    for _ in range(12):
        world.clock.advance(timedelta(minutes=5))
        world.turn(1)

    assert {"done": len(desk.taken)} == _states(world, "webhook")
    ids = Counter((path, json.loads(body)["id"]) for path, _, body in desk.taken)
    assert {1} == {*ids.values()}
    journal = [one.key for one in world.effects() if one.kind == "event"]
    for order in ("4500012345", "4500012346"):
        seen = [one["id"] for one in desk.of("/mes") if one["subject"].split("/")[0] == order]
        assert seen == sorted(seen, key=journal.index)
        assert seen


def test_a_receiver_that_redirects_says_nothing_or_never_ends_is_waited_for(told) -> None:
    """No event follows a redirect; whose answer was lost is posted again under its id (B-90)."""
    world, desk = told
    desk.answers = [302, LOST, ENDLESS, 308]
    world.release_orders()
    errors = " ".join(one.error for one in world.effects() if one.kind == "webhook")
    assert "answers 30" in errors
    for _ in range(3):
        world.clock.advance(timedelta(minutes=5))
        world.turn(1)
    assert {"done"} == {*_states(world, "webhook")}
    assert {"/mes", "/acme"} == {path for path, _, _ in desk.taken}
    keys = [(path, headers["webhook-id"]) for path, headers, _ in desk.taken]
    assert [2] == [many for many in Counter(keys).values() if many > 1]


def test_a_verdict_of_a_receiver_is_one_case_however_many_events_it_refuses(told) -> None:
    """The case's own event is refused as well, and makes no second case."""
    world, desk = told
    desk.answers = [410] * 100
    world.release_orders()
    for _ in range(3):
        world.turn()
        watch(world.gateway)
    with world.gateway.ledger.read() as tx:
        stuck = [case for case in list_cases(tx) if case.kind == "stuck-effect"]
    assert {"webhook acme/desk", "webhook mes"} == {case.summary.split(":")[0] for case in stuck}
    assert "effect list --state stuck" in stuck[0].summary


def test_the_types_are_subjects_of_a_broker() -> None:
    """Each name carries its version and none of the characters that NATS reads as patterns."""
    for name in EVENTS:
        assert name.startswith("cmgateway.")
        assert name.endswith(".v1")
        assert not set(name) & set(" *>")


BROKER = """
events:
  broker: {{url: "{url}", user: {user}, password: NATS_PASSWORD, prefix: plant1}}
"""


@pytest.fixture
def brokered(nats: Nats, home: Path, monkeypatch: pytest.MonkeyPatch, request):
    """Return a running site that tells a broker."""
    monkeypatch.setenv("CMGATEWAY_SECRET_NATS_PASSWORD", nats.password)
    (home / "cmgateway.yaml").write_text(BROKER.format(url=nats.url, user=USER))
    world = request.getfixturevalue("world")
    yield world, nats
    world.gateway.hang_up()


def _read_stream(nats: Nats) -> list[tuple[str, dict]]:
    """Return subject and event of all the stream holds, read by a consumer as others write them."""

    async def read() -> list[tuple[str, dict]]:
        connection = await client.connect(nats.url, user=USER, password=nats.password)
        try:
            stream = connection.jetstream()
            held = (await stream.stream_info("CMGATEWAY")).state.messages
            reader = await stream.subscribe("plant1.cmgateway.>", ordered_consumer=True)
            found = []
            for _ in range(held):
                message = await reader.next_msg(5)
                found.append((message.subject, json.loads(message.data)))
            return found
        finally:
            await connection.close()

    return asyncio.run(read())


def test_a_broker_is_told_all_in_the_order_of_the_journal(brokered) -> None:
    """A consumer may ask for one type by its subject."""
    world, nats = brokered
    world.release_orders()
    world.send(ACME, "no.edi", (WEEK / "3_855.edi").read_bytes())
    deliver_effects(world.gateway)

    held = _read_stream(nats)
    journal = [one.key for one in world.effects() if one.kind == "event"]
    assert sorted(journal) == sorted(event["id"] for _, event in held)
    assert all(subject == f"plant1.{event['type']}" for subject, event in held)


def test_a_broker_that_is_away_is_waited_for(brokered) -> None:
    """Killed, events wait in the ledger; when it is back, it has each of them once."""
    world, nats = brokered
    nats.kill()
    world.release_orders()
    assert {"pending"} == {*_states(world, "broker")}
    assert all("nats://127.0.0.1" in one.error for one in world.effects() if one.attempts > 1)
    nats.start()
    for _ in range(3):
        world.clock.advance(timedelta(minutes=5))
        world.turn(2)

    assert {"done"} == {*_states(world, "broker")}
    ids = [event["id"] for _, event in _read_stream(nats)]
    assert len(ids) == len({*ids}) == _states(world, "broker")["done"] > 0


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
import gateway.deliver
from gateway.clock import StillClock, use_clock
from gateway.gateway import open_gateway
from flows.deliver import deliver_effects
gateway.deliver.finish_effects = lambda *_: os._exit(9)
with use_clock(StillClock(datetime.fromisoformat(sys.argv[2]))):
    deliver_effects(open_gateway(Path(sys.argv[1])))
"""


def test_killed_between_publish_and_mark_the_broker_drops_the_repeat(brokered) -> None:
    """The event is sent again under the same message id, and stands in the stream once."""
    world, nats = brokered
    patient = Broker.publish
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Broker, "publish", _away)
        world.release_orders()
    world.clock.advance(timedelta(minutes=10))
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(world.home), world.clock().isoformat()],
        check=False,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert ran.returncode == 9
    sent = [event["id"] for _, event in _read_stream(nats)]
    assert sent
    assert _states(world, "broker")["taken"] > 0
    assert Broker.publish is patient
    for _ in range(3):
        world.clock.advance(timedelta(minutes=10))
        world.turn(1)

    done = [one for one in world.effects() if one.kind == "broker"]
    assert {"done"} == {one.state for one in done}
    assert len(sent) == sum(one.result == "already" for one in done)
    ids = [event["id"] for _, event in _read_stream(nats)]
    assert len(ids) == len({*ids}) == len(done)


def _away(*_: object) -> str:
    from gateway.events.broker import BrokerError

    raise BrokerError("away")


def test_a_wrong_password_is_a_sentence_without_it(brokered, monkeypatch) -> None:
    """It waits: somebody mends the secret."""
    world, nats = brokered
    monkeypatch.setenv("CMGATEWAY_SECRET_NATS_PASSWORD", "wrong-and-secret")
    world.release_orders()
    said = {one.error for one in world.effects() if one.kind == "broker" and one.error}
    assert said
    assert "wrong-and-secret" not in str(said)
    assert any("uthorization" in one for one in said), said
    assert nats.process is not None


def test_connections_are_kept_and_closed() -> None:
    """Closing twice, or what was never open, is nothing."""
    for one in (Broker(), Webhooks()):
        one.close()
        one.close()
