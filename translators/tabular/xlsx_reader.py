"""XLSX read into rows: what the sender saw in each cell, and what he could not see told (ECMA-376)."""

from typing import TYPE_CHECKING

from translators.tabular.options import TableOptions
from translators.tabular.rows import Rows
from translators.tabular.table import (
    Record,
    add,
    is_filled,
    read_table,
    tell,
)
from translators.tabular.xlsx_cells import SheetCell, show_cell
from translators.tabular.xlsx_package import WorkbookError, check_package, open_sheet
from translators.tabular.xlsx_sheet import SheetFacts, scan_sheet

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

LOOKED_AT = 50  # rows in which a header is looked for


def read_sheet_rows(data: bytes, options: TableOptions) -> Rows:
    """Return the rows of one sheet of a workbook; every oddity is a finding, and nothing raises."""
    found = Rows()
    try:
        check_package(data)
        book, sheet = open_sheet(data, options.sheet, found.findings)
        _read_sheet(data, sheet, options, found)
        book.close()
    except WorkbookError as error:
        advice = error.advice or "save it anew as an Excel workbook (.xlsx) and send that"
        found.findings.append(tell("error", error.code, error.sentence, "", advice))
    return found


def _read_sheet(
    data: bytes, sheet: "ReadOnlyWorksheet", options: TableOptions, found: Rows
) -> None:
    facts = SheetFacts()
    records = _list_records(data, sheet, facts, found)
    at = _find_header(records, options)
    if at is None:
        sentence = f"sheet {sheet.title!r} is empty"
        if options.header_row:
            sentence = f"there is no header in row {options.header_row} of sheet {sheet.title!r}"
        found.findings.append(tell("error", "empty-file", sentence, "", "send a header row"))
        return
    _tell_above(records[:at], options, found)
    _tell_hidden(facts, records[at][0], records[at][1], found)
    width = max((index for index, cell in enumerate(records[at][1], 1) if cell), default=0)
    body = [(number, [*cells, *[""] * (width - len(cells))]) for number, cells in records[at:]]
    read_table(body, options, found)


def _list_records(
    data: bytes, sheet: "ReadOnlyWorksheet", facts: SheetFacts, found: Rows
) -> list[Record]:
    """Return each row that holds something, a merged cell's text in all the rows it covers."""
    rows = {number: _read_texts(cells, found) for number, cells in scan_sheet(data, sheet, facts)}
    if facts.merged:
        merged = dict[tuple[int, int], str]()
        for number in sorted(facts.merged):
            if number in rows:
                _fill_merged(number, rows[number], facts.merged[number], merged, found)
    return [(number, rows[number]) for number in sorted(rows) if is_filled(rows[number])]


def _read_texts(cells: list[tuple[int, SheetCell]], found: Rows) -> list[str]:
    texts = [""] * max((column for column, _ in cells), default=0)
    for column, cell in cells:
        texts[column - 1] = _read_cell(cell, found)
    return texts


def _fill_merged(
    number: int,
    texts: list[str],
    columns: dict[int, int],
    merged: dict[tuple[int, int], str],
    found: Rows,
) -> None:
    """Fill cells that belong to one above: its text is what the sender sees beside this row too."""
    for column, first in columns.items():
        if first == number:
            merged[first, column] = texts[column - 1] if column <= len(texts) else ""
        text = merged.get((first, column), "")
        if first < number and text:
            texts += [""] * (column - len(texts))
            texts[column - 1] = text
            sentence = f"a cell is merged with row {first}; {text[:40]!r} is read here too"
            add(found, tell("note", "merged-cells", sentence, f"row {number}", ""))


def _read_cell(cell: SheetCell, found: Rows) -> str:
    if cell.kind == "f":
        sentence = f"cell {cell.name} holds a formula without its result"
        advice = "open the file in a spreadsheet, save it and send it again"
        place = f"row {cell.row}"
        add(found, tell("error", "formula-without-value", sentence, place, advice))
        return ""
    text, fault = show_cell(cell)
    if fault is not None:
        add(found, fault)
    return text


def _find_header(records: list[Record], options: TableOptions) -> int | None:
    """Return which record is the header: as agreed, or the one with most of the known columns."""
    if options.header_row:
        rows = (at for at, one in enumerate(records) if one[0] >= options.header_row)
        return next(rows, None)
    return max(
        range(min(len(records), LOOKED_AT)),
        key=lambda at: (_count_known(records[at][1], options), -at),
        default=None,
    )


def _count_known(cells: list[str], options: TableOptions) -> int:
    known = options.known | options.aliases.keys()
    return len({" ".join(cell.split()) for cell in cells} & known)


def _tell_above(records: list[Record], options: TableOptions, found: Rows) -> None:
    """Note what stands above the header, where nothing was agreed about it."""
    for number, cells in records if not options.header_row else []:
        held = ", ".join(cell for cell in cells if cell.strip())[:60]
        sentence = f"{held!r} stands above the header and is not read"
        add(found, tell("note", "above-header", sentence, f"row {number}", ""))


def _tell_hidden(facts: SheetFacts, header: int, cells: list[str], found: Rows) -> None:
    """Warn of what the sender does not see and we read: hidden rows and columns."""
    for number in sorted(facts.hidden_rows):
        if number > header:
            advice = "delete rows that are not meant; a filter only hides them"
            sentence = "the row is hidden in the sheet; it is read all the same"
            add(found, tell("warning", "hidden-row", sentence, f"row {number}", advice))
    for column in sorted(facts.hidden_columns):
        if column <= len(cells) and cells[column - 1].strip():
            sentence = (
                f"column {cells[column - 1]!r} is hidden in the sheet; it is read all the same"
            )
            add(found, tell("note", "hidden-column", sentence, f"row {header}", ""))
