"""Quirks as they are met, as ops look at them."""

import json
import shutil
from pathlib import Path

import pytest

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"


@pytest.fixture
def sample() -> bytes:
    """Return an answer whose SE01 is wrong."""
    text = (WEEK / "3_855.edi").read_text()
    changes = (("SE*12*", "SE*11*"), ("000000702", "000000799"), ("SO-77120", "SO-77129"))
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


@pytest.fixture
def lenient(home, week):
    """Return `week` with a quirk agreed for acme."""
    path = home / "partners" / "acme.yaml"
    path.write_text(
        path.read_text() + "quirks:\n  - {name: se01-wrong, owner: edi-desk,"
        " reason: mended with release 7, expires: 2026-12-31}\n"
    )
    return week


def test_quirks_are_listed_with_their_hits(lenient, drop, sample) -> None:
    """F20: who agreed, why, until when, how often it was met."""
    before = json.loads(lenient("partner", "quirks", "--json").out)
    drop("drop/acme/in/odd.edi", sample)
    after = json.loads(lenient("partner", "show", "acme", "--json").out)["quirks"]
    shown = lenient("partner", "show", "acme").out

    assert [(row["quirk"], row["hits"], row["holds"]) for row in before] == [
        ("se01-wrong", 0, True)
    ]
    assert [(row["hits"], row["owner"]) for row in after] == [(1, "edi-desk")]
    assert after[0]["first_seen"] == after[0]["last_seen"]
    assert "mended with release 7" in shown
    assert "2026-12-31" in shown


def test_a_quirk_after_its_day_is_shown_as_over(lenient, clock) -> None:
    """What is over lets nothing pass, and still stands in the register."""
    clock.moment = clock.moment.replace(year=2027)

    assert "2026-12-31, over" in lenient("partner", "quirks").out


def test_looking_at_quirks_makes_no_ledger(run, home) -> None:
    """A folder of partner files alone is shown with no hits."""
    shutil.rmtree(home / "var")
    path = home / "partners" / "acme.yaml"
    path.write_text(
        path.read_text() + "quirks:\n  - {name: se01-wrong, owner: edi-desk,"
        " reason: mended with release 7, expires: 2026-12-31}\n"
    )

    assert json.loads(run("partner", "quirks", "acme", "--json").out)[0]["hits"] == 0
    assert not (home / "var").exists()
