"""F7: whoever sends a sheet gets the same sheet back, each row with what became of it and why."""

import csv
import io
from pathlib import Path

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
SHEET = (WEEK / "4_ack.csv").read_bytes()
BOREALIS = "drop/borealis/in"
KNOWN, STRANGE = b"4500012346", b"4500012999"


def rows_of(data: bytes) -> list[dict[str, str]]:
    """Return the rows of an answer, as a spreadsheet of that partner reads them."""
    return list(csv.DictReader(io.StringIO(data.decode("cp1252")), delimiter=";"))


def sent_with(*orders: bytes) -> bytes:
    """Return the week's sheet, its rows speaking of these orders."""
    header, *rows = SHEET.splitlines()
    changed = [row.replace(KNOWN, order) for row, order in zip(rows, orders, strict=True)]
    return b"\r\n".join([header, *changed, b""])


def test_the_same_sheet_comes_back_with_reasons(world) -> None:
    """Rows that were taken say so; the others say what is wrong and what to do; no cell is changed."""
    world.release_orders()
    data = sent_with(KNOWN, KNOWN, STRANGE)
    world.send(BOREALIS, "ack_1.csv", data)
    out = world.out("borealis")
    rows = rows_of(out["ack_1.csv.answer.csv"])

    assert ["taken", "taken", "not taken"] == [row["gateway_status"] for row in rows]
    assert ["", "", True] == [
        row["gateway_reason"]
        and "4500012999 is not one that borealis was given" in row["gateway_reason"]
        for row in rows
    ]
    kept = [
        {name: cell for name, cell in row.items() if not name.startswith("gateway_")}
        for row in rows
    ]
    assert rows_of(data) == kept
    assert "send that file" in out["ack_1.csv.answer.txt"].decode("utf-8-sig")


def test_a_mended_sheet_is_taken_and_what_was_taken_is_not_taken_twice(world) -> None:
    """Our own columns say nothing when they come back."""
    world.release_orders()
    world.send(
        BOREALIS, "ack_1.csv", sent_with(KNOWN, KNOWN, STRANGE).replace(b";Zugesagt;1,5", b";;")
    )
    back = world.out("borealis")["ack_1.csv.answer.csv"]
    told = world.told_erp()
    again = world.send(BOREALIS, "ack_1.csv.answer.csv", back)
    still = world.told_erp()
    mended = world.send(BOREALIS, "ack_2.csv", back.replace(STRANGE, KNOWN))

    assert ("parked", told) == (again.state, still)
    assert mended.state in {"routed", "delivered"}, mended


def test_a_sheet_that_is_taken_whole_is_answered_in_words(world) -> None:
    """There is nothing to mend, so nothing but a line of text comes back."""
    world.release_orders()
    world.send(BOREALIS, "ack_1.csv", SHEET)
    answers = [name for name in world.out("borealis") if name.startswith("ack_1")]

    assert ["ack_1.csv.answer.txt"] == answers
