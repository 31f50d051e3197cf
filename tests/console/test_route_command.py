"""Reroutes on the command line: what is under way, why, and what other rules would have done."""

import json

import pytest


@pytest.fixture
def ruled(home, week):  # noqa: ARG001 the site lived through the week
    """Return a function that writes changed rules and returns their file."""

    def change(old: str, new: str) -> str:
        text = (home / "partners" / "_routing.yaml").read_text()
        assert old in text
        path = home / "changed.yaml"
        path.write_text(text.replace(old, new))
        return str(path)

    return change


def test_what_changed_hands_is_listed(week) -> None:
    """From whom to whom, with which order, and how far."""
    (row,) = json.loads(week("route", "list", "--json").out)
    assert ("acme", "cascade", "taken", "4500012345-R1") == (
        row["from_partner"],
        row["to_partner"],
        row["state"],
        row["new_po_number"],
    )
    assert "4500012345-R1" in week("route", "list").out


def test_a_decision_is_explained_share_by_share(week) -> None:
    """The points of the winner, and what ruled each loser out."""
    said = week("route", "explain", "1").out
    assert "delmar cannot: not qualified for A-200 rev C (has B)" in said
    assert "reported room for 4 of 10 EA" in said  # by its capacity report of the day before
    assert "reported room for 60 EA" in said
    assert "points of" in said
    assert "ACK*X1*10*EA" in said


def test_a_case_without_a_decision_is_refused(week) -> None:
    """The sentence says where to look."""
    ran = week("route", "explain", "99")
    assert 2 == ran.code
    assert "cmgateway case list" in ran.err


def test_other_rules_are_tried_on_the_past(week, ruled) -> None:
    """A narrower price band would have left the line with nobody; nothing is changed by asking."""
    narrow = ruled("max_price_above_percent: 10", "max_price_above_percent: 1")
    (one,) = json.loads(week("route", "simulate", "--rules", narrow, "--json").out)
    assert (True, "reroute cascade", "hold", "1015.00") == (
        one["is_changed"],
        one["was"],
        one["would_be"],
        one["cost_was"],
    )
    (same,) = json.loads(week("route", "simulate", "--json").out)
    assert not same["is_changed"]


def test_broken_rules_are_refused_with_their_line(week, ruled) -> None:
    """Before anything is made again."""
    ran = week("route", "simulate", "--rules", ruled("automatic: true", "automatic: maybe"))
    assert 2 == ran.code
    assert "changed.yaml" in ran.err


def test_a_ruling_needs_a_reason_and_an_open_case(week) -> None:
    """The ledger keeps who decided what and why."""
    assert 2 == week("route", "approve", "1", "--reason", " ").code
    ran = week("route", "decline", "1", "--reason", "we do without")
    assert (2, True) == (ran.code, "case 1 is closed" in ran.err)


def test_kpis_are_data(week) -> None:
    """Answer times per CM, and the seconds from a refusal to the new order."""
    found = json.loads(week("kpi", "--json").out)
    answered = {one["partner"]: one["answered"] for one in found["partners"]}
    assert {"acme": 2, "borealis": 1, "cascade": 1} == {
        name: many for name, many in answered.items() if many
    }
    assert "delmar" in answered
    assert {"taken": 1} == found["reroutes"]
    assert found["reroute_seconds"][0] < 20
    assert "from a refusal to the new order" in week("kpi").out


def test_reroutes_are_listed_by_state(week) -> None:
    """Nobody waits for the week's own any more; a state there is not is refused with those there are."""
    assert 1 == len(json.loads(week("route", "list", "--state", "taken", "--json").out))
    assert [] == json.loads(week("route", "list", "--state", "open", "--json").out)
    ran = week("route", "list", "--state", "gone")
    assert (2, True) == (ran.code, "open, all, reducing" in ran.err)


def test_the_schema_of_an_event_can_be_printed(week) -> None:
    """As it is published; a word that is near is named."""
    found = json.loads(week("event", "schema", "cmgateway.order.rerouted.v1").out)
    assert "urn:cmgateway:OrderRerouted:1.0" == found["$id"]
    ran = week("event", "schema", "cmgateway.order.rerouted")
    assert (2, True) == (ran.code, "did you mean cmgateway.order.rerouted.v1?" in ran.err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("feed", "show", "nobody", "A-100"), "nobody"),
        (("feed", "list", "--kind", "stok"), "there are capacity"),
        (("feed", "schedule", "nobody"), "nobody"),
        (("event", "list", "--type", "cmgateway.order.gone.v1"), "there is no event type"),
    ],
)
def test_what_there_is_not_is_refused(week, words, said) -> None:
    """Not an empty table: a sentence, and exit code 2."""
    ran = week(*words)
    assert (2, True) == (ran.code, said in ran.err), ran
