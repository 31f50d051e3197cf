"""Faults of an ERP behind HTTP, met by the whole gateway: what state the effect is in, and what the ERP holds after."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bench.erp_facade import TOKEN, Facade, serve
from bench.faulty_line import FAULTS, FaultyLine, faulty_line
from bench.struck_erps import PARTNER
from flows.turn import take_turn
from gateway.clock import now
from gateway.ledger.effects import EffectRow

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACK = (WEEK / "3_855.edi").read_text()
NUMBER, PATIENCE = "4500012345", 0.4
THE_PUT = 3  # of a confirmation: the order is read, what is held is looked for, then it is put
LINES = (("1", "A-100", "144", "12.50"), ("2", "A-150", "60", "4.80"), ("3", "A-200", "10", "99"))
ORDER = {
    "po_number": NUMBER,
    "ordered_on": "2026-11-23",
    "supplier": "acme",
    "currency": "USD",
    "lines": [
        {
            "line_number": line,
            "item": {"buyer": part},
            "ordered": {"value": amount, "unit": "EA"},
            "unit_price": price,
        }
        for line, part, amount, price in LINES
    ],
}


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[tuple[Facade, FaultyLine]]:
    """Return an ERP with a released order, and the line to it."""
    made = Facade(tmp_path / "erp.db")
    made.release(ORDER)
    server = serve(made)
    with faulty_line(server.server_address[1], PATIENCE) as line:
        yield made, line
    server.shutdown()
    server.server_close()


@pytest.fixture
def told(world, facade, monkeypatch):
    """Return a site whose ERP is behind that line, and that has its order; it is asked once only."""
    monkeypatch.setenv("CMGATEWAY_SECRET_ERP_TOKEN", TOKEN)
    door = (
        f"{{adapter: http, url: '{facade[1].url}/', token: ERP_TOKEN, timeout_seconds: {PATIENCE}}}"
    )
    text = PARTNER.format(erp=door).replace("every_seconds: 1", "every_seconds: 864000")
    (world.home / "partners" / "erp.yaml").write_text(text)
    world.gateway.reload()
    for _ in range(20):
        world.turn(1)
        for intake in world.turning.intakes:
            if intake.errand is not None:
                intake.errand.join()
        if world.out("acme"):
            break
    assert any(name.startswith("850") for name in world.out("acme"))
    yield world
    world.turning.deliverer.close()
    world.gateway.erps.close()


def confirmation(world) -> EffectRow | None:
    """Return the effect that tells the ERP what acme confirmed."""
    return next((one for one in world.effects() if one.kind == "erp"), None)


def try_once(world) -> EffectRow:
    """Let acme's answer be taken, and the ERP be told of it once."""
    world.drop("drop/acme/in", "855.edi", ACK)
    for _ in range(100):
        take_turn(world.turning)
        effect = confirmation(world)
        if effect and effect.attempts and effect.state != "taken":
            return effect
        if not world.turning.deliverer.busy:
            world.clock.advance(timedelta(seconds=2))
    raise AssertionError(effect)


def posted(facade: Facade) -> list[str]:
    """Return every confirmation that ever took effect in the ERP."""
    with closing(facade.connect()) as db:
        return [
            key for (key,) in db.execute("SELECT key FROM posted WHERE path LIKE '%/confirmation'")
        ]


@pytest.mark.parametrize(
    ("fault", "waits", "said"),
    [
        ("500 before", 5, "500"),
        ("500 after", 5, "500"),
        ("429 before", 2, "429"),
        ("hangs", 1, "it may have been done"),
        ("too late", 1, "it may have been done"),
    ],
)
def test_a_fault_of_the_erp_waits_and_is_done_once(told, facade, fault, waits, said) -> None:
    """The effect is pending with the ERP's words and a time; the CM has its 997; then the ERP holds it once."""
    erp, line = facade
    line.expect(fault, THE_PUT)
    effect = try_once(told)

    assert ("pending", 1) == (effect.state, effect.attempts)
    assert said in effect.error
    assert effect.due_at <= now() + timedelta(seconds=waits * 1.25)
    assert FAULTS[fault][0] == bool(posted(erp))
    assert any(name.startswith("997") for name in told.out("acme"))

    for _ in range(40):
        told.turn(1)
        if confirmation(told).state == "done":
            break
        told.clock.advance(timedelta(seconds=0 if told.turning.deliverer.busy else 10))
    assert "done" == confirmation(told).state
    assert 1 == len(posted(erp))


def test_what_somebody_changed_meanwhile_is_planned_anew_at_once(told, facade) -> None:
    """409: the order is read again within the same attempt, and the ERP holds the confirmation once."""
    erp, line = facade
    line.expect("409 before", THE_PUT)
    effect = try_once(told)

    assert ("done", 1) == (effect.state, effect.attempts)
    assert 1 == len(posted(erp))
    assert line.seen.count(f"GET /orders/{NUMBER}") > 1
