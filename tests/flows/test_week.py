"""The demo's week of trade, step by step, against a real ledger of either kind and real folders."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from canonical.postings import balance_of
from gateway.ledger.cases import list_cases
from gateway.ledger.commitments import list_commitments
from gateway.ledger.decisions import list_decisions
from gateway.ledger.expectations import list_open
from gateway.ledger.orders import find_order

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def week(world):
    """Return the world after all of the week has happened."""
    for step in YAML(typ="base").load((WEEK / "week.yaml").read_text()):
        world.clock.moment = datetime.fromisoformat(step["at"])
        folder, _, name = step["into"].rpartition("/")
        world.drop(folder, name, (WEEK / step["file"]).read_bytes())
        if "marker" in step:
            world.drop(folder, name + step["marker"], b"")
        world.turn()
    return world


def balances(world, po_number: str) -> dict[str, dict[str, int]]:
    """Return each line's sums, zeros left out."""
    with world.gateway.ledger.read() as tx:
        rows = list_commitments(tx, po_number)
    lines: dict[str, list] = {}
    for row in rows:
        lines.setdefault(row.posting.line_number, []).append(row.posting)
    kinds = ("ordered", "accepted", "backordered", "rejected", "cancelled", "shipped")
    return {
        number: {
            kind: int(getattr(balance_of(all_), kind))
            for kind in kinds
            if getattr(balance_of(all_), kind)
        }
        for number, all_ in lines.items()
    }


def test_every_line_adds_up(week) -> None:
    """After the week the commitments of each order line say what was answered and shipped."""
    assert {
        "1": {"ordered": 144, "accepted": 144, "shipped": 144},
        "2": {"ordered": 60, "accepted": 20, "backordered": 40, "shipped": 20},
        "3": {"ordered": 10, "cancelled": 10},
    } == balances(week, "4500012345")
    assert {"3": {"ordered": 10, "accepted": 10}} == balances(week, "4500012345-R1")
    assert {
        "10": {"ordered": 12000, "accepted": 12000},
        "20": {"ordered": 1500, "accepted": 1500},
    } == balances(week, "4500012346")
    assert {"1": {"ordered": 24, "accepted": 24, "shipped": 24}} == balances(week, "4500012351")


def test_each_partner_gets_orders_in_its_own_format(week) -> None:
    """X12 with prices in cents for one, a German CSV for the other."""
    edi = week.out("acme")["850_4500012345_000000001.edi"].decode()
    csv = week.out("borealis")["bestellung_4500012346.csv"].decode("cp1252")

    assert "PO1*1*144*EA*1250**BP*A-100*EC*B~" in edi
    assert (
        "4500012346;23.11.2026;10;F-310;0815;A;Schraube M6 für Gehäuse;12.000;Stk;0,42;EUR" in csv
    )


def test_the_997_of_a_partner_is_matched_to_what_we_sent(week) -> None:
    """The 850 is acknowledged, the one that was never acknowledged still waits."""
    sent = {
        row.number: row.acknowledged
        for row in week.documents(direction="out", entity="PurchaseOrder")
    }

    assert {
        "4500012345": "accepted",
        "4500012345-R1": "accepted",
        "4500012346": "",
        "4500012351": "waiting",
    } == sent


def test_the_rejected_line_raises_a_trigger_that_names_the_alternative(week) -> None:
    """The decision keeps every candidate with its reasons; an event carries it out; the case ends with its yes."""
    with week.gateway.ledger.read() as tx:
        decisions = list_decisions(tx, po_number="4500012345")
        cases = [case for case in list_cases(tx, "closed") if case.kind == "shortfall"]
    events = [
        json.loads(line)
        for path in sorted((week.home / "var" / "journal").glob("*.ndjson"))
        for line in path.read_text().splitlines()
    ]
    triggers = [one["data"] for one in events if one["type"] == "cmgateway.routing.decided.v1"]

    assert [("3", "reroute", "cascade")] == [
        (d.line_number, d.outcome, d.chosen) for d in decisions
    ]
    assert 1 == len(cases)
    assert ["cascade"] == [trigger["chosen"] for trigger in triggers]
    reasons = {one["partner"]: one["sentence"] for one in triggers[0]["candidates"]}
    assert (
        "cascade: qualified for A-200 rev C, price 101.50 is 2.5 % above, needs 9 of 24 days, reported room for 60 EA"
        == reasons["cascade"]
    )
    assert "acme: cannot make it, as it said itself" in reasons["acme"]
    assert "lacks certificate ISO13485" in reasons["borealis"]


def test_every_file_gets_an_answer(week) -> None:
    """997s for X12; words for a CSV, and for what a 997 cannot say."""
    acme, borealis = week.out("acme"), week.out("borealis")

    assert 4 == sum(name.startswith("997_") for name in acme)
    assert "took all of ack_20261124.csv" in borealis["ack_20261124.csv.answer.txt"].decode(
        "utf-8-sig"
    )
    words = acme["855_703.edi.answer.txt"].decode("utf-8-sig")
    assert "set 2 (ST*855*0002): order 4500019999 is not one that acme was given" in words


def test_a_bad_document_does_not_stop_its_neighbour(week) -> None:
    """Set 1 of the file took effect, set 2 is parked with its reason."""
    states = {
        row.number: row.state
        for row in week.documents(file_id=week.file("855_703.edi").id, direction="in")
    }

    assert {"4500012351": "delivered", "4500019999": "parked"} == states
    assert "parked" == week.file("855_703.edi").state


def test_the_same_bytes_again_change_nothing(week) -> None:
    """The second drop is a duplicate without documents, postings or effects."""
    again = week.file("855_702_again.edi")

    assert ("duplicate", week.file("855_702.edi").id) == (again.state, again.duplicate_of)
    assert [] == week.documents(file_id=again.id)


def test_the_erp_is_told_each_thing_once(week) -> None:
    """A confirmation an answer, the reroute, notes on both its ends, one shipment; nothing is left to do."""
    kinds = [name.partition("-")[0] for name in week.told_erp()]

    notes = ["NoteOnOrder"] * 2
    assert ["ConfirmOrder"] * 5 + notes + ["RecordReroute", "RecordShipment"] == kinds
    assert {"done"} == {effect.state for effect in week.effects()}


def test_what_is_expected_is_met_by_what_came(week) -> None:
    """The 997 of the last order is still owed, and ship notices of what was promised for later."""
    with week.gateway.ledger.read() as tx:
        owed = [(one.po_number, one.kind) for one in list_open(tx)]

    notices = {("4500012345", "856"), ("4500012345-R1", "856"), ("4500012346", "856")}
    assert {("4500012351", "997"), *notices} == {*owed}


def test_one_shipment_moves_both_orders(week) -> None:
    """One order is shipped whole, the other but for its backorder; the sources of all files are gone."""
    with week.gateway.ledger.read() as tx:
        states = {number: find_order(tx, number).state for number in ("4500012345", "4500012351")}  # type: ignore[union-attr]

    assert {"4500012345": "partly_shipped", "4500012351": "shipped"} == states
    assert [] == [path for path in (week.home / "drop" / "acme" / "in").iterdir() if path.is_file()]
