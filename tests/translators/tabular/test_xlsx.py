"""Workbooks read as their sender saw them, hostile ones refused, and written without formulas (F7, B-84)."""

import io
import random
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from translators.mapper.readers import DateText, NumberText, compile_reader
from translators.tabular.options import TableOptions
from translators.tabular.xlsx_reader import read_sheet_rows
from translators.tabular.xlsx_writer import write_sheet_rows

PLAIN = TableOptions(delimiter="")


def save(*rows, change=None):
    """Return a workbook of these rows, after what a test changes in it."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change is not None:
        change(book.active)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def repack(data, **parts):
    """Return the package with parts replaced, their names written with _ for / and dots."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            change = parts.get(name.replace("/", "_").partition(".")[0])
            new.writestr(name, old.read(name) if change is None else change(old.read(name)))
    return out.getvalue()


def codes(found):
    """Return the words of what was found."""
    return [one.code for one in found.findings]


def test_cells_stay_what_the_sender_saw():
    """Leading zeros, long numbers, dates and fractions come out as they look, not as they are stored."""

    def change(page):
        page["A2"].number_format = "0000000000"

    row = [
        45012,
        "00815",
        4006381333931,
        date(2026, 12, 1),
        0.1 + 0.2,
        True,
        datetime.fromisoformat("2026-01-02T03:04"),
    ]
    found = read_sheet_rows(save(list("abcdefg"), row, change=change), PLAIN)
    wanted = [
        "0000045012",
        "00815",
        "4006381333931",
        "2026-12-01",
        "0.3",
        "TRUE",
        "2026-01-02T03:04:00",
    ]
    assert list(found.rows[0].values.values()) == wanted
    assert found.findings == []


def test_a_number_by_itself_is_read_by_no_picture():
    """1.125 is no 1125, whatever the partner writes as text in other cells; nor is a date turned."""
    assert compile_reader("number 1.234,5")("1.125") == "1125"
    assert compile_reader("number 1.234,5")(NumberText("1.125")) == "1.125"
    assert compile_reader("date DD.MM.YYYY")(DateText("2026-02-01")) == "2026-02-01"
    assert compile_reader("date YYYYMMDD")(NumberText("20260201")) == "2026-02-01"


@pytest.mark.parametrize("rows", [[], [[]]], ids=["no-rows", "empty-row"])
def test_an_empty_sheet_is_said_to_be_empty(rows):
    """Nothing to read is one error."""
    assert codes(read_sheet_rows(save(*rows), PLAIN)) == ["empty-file"]


def test_one_row_of_a_million_claimed_is_one_row():
    """The size a sheet says it has is not believed."""
    grow = {
        "xl_worksheets_sheet1": lambda part: part.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    }
    found = read_sheet_rows(repack(save(["a", "b"], [1, 2]), **grow), PLAIN)
    assert [row.number for row in found.rows] == [2]


def test_a_cell_far_on_the_right_is_told():
    """Rows are not filled up to it, and it is not passed over."""
    far = "".join(f'<row r="{at}"><c r="XFD{at}"><v>1</v></c></row>' for at in range(3, 9000))
    grow = {
        "xl_worksheets_sheet1": lambda part: part.replace(
            b"</sheetData>", f"{far}</sheetData>".encode()
        )
    }
    found = read_sheet_rows(repack(save(["a", "b"], [1, 2]), **grow), PLAIN)
    assert codes(found)[-1] == "too-many-rows"


def test_a_bomb_is_not_opened():
    """What unpacks to a hundred times its size and more is refused by its directory alone."""
    grow = {"xl_styles": lambda part: part + b" " * 60_000_000}
    data = repack(save(["a"], ["b"]), **grow)
    assert len(data) < 100_000
    assert codes(read_sheet_rows(data, PLAIN)) == ["zip-bomb"]


@pytest.mark.parametrize("part", ["xl_worksheets_sheet1", "xl_styles", "xl_workbook"])
def test_a_part_with_entities_is_refused(part):
    """No part of a workbook has a document type."""
    declare = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    data = repack(save(["a"], ["b"]), **{part: lambda text: declare + text})
    assert codes(read_sheet_rows(data, PLAIN)) == ["dtd-refused"]


def test_an_entity_hidden_in_utf_16_is_refused():
    """Another encoding than UTF-8 hides no declaration from a search for it."""
    declare = '<!DOCTYPE x [<!ENTITY a "b">]>'
    turn = {"xl_styles": lambda text: (declare + text.decode()).encode("utf-16")}
    assert codes(read_sheet_rows(repack(save(["a"], ["b"]), **turn), PLAIN)) == ["dtd-refused"]


def test_damaged_workbooks_end_in_findings():
    """Bytes changed and cut, in the package and in its parts, never raise."""
    dice, good = random.Random(7), save(["a", "b"], [1, "=A1"], ["x", date(2026, 1, 1)])  # noqa: S311

    def spoil(data):
        changed = bytearray(data)
        for _ in range(dice.randint(1, 6)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        return bytes(changed[: dice.randint(1, len(changed))] if dice.random() < 0.2 else changed)

    names = ["xl_worksheets_sheet1", "xl_styles", "xl_workbook"]
    for _ in range(60):
        read_sheet_rows(spoil(good), PLAIN)
        read_sheet_rows(repack(good, **{dice.choice(names): spoil}), PLAIN)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff_"), min_size=1, max_size=20), min_size=1, max_size=5))  # fmt: skip
def test_what_is_written_reads_back(texts):
    """Text stays text, also =1+1, +1, -1, @x and 00815; no cell is a formula."""
    starts = ["=1+1", "+1", "-1", "@x", "00815", *texts]
    columns = [f"c{at}" for at in range(len(starts))]
    written = write_sheet_rows(columns, [dict(zip(columns, starts, strict=True))], "Sheet1")
    cells = load_workbook(io.BytesIO(written.data)).active[2]
    assert written.findings == []
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    assert [cell.value for cell in cells] == starts


def test_numbers_and_dates_are_written_as_such():
    """A CM can add them up; what a spreadsheet would cut is written as text."""
    row = {
        "a": NumberText("12.50"),
        "b": DateText("2026-12-01"),
        "c": NumberText("1234567890123456789"),
    }
    cells = load_workbook(io.BytesIO(write_sheet_rows("abc", [row], "x").data)).active[2]
    assert [cell.value for cell in cells] == [
        12.5,
        datetime.fromisoformat("2026-12-01"),
        "1234567890123456789",
    ]


def test_the_same_rows_are_the_same_bytes():
    """A file is known by its content, so it holds no time."""
    first, second = (write_sheet_rows(["a"], [{"a": "1"}], "x").data for _ in range(2))
    assert first == second
    assert b"2000-01-01T00:00:00Z" in zipfile.ZipFile(io.BytesIO(first)).read("docProps/core.xml")


def test_what_a_cell_cannot_hold_is_told():
    """A character that no workbook can hold is a ? and an error."""
    assert [one.code for one in write_sheet_rows(["a"], [{"a": "x\x01"}], "x").findings] == [
        "bad-value"
    ]


def test_texts_that_cells_share_are_read():
    """Excel keeps texts in one part, with those in several looks and how they are spoken."""
    shared = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>a</t></si>'
        b'<si><r><t>00</t></r><r><t>815</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si></sst>'
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="3"><c r="A3" t="s"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    data = repack(
        save(["x"]),
        xl_worksheets_sheet1=lambda _: sheet,
        **{"[Content_Types]": lambda part: part.replace(b"</Types>", types)},
    )
    with zipfile.ZipFile(packed := io.BytesIO(data), "a") as package:
        package.writestr("xl/sharedStrings.xml", shared)
    found = read_sheet_rows(packed.getvalue(), PLAIN)
    assert found.findings == []
    assert [(row.number, row.values) for row in found.rows] == [(3, {"a": "00815"})]
