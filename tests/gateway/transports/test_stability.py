"""Rules of stability: which files are taken, when, and what is said about it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.transports.stability import Rules, decide_files, list_markers, watch_files
from gateway.transports.transport import Sighting

NOON = datetime(2026, 3, 1, 12)  # noqa: DTZ001 UTC without a zone is the rule here


def _file(name="a.csv", size=5, at=NOON, **more):
    return Sighting(name=name, size=size, modified_at=at, **more)


def _poll(listings, rules, step=1.0):
    """Return the decisions of the last of these listings, by name."""
    watches, at = {}, NOON
    for number, listing in enumerate(listings):
        at = NOON + timedelta(seconds=step * number)
        watches = watch_files(watches, listing, at)
    return {one.sighting.name: one for one in decide_files(watches, rules, at)}


def _verdict(listings, rules, step=1.0):
    decision = _poll(listings, rules, step)["a.csv"]
    return decision.verdict, decision.reason


def test_a_file_is_taken_when_it_was_still():
    """Seen twice with the same size and time, it is complete."""
    once, twice = _verdict([[_file()]], Rules()), _verdict([[_file()], [_file()]], Rules())
    assert once == (
        "wait",
        "5 bytes unchanged in 1 polls for 0.0 s, wanted are 2 polls and 0 s",
    )
    assert twice == ("take", "5 bytes unchanged in 2 polls for 1.0 s")


@pytest.mark.parametrize(
    "changed", [_file(size=6), _file(at=NOON + timedelta(microseconds=1)), _file(at=None)]
)
def test_a_file_that_changes_waits_anew(changed):
    """Another size or time starts the count again."""
    assert _verdict([[_file()], [_file()], [changed]], Rules())[0] == "wait"


def test_a_file_that_was_away_waits_anew():
    """What comes back under its name is another file."""
    assert _verdict([[_file()], [], [_file()]], Rules())[0] == "wait"


def test_seconds_count_beside_polls():
    """Quick polls alone do not make a file complete."""
    rules = Rules(seconds=10)
    assert _verdict([[_file()]] * 5, rules, step=2)[0] == "wait"
    assert _verdict([[_file()]] * 6, rules, step=2)[0] == "take"


def test_all_files_of_a_listing_are_judged_at_once():
    """A poll of many files waits no longer than one of few (C-39)."""
    listing = [_file(f"{number}.csv") for number in range(100)]
    verdicts = {one.verdict for one in _poll([listing, listing], Rules()).values()}
    assert verdicts == {"take"}


def test_a_marker_makes_it_complete():
    """The sender says so; the marker itself is not taken."""
    decisions = _poll([[_file(), _file("a.csv.done", 0)]], Rules())
    assert {name: (one.verdict, one.reason) for name, one in decisions.items()} == {
        "a.csv": ("take", "a.csv.done stands beside it"),
        "a.csv.done": ("ignore", "it marks a.csv as complete"),
    }


def test_a_marker_of_yesterday_does_not_count():
    """It was left over by a file of the same name."""
    old = _file("a.csv.done", 0, at=NOON - timedelta(days=1))
    assert _verdict([[_file(), old]], Rules())[0] == "wait"


def test_a_marker_without_its_file_waits():
    """Its file may be on its way."""
    decision = _poll([[_file("a.csv.ok", 0)]], Rules())["a.csv.ok"]
    assert (decision.verdict, decision.reason) == ("wait", "it marks a.csv, which is not there")


def test_with_markers_only_stillness_is_not_enough():
    """A partner who agreed to markers is waited for."""
    listings = [[_file()]] * 50
    assert _verdict(listings, Rules(ways=("marker",))) == ("wait", "waiting for its marker")


def test_without_markers_a_name_such_as_ok_is_a_file():
    """Where markers are not agreed, every file counts."""
    decisions = _poll([[_file("a.ok")]] * 2, Rules(ways=("still",)))
    assert decisions["a.ok"].verdict == "take"


def test_a_trailer_makes_it_complete():
    """X12 that ends with its IEA needs no second look."""
    listing = [_file(is_complete=True)]
    assert _verdict([listing], Rules()) == ("take", "it ends with its IEA")


@pytest.mark.parametrize("sighting", [_file(is_complete=False), _file(size=0)])
def test_what_looks_cut_off_is_given_time(sighting):
    """A truncated or empty file is still growing, not bad; in the end it is taken (B-88)."""
    assert _verdict([[sighting]] * 60, Rules())[0] == "wait"
    assert _verdict([[sighting]] * 61, Rules())[0] == "take"


def test_names_outside_the_rules_are_left_alone():
    """Each with the pattern that decided."""
    listing = [_file("a.txt"), _file("b.csv.part"), _file(".c.csv"), _file("d.csv")]
    decisions = _poll([listing] * 2, Rules(include=("*.csv", "*.edi")))
    assert {name: (one.verdict, one.reason) for name, one in decisions.items()} == {
        "a.txt": ("ignore", "the name fits none of *.csv, *.edi"),
        "b.csv.part": ("ignore", "the name fits *.part, which is excluded"),
        ".c.csv": ("ignore", "the name fits .*, which is excluded"),
        "d.csv": ("take", "5 bytes unchanged in 2 polls for 1.0 s"),
    }


def test_what_must_not_be_taken_is_quarantined():
    """Whatever else holds for it."""
    listing = [_file(refused="is a symbolic link", is_complete=True)]
    assert _verdict([listing] * 3, Rules()) == ("quarantine", "is a symbolic link")


def test_too_large_is_quarantined():
    """A runaway file is not read into memory (B-13)."""
    verdict = _verdict([[_file(size=101)]], Rules(max_size=100))
    assert verdict == ("quarantine", "101 bytes are more than the 100 allowed")


def test_markers_of_a_file_are_listed():
    """Those of other files are not."""
    names = ["a.csv", "a.csv.ok", "b.csv.ok", "a.csv.done"]
    assert list_markers("a.csv", names, Rules()) == ["a.csv.ok", "a.csv.done"]


_SIGHTINGS = some.builds(
    Sighting,
    name=some.sampled_from(["a", "a.ok", "a.ok.ok", ".ok", "b.part", "c\x07"]),
    size=some.integers(0, 3),
    modified_at=some.none() | some.just(NOON),
    refused=some.sampled_from(["", "no"]),
    is_complete=some.none() | some.booleans(),
)


@given(listings=some.lists(some.lists(_SIGHTINGS, unique_by=lambda one: one.name), min_size=1))
def test_every_file_seen_gets_one_decision_with_a_reason(listings):
    """Nothing in a listing is passed over in silence."""
    decisions = _poll(listings, Rules())
    assert list(decisions) == [one.name for one in listings[-1]]
    assert all(one.reason for one in decisions.values())
