"""Good files made wrong: each in one place, no two alike, none like the good one."""

import json
from pathlib import Path

import pytest

from translators.spoiled.rows import Table, csv_writer, list_spoiled_rows, xlsx_writer
from translators.spoiled.spoiled import Spoiled, list_bad_texts
from translators.spoiled.trees import list_spoiled_json, list_spoiled_xml
from translators.spoiled.x12 import list_spoiled_x12
from translators.tabular.options import TableOptions
from translators.x12.grammar import load_grammar

ROOT = Path(__file__).resolve().parents[3]
X12 = (ROOT / "console" / "demo" / "week" / "3_855.edi").read_bytes()
XML = (ROOT / "mappings" / "dorado" / "ack_xml.cases" / "two_answers.xml").read_bytes()
JSON = json.dumps({"number": "1", "lines": [{"item": "A", "on": "2026-01-02"}]}).encode()
HEADER = ("No", "Day", "Code")
ROWS = (("1", "02.01.2026", "IA"), ("2", "03.01.2026", "IR"))


def spoil_x12() -> list[Spoiled]:
    grammar = load_grammar("855", "004010")
    assert grammar is not None
    return list(list_spoiled_x12(X12, grammar))


def spoil_rows(*, workbook: bool = False) -> list[Spoiled]:
    options = TableOptions(delimiter="" if workbook else ";")
    write = xlsx_writer("Sheet1") if workbook else csv_writer(options)
    return list(list_spoiled_rows(Table(HEADER, ROWS, write, options.delimiter)))


FORMATS = {
    "x12": (X12, spoil_x12),
    "csv": (csv_writer(TableOptions(delimiter=";"))(HEADER, ROWS), spoil_rows),
    "xlsx": (xlsx_writer("Sheet1")(HEADER, ROWS), lambda: spoil_rows(workbook=True)),
    "json": (JSON, lambda: list(list_spoiled_json(JSON))),
    "xml": (XML, lambda: list(list_spoiled_xml(XML))),
}


@pytest.mark.parametrize("form", FORMATS)
def test_each_differs_from_the_good_one_and_says_how(form: str) -> None:
    """Twenty and more, every one with a title of its own."""
    good, spoil = FORMATS[form]
    spoiled = spoil()
    titles = [one.title for one in spoiled]

    assert 20 <= len(spoiled)
    assert [] == [one.title for one in spoiled if one.data == good or one.was == one.becomes != ""]
    assert len(titles) == len(set(titles))


def test_one_place_is_wrong_and_the_rest_is_as_it_was() -> None:
    """A changed element leaves every other segment alone; one left out is counted in SE."""
    spoiled = {one.title: one for one in spoil_x12()}
    before = X12.split(b"~")
    changed = spoiled["BAK01 holds QQ"].data.replace(b"\n", b"").split(b"~")
    cut = spoiled["BAK is left out, which must be there"].data

    differ = [a for a, b in zip(before, changed, strict=True) if a.strip() != b]
    assert (1, True) == (len(differ), differ[0].strip().startswith(b"BAK*00"))
    assert cut.count(b"~") == X12.count(b"~") - 1
    assert b"SE*" in cut


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("20250108", "20250231"),
        ("08.01.2025", "31.02.2025"),
        ("01/08/2025", "02/31/2025"),
        ("2025-01-08", "2025-02-31"),
        ("IA", "QQ"),
        ("12.50", "ten"),
        ("1.234,5", "12,000.5"),
        ("anything", ""),
    ],
)
def test_what_is_wrong_fits_what_stands_there(text: str, bad: str) -> None:
    """A date becomes no day in its own picture, a code no code, a number a word; anything may lack."""
    assert bad in [one.text for one in list_bad_texts(text)]
