"""Control-number forensics: what came again, out of turn or not at all; new epochs; both sides of a conflict."""

import json
import re
from pathlib import Path

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACK = (WEEK / "3_855.edi").read_bytes()


def numbered(control: int, *changes: tuple[bytes, bytes]) -> bytes:
    """Return the week's answer under another control number, and so another answer."""
    data = ACK.replace(b"000000702", b"%09d" % control)
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    return data


def steps(week) -> list[tuple[int | None, str]]:
    """Return the numbers of acme in production, and what each is."""
    shown = json.loads(week("numbers", "show", "acme", "--json").out)
    return [(step["control"], step["word"]) for step in shown["steps"]]


def test_each_number_is_judged_by_what_came_before(week, drop) -> None:
    """Gap, rewind, duplicate in another file, the same bytes, and reuse with other content."""
    before = len(steps(week))
    drop("drop/acme/in/gap.edi", numbered(720))
    drop("drop/acme/in/late.edi", numbered(715))
    drop("drop/acme/in/again.edi", numbered(720) + b"\n\n")
    drop("drop/acme/in/bytes.edi", numbered(720))
    drop("drop/acme/in/reuse.edi", numbered(720, (b"SO-77120", b"SO-77121")))

    assert [
        (720, "gap"),
        (715, "rewind"),
        (720, "duplicate"),
        (720, "duplicate"),
        (720, "reuse"),
    ] == steps(week)[before:]
    odd = week("numbers", "show", "acme", "--odd").out
    assert re.search(r"000000720 +gap .*000000\d{3} to 000000719 did not come", odd)


def test_a_conflict_shows_both_files_side_by_side(week, drop) -> None:
    """F12: the case names the segment that differs, in both."""
    drop("drop/acme/in/other.edi", numbered(702, (b"SO-77120", b"SO-77121")))
    cases = json.loads(week("case", "list", "--json").out)
    (case,) = [one for one in cases if one["kind"] == "control-number-conflict"]
    shown = week("case", "show", str(case["id"])).out
    pairs = json.loads(week("case", "show", str(case["id"]), "--json").out)["side_by_side"]
    compared = json.loads(week("file", "compare", "855_702.edi", "other.edi", "--json").out)

    assert re.search(r"SO-77120.*≠.*SO-77121", shown)
    assert [("≠", True, True)] == [
        (one["sign"], "SO-77120" in one["first"], "SO-77121" in one["second"])
        for one in pairs
        if one["sign"] != "="
    ]
    assert pairs == compared


def test_a_new_epoch_lets_numbers_begin_again(week, drop) -> None:
    """F17: the partner reset its counter; with a reason, the refused file is taken, the next follows."""
    drop("drop/acme/in/reset.edi", numbered(702, (b"SO-77120", b"SO-77121")))
    refused = json.loads(week("file", "show", "reset.edi", "--json").out)
    silent = week("numbers", "epoch", "acme", "--reason", " ")
    begun = week("numbers", "epoch", "acme", "--from", "reset.edi", "--reason", "new translator")
    rerun = week("rerun", "reset.edi", "--reason", "after the reset")
    drop("drop/acme/in/next.edi", numbered(703, (b"SO-77120", b"SO-77122")))
    shown = json.loads(week("numbers", "show", "acme", "--json").out)

    assert "parked" == refused["state"]
    assert (2, "say with --reason why" in silent.err) == (silent.code, True)
    assert 0 == begun.code
    assert 0 == rerun.code, rerun
    assert [(None, "epoch"), (702, "first"), (703, "next")] == steps(week)[-3:]
    assert [("new-epoch", "new translator")] == [
        (one["verb"], one["reason"]) for one in shown["actions"]
    ]


def test_our_own_numbers_go_forward_only(week) -> None:
    """After a restore: what the partner has seen must not come again."""
    done = week("numbers", "bump", "acme", "--last", "500", "--reason", "restored from Monday")
    back = week("numbers", "bump", "acme", "--last", "3", "--reason", "wrong")

    assert "what we send to acme is numbered after 000000500\n" == done.out
    assert (2, True) == (back.code, "going back to 3 would repeat numbers" in back.err)
