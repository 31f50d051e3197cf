"""The demo: what a stranger sees first."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = str(Path(sys.executable).with_name("cmgateway"))


def play(into: Path) -> "subprocess.CompletedProcess[str]":
    """Run the demo without Prefect, as fast as it goes."""
    return subprocess.run(
        [PROGRAM, "demo", "--no-prefect", "--into", str(into)],
        env=os.environ | {"COLUMNS": "80"},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> tuple[str, Path]:
    """Return what the demo prints, and where its site is."""
    home = tmp_path_factory.mktemp("demo") / "site"
    played = play(home)
    assert 0 == played.returncode, played.stderr
    return played.stdout, home


@pytest.mark.parametrize(
    "sentence",
    [
        "The ERP releases two purchase orders",
        "line 2: accepted 20 EA, deliver by 2026-12-16 855_702.edi segment 7: ACK*IA*20*EA*067*20261216",
        "line 2: backordered 40 EA, deliver by 2027-01-12",
        "line 3: rejected 10 EA, because no_capacity",
        "line 10: accepted 5000 EA, deliver by 2027-01-11 ack_20261124.csv row 2",
        "order 4500012345 line 3: reroute to cascade",
        "cascade: qualified for A-200 rev C; price 101.50 is 2.5 % above; needs 9 of 24 days",
        "acme: cannot make it, as it said itself",
        "order 4500019999 is not one that acme was given",
        "RecordShipment",
        "duplicate, nothing was changed",
        "its lead time is 9 days, and the parts are wanted in 24 days at the latest",
        "released the order: 1 line orders",
        "routed, 1 document",
        "to look further",
    ],
)
def test_the_demo_tells(shown, sentence) -> None:
    """Who said what from which segment or row, the trigger with its reasons, the ERP's updates."""
    assert sentence in " ".join(shown[0].split())


def test_the_demo_is_readable_at_80_columns(shown) -> None:
    """No line is wider, but for commands that are to be copied whole; no plural is wrong."""
    text, _ = shown
    wide = [line for line in text.splitlines() if len(line) > 80 and " --home " not in line]

    assert [] == wide
    assert not re.search(r"\b1 (lines|documents)\b", text)


def test_the_commands_at_the_end_work(shown) -> None:
    """What the demo tells to type can be typed."""
    _, home = shown
    for words in (["status"], ["order", "show", "4500012345"], ["file", "list"], ["case", "list"]):
        done = subprocess.run(
            [PROGRAM, "--home", str(home), *words], check=False, capture_output=True
        )
        assert (0, b"") == (done.returncode, done.stderr)


def test_the_demo_overwrites_nothing_of_yours(tmp_path: Path) -> None:
    """A folder with something in it that no demo made is refused with a sentence."""
    (tmp_path / "mine.txt").write_text("keep")
    refused = play(tmp_path)

    assert 2 == refused.returncode
    assert "holds something that no demo made" in refused.stderr
    assert "keep" == (tmp_path / "mine.txt").read_text()


def test_the_demo_is_played_again_in_its_own_folder(shown) -> None:
    """A folder that an earlier demo made is made anew: --into may name it twice."""
    _, home = shown
    (home / "stale.txt").write_text("of the first time")
    again = play(home)

    assert (0, False) == (again.returncode, (home / "stale.txt").exists()), again.stderr
