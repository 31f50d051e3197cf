"""`x12 check --second-opinion`: both verdicts on each set; ours alone decides the exit code."""

import json
from pathlib import Path

import pytest

from bench.generate import Wanted, write_text


@pytest.fixture
def order(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "order.edi"
    path.write_text(write_text(Wanted("850", documents=1)))
    return path


def test_both_verdicts_stand_side_by_side(order, run) -> None:
    """A line for each set, ours and pyx12's."""
    done = run("x12", "check", str(order), "--second-opinion")

    assert done.code == 0
    (line,) = [line for line in done.err.splitlines() if line.startswith("set 1 (ST*850*0001)")]
    assert line.split()[-2:] == ["accepted", "accepted"]


def test_where_they_differ_ours_is_the_verdict(order, run) -> None:
    """An N3 with an empty element at its end is a warning here and an error there."""
    order.write_text(order.read_text().replace("~N4*", "*~N4*", 1))
    done = run("x12", "check", str(order), "--second-opinion")

    assert done.code == 0
    assert "accepted" in done.err
    assert "only pyx12: " in done.err
    assert "trailing element terminators" in done.err


def test_json_holds_the_opinions_only_where_asked(order, run) -> None:
    """Programs find both verdicts under `opinions`."""
    (plain,) = json.loads(run("x12", "check", str(order), "--json").out)
    (asked,) = json.loads(run("x12", "check", str(order), "--json", "--second-opinion").out)

    assert "opinions" not in plain
    assert [one["theirs"]["word"] for one in asked["opinions"]] == ["accepted"]
