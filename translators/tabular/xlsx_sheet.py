"""One sheet's part read in one pass: its cells, and what it says beside them (ECMA-376, 18.3)."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from translators.tabular.table import MAX_COLUMNS, MAX_ROWS
from translators.tabular.xlsx_cells import SheetCell, Styles, read_value
from translators.tabular.xlsx_package import WorkbookError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_CELL = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
MAX_MERGED = 100_000  # cells
MAX_CELLS = 5_000_000
LAST_ROW = 1_048_576  # of any sheet

SheetRow = tuple[int, list[tuple[int, SheetCell]]]  # its number, its cells by column


@dataclass(slots=True)
class SheetFacts:
    """`merged` says for a row which columns belong to a cell that begins in which row."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: dict[int, dict[int, int]] = field(default_factory=dict)


def scan_sheet(data: bytes, sheet: "ReadOnlyWorksheet", facts: SheetFacts) -> Iterator[SheetRow]:
    """Yield the rows there are, whatever size the sheet claims, and fill in the facts about it."""
    try:
        with ZipFile(io.BytesIO(data)) as package:
            part = package.read(sheet._worksheet_path)  # noqa: SLF001 - it has no other name
        yield from _scan(part, sheet, facts)
    except WorkbookError:
        raise
    except Exception as error:  # a damaged part is read until it makes no sense
        sentence = f"the sheet cannot be read: {error or type(error).__name__}"
        raise WorkbookError("bad-workbook", sentence) from error


def _scan(part: bytes, sheet: "ReadOnlyWorksheet", facts: SheetFacts) -> Iterator[SheetRow]:
    from lxml import etree  # noqa: PLC0415 - only workbooks and XML need it

    styles, number, room = Styles(sheet), 0, MAX_CELLS
    tags = [f"{{*}}{name}" for name in ("row", "col", "mergeCell")]
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    for _, element in etree.iterparse(io.BytesIO(part), tag=tags, **safe):
        space, _, name = element.tag.rpartition("}")
        if name != "row":
            _note(element, name, facts)
            continue
        number = int(element.get("r") or number + 1)
        room -= len(element) + 1
        if room < 0 or not 0 < number <= LAST_ROW:
            raise WorkbookError("too-many-rows", f"row {number} is beyond what is read", "delete what is empty; send it in parts")  # fmt: skip
        if element.get("hidden") in {"1", "true"}:
            facts.hidden_rows.add(number)
        yield number, list(_read_cells(element, f"{space}}}", number, styles))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _read_cells(
    row: Any, space: str, number: int, styles: Styles
) -> Iterator[tuple[int, SheetCell]]:
    column = 0
    for cell in row:
        match = _CELL.fullmatch(cell.get("r") or "")
        column = _column(match[1]) if match else column + 1
        if column > MAX_COLUMNS:
            sentence = f"row {number} holds a cell beyond column {MAX_COLUMNS}"
            raise WorkbookError("too-many-rows", sentence, "delete what is not meant")
        kind = cell.get("t") or "n"
        format_ = styles.find(cell.get("s"))
        value = read_value(cell, space, kind, format_, styles)
        lacks = value is None and kind != "str" and cell.find(f"{space}f") is not None
        if value is not None or lacks:
            name = cell.get("r") or f"{number}, column {column}"
            yield column, SheetCell(name, number, value, "f" if lacks else kind, format_.text)


def _note(element: Any, name: str, facts: SheetFacts) -> None:
    if name == "mergeCell":
        _note_merged(element.get("ref", ""), facts)
    elif element.get("hidden") in {"1", "true"}:
        first, last = int(element.get("min") or 0), int(element.get("max") or 0)
        facts.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))


def _note_merged(text: str, facts: SheetFacts) -> None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return
    column, first, last = _column(match[1]), int(match[2]), min(int(match[4]), MAX_ROWS)
    if column > MAX_COLUMNS or last - first > MAX_MERGED or len(facts.merged) > MAX_MERGED:
        return
    for row in range(first, last + 1):
        facts.merged.setdefault(row, {})[column] = first


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
