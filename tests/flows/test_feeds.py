"""Feeds: the newest word on each part with its age, history kept, stale ones told, consigned stock compared."""

import json
from datetime import timedelta

import pytest

from gateway.feeds import find_capacity, list_feeds
from gateway.ledger.cases import list_cases
from gateway.ledger.feeds import list_readings

ACME, BOREALIS, ERP = "drop/acme/in", "drop/borealis/in", "erp/out"
pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def capacity(number: str, day: str, per_week: int) -> str:
    line = {
        "item": {"buyer": "A-100"},
        "per_week": {"value": str(per_week), "unit": "EA"},
        "lead_time_days": "9",
    }
    return json.dumps({"report_number": number, "reported_on": day, "lines": [line]})


def stock(number: str, day: str, kind: str, quantity: int, **head: str) -> str:
    amount = {"kind": kind, "quantity": {"value": str(quantity), "unit": "EA"}}
    line = {"item": {"buyer": "R-7"}, "quantities": [amount]}
    return json.dumps({"report_number": number, "reported_on": day, "lines": [line]} | head)


def produced(number: str, event: str, quantity: int) -> str:
    line = {
        "event": event,
        "item": {"buyer": "R-7"},
        "quantity": {"value": str(quantity), "unit": "EA"},
    }
    return json.dumps({"event_number": number, "happened_on": "2026-11-22", "lines": [line]})


def hold(state: str) -> str:
    line = {"item": {"buyer": "R-7"}, "quantity": {"value": "200", "unit": "EA"}}
    return json.dumps(
        {"hold_number": "Q-3", "state": state, "since": "2026-11-22", "lines": [line]}
    )


def cases(world, kind: str, state: str = "open") -> list[str]:
    with world.gateway.ledger.read() as tx:
        return [case.summary for case in list_cases(tx, state) if case.kind == kind]


def per_week(world):
    with world.gateway.ledger.read() as tx:
        return find_capacity(world.gateway, tx, world.gateway.partners.get("acme"), "A-100")


def test_an_older_report_does_not_stand_before_a_newer_one(world):
    """As-of counts, not when a file came; history is kept; too old is stale."""
    world.send(ACME, "capacity_2.json", capacity("C-2", "2026-11-22", 1500))
    world.send(ACME, "capacity_1.json", capacity("C-1", "2026-11-15", 9000))
    found = per_week(world)
    assert (1500, 9, False) == (found.per_week, found.lead_time_days, found.is_stale)
    with world.gateway.ledger.read() as tx:
        told = list_readings(tx, "acme", "A-100")
    assert [9000, 1500] == [int(one.quantity) for one in told if one.measure == "per_week"]
    world.clock.advance(timedelta(days=30))
    assert per_week(world).is_stale
    with world.gateway.ledger.read() as tx:
        assert {"acme"} == {one.partner for one in list_feeds(world.gateway, tx) if one.is_stale}


def test_stock_that_is_not_what_the_erp_allocated_is_a_case_with_its_documents(world):
    """10,000 allocated, 8,400 on hand: consumption and scrap explain 1,350 of it (F19)."""
    world.send(
        ERP, "allocation_1.json", stock("AL-1", "2026-11-20", "allocated", 10000, held_by="acme")
    )
    world.send(ACME, "production_1.json", produced("P-1", "consumed", 1200))
    world.send(ACME, "production_2.json", produced("P-2", "scrapped", 150))
    world.send(ACME, "stock_1.json", stock("S-1", "2026-11-22", "on_hand", 8400))
    (said,) = cases(world, "consigned-differs")
    assert "holds 8,400 EA of R-7" in said
    assert "10,000 allocated (2026-11-20): 1,600 less" in said
    assert "1,200 consumed in production_1.json (document " in said
    assert "150 scrapped in production_2.json" in said
    assert said.endswith("unexplained: 250")
    world.send(ACME, "stock_2.json", stock("S-2", "2026-11-23", "on_hand", 10000))
    assert [] == cases(world, "consigned-differs")


def test_a_hold_is_a_case_of_quality_until_it_is_released(world):
    """The same number again says what became of it."""
    world.send(ACME, "hold_1.json", hold("held"))
    assert 1 == len(cases(world, "quality-hold"))
    world.send(ACME, "hold_2.json", hold("released"))
    assert [] == cases(world, "quality-hold")


def test_capacity_comes_from_a_spreadsheet_too(world):
    """A CSV of the partner's own columns, in its own units."""
    rows = (
        "Bericht;Stand;Artikel;Werk;Menge je Woche;ME;Maschinen frei;Warteschlange;Lieferzeit Tage\n"
        "K-48;22.11.2026;F-310;Werk 1;50,5;Tsd;3;2;21\n"
    )
    world.send(BOREALIS, "kapazitaet_20261122.csv", rows)
    with world.gateway.ledger.read() as tx:
        partner = world.gateway.partners.get("borealis")
        found = find_capacity(world.gateway, tx, partner, "F-310")
    assert (50500, 3, 21) == (found.per_week, found.slots_free, found.lead_time_days)
