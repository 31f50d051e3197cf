"""Sample: the bytes of a table with the options found that read it: delimiter, encoding, header row."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from translators.detect import detect_format
from translators.findings import Finding, has_errors
from translators.tabular.options import TableOptions, table_options
from translators.tabular.rows import Row, Rows
from translators.tabular.text import LINE_END

DELIMITERS = (";", ",", "\t", "|")
_LOOKED_AT = 50
_MOST_CHARACTERS = 200_000
_READABLE = ("csv", "xlsx")


@dataclass(slots=True, frozen=True)
class Sample:
    """One sample: what `reads` must say of it, its header and rows, and what its reader found."""

    name: str
    data: bytes
    reads: dict[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, str] = field(
        default_factory=dict
    )  # of columns named by more than a header

    @property
    def is_readable(self) -> bool:
        """Return whether there are rows to look at."""
        return bool(self.rows) and not has_errors(self.findings)


def read_sample(name: str, data: bytes) -> Sample:
    """Return the table with the options that read it; what cannot be read tells why."""
    kind = detect_format(data)
    if kind not in _READABLE:
        return Sample(name, data)
    reads = _find_workbook_options(data) if kind == "xlsx" else find_text_options(data)
    options = table_options(reads)
    found = _read(data, reads, options)
    return Sample(name, data, reads, found.header, tuple(found.rows), tuple(found.findings))


def _read(data: bytes, reads: dict[str, str], options: TableOptions) -> Rows:
    if reads["format"] == "xlsx":
        from translators.tabular.xlsx_reader import read_sheet_rows  # noqa: PLC0415 loads openpyxl

        return read_sheet_rows(data, options)
    if reads["format"] == "fixed":
        from translators.tabular.fixed_reader import read_fixed_rows  # noqa: PLC0415 seldom

        return read_fixed_rows(data, options)
    from translators.tabular.csv_reader import read_rows  # noqa: PLC0415 only for these

    return read_rows(data, options)


def find_text_options(data: bytes) -> dict[str, str]:
    """Return format, delimiter, encoding and header row of a table of text; of blanks its columns."""
    from translators.drafting.fixed_width import find_columns  # noqa: PLC0415 seldom

    encoding = _find_encoding(data)
    text = data.decode(encoding or "utf-8-sig", errors="replace")[:_MOST_CHARACTERS]
    said = {"encoding": encoding} if encoding and not encoding.startswith("utf") else {}
    delimiter, grid = _find_delimiter(text)
    if not delimiter:
        columns, above = find_columns(LINE_END.split(text.rstrip("\r\n")))
        if columns:
            rows = {"header_row": str(above)} if above else {}
            return {"format": "fixed", "columns": columns, **rows, **said}
    kind = {"format": "tsv"} if delimiter == "\t" else {"format": "csv"}
    if delimiter not in {"", "\t", ","}:
        kind["delimiter"] = delimiter
    row = _find_header_row(grid)
    return {**kind, **said, **({"header_row": str(row)} if row > 1 else {})}


def _find_encoding(data: bytes) -> str:
    """Return '' for UTF-8, utf-16 by its mark, and cp1252 for what is neither."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return ""


def _find_delimiter(text: str) -> tuple[str, list[list[str]]]:
    """Return the mark that cuts most lines into equally many cells, and the cells; '' where none does."""
    best: tuple[float, str, list[list[str]]] = (0.0, "", [])
    for mark in DELIMITERS:
        grid = _cut(text, mark)
        widths = Counter(len(cells) for cells in grid if any(cells))
        width, times = max(widths.items(), key=lambda one: (one[0] > 1, one[1]), default=(0, 0))
        even = times / max(1, sum(widths.values()))
        if width > 1 and even * min(width, 8) > best[0]:
            best = (even * min(width, 8), mark, grid)
    return best[1], best[2] or _cut(text, ",")


def _cut(text: str, mark: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    grid: list[list[str]] = []
    try:
        for cells in reader:
            grid.append([cell.strip() for cell in cells])
            if len(grid) == _LOOKED_AT:
                break
    except csv.Error:
        pass  # what is before the fault tells enough; the reader tells the fault
    return grid


def _find_header_row(grid: list[list[str]]) -> int:
    """Return the number of the first row that is as wide as most are and holds words only."""
    widths = Counter(len(_trim(cells)) for cells in grid if any(cells))
    width = max(widths, key=lambda one: (widths[one], one), default=0)
    for number, cells in enumerate(grid, 1):
        filled = [cell for cell in cells if cell]
        if len(filled) >= max(2, width - 1) and not any(map(_is_value, filled)):
            return number
    return 1


def _trim(cells: list[str]) -> list[str]:
    return cells if not cells or cells[-1] else cells[:-1]


def _is_value(cell: str) -> bool:
    """Return whether a cell holds a number or a date, as no header does."""
    return not any(char.isalpha() for char in cell)


def _find_workbook_options(data: bytes) -> dict[str, str]:
    """Return the header row of the first sheet, where it is not the first that is filled."""
    from translators.tabular.xlsx_reader import read_sheet_rows  # noqa: PLC0415 loads openpyxl

    top = read_sheet_rows(data, table_options({"format": "xlsx", "header_row": "1"}))
    grid = [list(top.header), *(list(row.values.values()) for row in top.rows[:_LOOKED_AT])]
    numbers = [_number_of_header(top), *(row.number for row in top.rows[:_LOOKED_AT])]
    at = _find_header_row(grid) - 1
    row = numbers[at] if at < len(numbers) else 0
    return {"format": "xlsx", **({"header_row": str(row)} if at and row else {})}


def _number_of_header(found: Rows) -> int:
    return found.rows[0].number - 1 if found.rows else 1
