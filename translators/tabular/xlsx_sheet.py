"""What a sheet says beside its cells: hidden rows and columns, merged cells, formulas never computed."""

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from translators.tabular.table import MAX_COLUMNS, MAX_ROWS
from translators.tabular.xlsx_package import WorkbookError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_MAIN = "{*}"
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_SAYS_MORE = re.compile(rb"hidden|mergeCell|<(?:[A-Za-z]+:)?f[ />]")
MAX_MERGED = 100_000  # cells


@dataclass(slots=True)
class SheetFacts:
    """`merged` says for a row which columns belong to a cell that begins in which row."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: dict[int, dict[int, int]] = field(default_factory=dict)
    uncomputed: dict[int, list[str]] = field(default_factory=dict)  # cells by row


def read_facts(data: bytes, sheet: "ReadOnlyWorksheet") -> SheetFacts:
    """Return what stands in a sheet's part around its values; most sheets hold nothing of it."""
    facts = SheetFacts()
    try:
        with ZipFile(io.BytesIO(data)) as package:
            part = package.read(sheet._worksheet_path)  # noqa: SLF001 - it has no other name
    except KeyError as error:
        raise WorkbookError("bad-workbook", f"the sheet has no part: {error}") from error
    if _SAYS_MORE.search(part):
        _list_facts(part, facts)
    return facts


def _list_facts(part: bytes, facts: SheetFacts) -> None:
    from lxml import etree  # noqa: PLC0415 - only workbooks and XML need it

    tags = [f"{_MAIN}{name}" for name in ("c", "row", "col", "mergeCell")]
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    try:
        for _, element in etree.iterparse(io.BytesIO(part), tag=tags, **safe):
            _note(element, etree.QName(element).localname, facts)
            if not element.tag.endswith("}c"):
                element.clear()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise WorkbookError("bad-workbook", f"the sheet cannot be read: {error}") from error


def _note(element: Any, name: str, facts: SheetFacts) -> None:
    if name == "c":
        _note_formula(element, facts)
    elif name == "row":
        if element.get("hidden") in {"1", "true"}:
            facts.hidden_rows.add(int(element.get("r") or 0))
    elif name == "col":
        if element.get("hidden") in {"1", "true"}:
            first, last = int(element.get("min") or 0), int(element.get("max") or 0)
            facts.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))
    else:
        _note_merged(element.get("ref", ""), facts)


def _note_formula(cell: Any, facts: SheetFacts) -> None:
    """Note a formula that no program has computed; an empty text is a result too."""
    if cell.find(f"{_MAIN}f") is None or cell.findtext(f"{_MAIN}v") or cell.get("t") == "str":
        return
    name = cell.get("r", "")
    row = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    facts.uncomputed.setdefault(int(row) if row.isdigit() else 1, []).append(name)


def _note_merged(text: str, facts: SheetFacts) -> None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return
    column, first, last = _column(match[1]), int(match[2]), min(int(match[4]), MAX_ROWS)
    if column > MAX_COLUMNS or last - first > MAX_MERGED:
        return
    for row in range(first, last + 1):
        facts.merged.setdefault(row, {})[column] = first


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
