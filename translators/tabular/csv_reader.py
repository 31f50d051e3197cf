"""CSV and TSV read into rows: text stays text, what is wrong becomes a finding (B-84)."""

import csv
import io
import warnings
from collections.abc import Iterable, Iterator
from itertools import dropwhile
from typing import TYPE_CHECKING

from translators.findings import Finding
from translators.tabular.options import TableOptions
from translators.tabular.rows import Rows
from translators.tabular.table import (
    MAX_COLUMNS,
    is_filled,
    read_header,
    read_table,
    tell,
    tell_width,
)
from translators.tabular.text import LINE_END, read_table_text

if TYPE_CHECKING:
    from pandas import DataFrame

BEYOND = " | "
_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}

_Record = tuple[int, list[str], int]  # the line it starts in, its cells, the line it ends in


def read_rows(data: bytes, options: TableOptions) -> Rows:
    """Return the rows of a CSV file; every oddity is a finding, and no row is lost without one."""
    found = Rows()
    text = read_table_text(data, options, found.findings)
    if text is not None:
        _read_records(text, options, found)
    return found


def _read_records(text: str, options: TableOptions, found: Rows) -> None:
    lines = LINE_END.split(text)
    width = _find_width(lines, options)
    if width > MAX_COLUMNS:
        found.findings.append(tell_width(width, options.header_row or 1))
        return
    records = list(_number_records(_load_frame(text, width, options, found.findings)))
    end = records[-1][2] if records else 0
    if end < len(lines) - (not lines[-1]):
        sentence = "not every row can be read"
        advice = "look for a quotation mark that is not closed, or a cell of more than 100,000 characters"
        found.findings.append(
            tell("error", "bad-row", sentence, f"from about row {end or 1}", advice)
        )
    body = [record for record in records if record[0] >= options.header_row]
    at = next((at for at, record in enumerate(body) if is_filled(record[1])), None)
    if at is None:
        sentence = f"there is no header in row {options.header_row or 1}"
        found.findings.append(tell("error", "empty-file", sentence, "", "send a header row"))
        return
    other = _find_other_delimiter(body[at:], options)
    if other is not None:
        found.header = read_header(*body[at][:2], found.findings)
        found.findings.append(other)
        return
    read_table([record[:2] for record in body[at:]], options, found)


def _find_width(lines: list[str], options: TableOptions) -> int:
    """Return the cells of the header row, which all other rows are measured by.

    A header may hold line ends in quotation marks, as a spreadsheet saves one of several lines.
    """
    start = lines[max(options.header_row, 1) - 1 :]
    filled = dropwhile(lambda line: not line.strip(), start)
    try:
        width = len(next(_split_cells(filled, options), []))
    except csv.Error:  # a cell beyond what csv takes; the row is told when it is read
        width = next((line for line in start if line.strip()), "").count(options.delimiter) + 1
    return max(width, 1)


def _split_cells(lines: Iterable[str], options: TableOptions) -> Iterator[list[str]]:
    return csv.reader(
        (f"{line}\n" for line in lines),
        delimiter=options.delimiter,
        quotechar=options.quote or '"',
        quoting=csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE,
    )


def _load_frame(
    text: str, width: int, options: TableOptions, findings: list[Finding]
) -> "DataFrame":
    """Return all cells as text; what stands beyond the header's width is joined in one last cell."""
    import pandas as pd  # noqa: PLC0415 - a second of start-up that only tables need

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        frame = _frame_of(text, width, options)
    for one in heard:
        if not issubclass(one.category, pd.errors.ParserWarning):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
            continue
        sentence = "a row has other cells than the header, and not every cell of it can be read"
        advice = "look for a quotation mark that is not closed, or a row longer than the header"
        findings.append(tell("error", "bad-row", sentence, "", advice))
    return frame


def _frame_of(text: str, width: int, options: TableOptions) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - a second of start-up that only tables need

    return pd.read_csv(
        io.StringIO(text, newline=""),
        header=None,
        names=range(width + 1),
        index_col=False,
        dtype=str,
        keep_default_na=False,
        sep=options.delimiter,
        quotechar=options.quote or '"',
        quoting=csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE,
        engine="python",
        skip_blank_lines=False,
        on_bad_lines=lambda cells: [*cells[:width], BEYOND.join(cells[width:])],
    )


def _number_records(frame: "DataFrame") -> Iterator[_Record]:
    """Yield each row with the lines it starts and ends in, since a cell may hold line ends."""
    line = 1
    for values in frame.itertuples(index=False, name=None):
        cells = [value for value in values if isinstance(value, str)]  # NaN: the row was shorter
        end = line + sum(len(LINE_END.findall(cell)) for cell in cells)
        yield line, cells, end
        line = end + 1


def _find_other_delimiter(records: list[_Record], options: TableOptions) -> Finding | None:
    """Return the error of a table whose cells are kept apart by another character than is agreed."""
    tops = [cells for _, cells, _ in records if is_filled(cells)][:2]
    if any(len([cell for cell in cells if cell.strip()]) > 1 for cells in tops):
        return None
    counts = {mark: min(cells[0].count(mark) for cells in tops) for mark in _DELIMITERS}
    mark, count = max(counts.items(), key=lambda one: one[1])
    if not count or mark == options.delimiter:
        return None
    agreed, seen = _name_delimiter(options.delimiter), _name_delimiter(mark)
    sentence = f"{agreed} is agreed between the cells; split by it, the header is one cell, by {seen} {count + 1}"
    advice = f"save the file with {agreed} between the cells, or ask to have {seen} agreed"
    return tell("error", "wrong-delimiter", sentence, f"row {records[0][0]}", advice)


def _name_delimiter(mark: str) -> str:
    return _DELIMITERS.get(mark, repr(mark))
