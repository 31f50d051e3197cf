"""How listings and timelines fit: 80 columns, narrow terminals, pipes."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli import main
from console.output import show_table
from console.shape import brief, cut, wrap

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
PO = "4500012345"
HEADS = ("line", "ordered", "accepted", "backordered", "rejected", "shipped", "to ship")


@pytest.fixture
def at(week, home, monkeypatch, capfd) -> Callable[..., list[str]]:
    """Return what runs a command with this many columns, and returns its lines."""

    def run_at(columns: int, *words: str) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["cmgateway", "--home", str(home), *words])
        capfd.readouterr()
        with pytest.raises(SystemExit):
            main()
        return capfd.readouterr().out.splitlines()

    assert 0 == week("status").code
    return run_at


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    "words",
    [
        ("order", "show", PO),
        ("status",),
        ("file", "list"),
        ("effect", "list"),
        ("document", "list"),
        ("case", "list"),
        ("partner", "list"),
    ],
    ids=" ".join,
)
def test_no_line_is_wider_than_the_terminal(at, columns, words) -> None:
    """But for the sentences above tables, which name commands to be copied."""
    lines = [line for line in at(columns, *words) if "cmgateway " not in line]

    assert [] == [line for line in lines if len(line) > columns]


def test_a_timeline_has_what_was_said_and_below_it_where(at) -> None:
    """Two lines an entry at 80 columns: the second one is indented below what was said."""
    lines = at(80, "order", "show", PO)
    index = lines.index(
        "2026-11-24 10:15  acme       line 2: backordered 40 EA, deliver by 2027-01-12"
    )

    assert lines[index + 1] == " " * 29 + "855_702.edi segment 8: ACK*B9*40*EA*067*20270112"


def test_the_balance_shows_what_holds_something(at) -> None:
    """Nothing was rejected or is unanswered: no such column; all headings stand on one line."""
    lines = at(80, "order", "show", PO)

    assert "line  item   unit  ordered  accepted  backordered  cancelled  shipped  to ship" in lines
    assert "2     A-150  EA    60       20        40           0          20       40" in lines


def test_in_a_pipe_no_line_is_broken_or_padded(week) -> None:
    """Each entry has its two lines whole, and no line ends in spaces."""
    lines = week("order", "show", PO).out.splitlines()

    assert any(line.endswith("needs 9 of 24 days, reported room for 60 EA") for line in lines)
    assert [] == [line for line in lines if line != line.rstrip()]


def test_headings_that_do_not_fit_make_each_row_fields(monkeypatch, capsys) -> None:
    """No heading is broken inside a word: on a narrow terminal a row is a block of fields."""
    monkeypatch.setenv("COLUMNS", "30")
    show_table(HEADS, [(1, 144, 144, 0, 0, 144, ""), (2, 60, 20, 40, 0, 20, 40)])
    first, second = capsys.readouterr().out.rstrip("\n").split("\n\n")

    assert ["line         1", "ordered      144"] == first.splitlines()[:2]
    assert "to ship      40" == second.splitlines()[-1]


def test_a_long_name_is_cut_in_listings_and_whole_elsewhere(drop, week) -> None:
    """Forty characters, the begin and the end of it; show and --json have it whole."""
    name = f"{'x' * 200}.edi"
    order = (WEEK / "6_855.edi").read_bytes().replace(b"000000703", b"000000803")
    drop(f"drop/acme/in/{name}", order)
    shown = cut(name)

    assert (40, True, True) == (len(shown), shown.startswith("xxx"), shown.endswith("x.edi"))
    assert shown in week("status").out
    assert shown in week("file", "list").out
    assert name in week("file", "show", name).out
    assert name in week("file", "list", "--json").out
    assert 200 > max(len(line) for line in week("status").out.splitlines())


def test_words_are_wrapped_cut_and_left_whole() -> None:
    """Text without a width is one line; a word wider than the line is broken, never lost."""
    assert ["> a b"] == wrap("a b", None, "> ")
    assert ["> one one one one one", "  two"] == wrap("one one one one one two", 22, "> ", "  ")
    assert "y" * 50 == "".join(wrap("y" * 50, 30))
    assert f"it is {cut('z' * 99, 60)} there" == brief(f"it is {'z' * 99} there")


def test_a_dry_run_says_the_place_once(week) -> None:
    """The finding's own place is not repeated behind that of its document."""
    ran = week("rerun", "855_703.edi", "--dry-run")

    assert ran.err.startswith("set 2 (ST*855*0002): error: order 4500019999 is not one that acme")
