"""Rules of what was left at a source."""

from datetime import timedelta

from gateway.ledger.sightings import LeftFile, list_sightings, record_sightings

MINUTE = timedelta(minutes=1)


def _left(name="a.csv", size=5, verdict="wait", reason="seen once"):
    return LeftFile(name=name, size=size, verdict=verdict, reason=reason)


def test_what_waits_is_known_since_when(tx, clock):
    """The same sight again changes nothing, so its age is told."""
    noon = clock.moment
    assert record_sightings(tx, "drop", [_left()]) == 1
    clock.advance(MINUTE)
    assert record_sightings(tx, "drop", [_left(reason="seen twice")]) == 0
    assert [(row.name, row.since) for row in list_sightings(tx)] == [("a.csv", noon)]


def test_what_changes_is_told_anew(tx, clock):
    """It grew, or another verdict was found."""
    record_sightings(tx, "drop", [_left()])
    clock.advance(MINUTE)
    assert record_sightings(tx, "drop", [_left(size=6)]) == 1
    assert record_sightings(tx, "drop", [_left(size=6, verdict="quarantine", reason="a link")]) == 1
    (row,) = list_sightings(tx, "drop")
    assert (row.size, row.verdict, row.reason, row.since) == (
        6,
        "quarantine",
        "a link",
        clock.moment,
    )


def test_what_is_gone_is_forgotten(tx):
    """Taken or removed: of its channel only."""
    record_sightings(tx, "drop", [_left("a"), _left("b")])
    record_sightings(tx, "other", [_left("a")])
    assert record_sightings(tx, "drop", [_left("b")]) == 1
    left = {(row.channel, row.name) for row in list_sightings(tx)}
    assert left == {("other", "a"), ("drop", "b")}
