"""What ops see of one order: who said what, when and where, and what each line adds up to."""

import json
from pathlib import Path

PO = "4500012345"
ROOT = Path(__file__).resolve().parents[2]
WEEK_855 = (ROOT / "console" / "demo" / "week" / "3_855.edi").read_bytes()
LISTINGS = [
    ("file", "list"),
    ("document", "list"),
    ("effect", "list"),
    ("case", "list"),
    ("order", "list"),
    ("partner", "list"),
    ("mapping", "list"),
]


def test_a_timeline_tells_who_said_what_and_where(week) -> None:
    """Released, sent, acknowledged, answered line by line, told to the ERP, short, shipped."""
    timeline = json.loads(week("order", "show", PO, "--json").out)
    told = [(one["who"], one["what"], one["file"], one["place"]) for one in timeline["entries"]]
    shortfall = next(one for one in timeline["entries"] if one["place"] == "case 1")

    assert [
        ("erp", "released the order: 3 lines", "orders_20261123.json", "element 1"),
        (
            "cmgateway",
            "sent x12 850 004010 to acme, control number 000000001",
            "850_4500012345_000000001.edi",
            "",
        ),
        (
            "acme",
            "acknowledged group 1 with a 997: accepted",
            "997_701.edi",
            "set 1 (ST*997*0001)",
        ),
        ("acme", "answered the order", "855_702.edi", "set 1 (ST*855*0001)"),
    ] == told[:4]
    assert (
        "acme",
        "line 2: backordered 40 EA, deliver by 2027-01-12",
        "855_702.edi",
        "segment 8: ACK*B9*40*EA*067*20270112",
    ) in told
    assert ("cmgateway", "erp update ConfirmOrder: done", "", "effect 8-1") in told
    assert any("cascade can, score" in line for line in shortfall["details"])
    assert any("lacks certificate ISO13485" in line for line in shortfall["details"])
    assert ("acme", "line 1: shipped 144 EA") in [(who, what) for who, what, *_ in told]


def test_a_timeline_balances_each_line(week) -> None:
    """Ordered, accepted, backordered, rejected, cancelled, shipped, and what is unanswered or still to ship."""
    timeline = json.loads(week("order", "show", PO, "--json").out)

    assert [
        ("1", "144", "144", "0", "0", "0", "144", "0", "0"),
        ("2", "60", "20", "40", "0", "0", "20", "0", "40"),
        ("3", "10", "0", "0", "0", "10", "0", "0", "0"),
    ] == [
        (
            *tuple(
                line[name]
                for name in (
                    "line_number",
                    "ordered",
                    "accepted",
                    "backordered",
                    "rejected",
                    "cancelled",
                    "shipped",
                )
            ),
            line["unanswered"],
            line["to_ship"],
        )
        for line in timeline["lines"]
    ]


def test_a_timeline_tells_what_came_again_and_what_was_replaced(week, drop) -> None:
    """The same bytes again change nothing; a later answer replaces the earlier one, and both are told."""
    later = WEEK_855.replace(b"20261216", b"20261217").replace(b"000000702", b"000000799")
    drop("drop/acme/in/855_799.edi", later)
    timeline = json.loads(week("order", "show", PO, "--json").out)
    told = [(one["what"], one["file"]) for one in timeline["entries"]]

    assert (
        "sent the same bytes again: nothing was changed (file 11 repeats 5)",
        "855_702_again.edi",
    ) in told
    assert (
        "line 2: accepted 20 EA, deliver by 2026-12-16 (replaced by document 28)",
        "855_702.edi",
    ) in told
    assert ("line 2: accepted 20 EA, deliver by 2026-12-17", "855_799.edi") in told
    assert "20" == timeline["lines"][1]["accepted"]


def test_a_parked_answer_stands_in_no_other_order(week) -> None:
    """An answer to an order nobody gave is not shown under the orders there are."""
    assert "4500019999" not in week("order", "show", "4500012351", "--json").out


def test_a_timeline_tells_what_is_late(week) -> None:
    """The third order's 997 never came."""
    ran = week("order", "show", "4500012351")

    assert "awaited: 997 from acme, LATE, due 2026-11-25 13:00 UTC" in ran.out
