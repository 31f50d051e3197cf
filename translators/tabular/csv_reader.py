"""CSV and TSV read into rows: text stays text, what is wrong becomes a finding (B-84)."""

import codecs
import csv
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from translators.findings import Finding, Level
from translators.tabular.rows import Row, Rows, drop_answers

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_BYTES = 200_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 2_000
MAX_TOLD = 50  # findings of one kind; the rest is counted
BEYOND = " | "
_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_LINE_END = re.compile(r"\r\n|\r|\n")

Record = tuple[int, list[str], int]  # the line it starts in, its cells, the line it ends in


@dataclass(slots=True, frozen=True)
class CsvOptions:
    """How a partner writes CSV; `header_row` counts from 1, rows above it are skipped."""

    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    header_row: int = 1
    wanted: tuple[str, ...] = ()  # columns without which the file cannot be meant


def csv_options(said: dict[str, str], wanted: tuple[str, ...] = ()) -> CsvOptions:
    """Return the options a mapping declares under `reads` or `makes`."""
    delimiter = said.get("delimiter") or ("\t" if said.get("format") == "tsv" else ",")
    if delimiter in {"tab", "\\t"}:
        delimiter = "\t"
    row = said.get("header_row", "1")
    return CsvOptions(
        delimiter=delimiter,
        encoding=said.get("encoding", "utf-8"),
        quote=said.get("quote", '"'),
        header_row=int(row) if row.isascii() and row.isdigit() and int(row) else 1,
        wanted=wanted,
    )


def read_rows(data: bytes, options: CsvOptions) -> Rows:
    """Return the rows of a CSV file; every oddity is a finding, and no row is lost without one."""
    found = Rows()
    if len(data) > MAX_BYTES:
        sentence = f"the file has {len(data)} bytes; {MAX_BYTES} are the limit"
        found.findings.append(_finding("error", "file-too-large", sentence, "", "send it in parts"))
        return found
    text = _read_text(data, options, found.findings)
    if text is None:
        return found
    if not text.strip():
        advice = "send a header row and at least one row"
        found.findings.append(_finding("error", "empty-file", "the file is empty", "", advice))
        return found
    _read_records(text, options, found)
    return found


def _read_text(data: bytes, options: CsvOptions, findings: list[Finding]) -> str | None:
    """Return the text without byte order mark; UTF-8 and UTF-16 with a mark are believed."""
    encoding = _marked_encoding(data) or options.encoding
    try:
        told = _find_utf8(data, encoding, options)
        if told is not None:
            findings.append(told)
            return data.decode()
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        sentence = f"there is no encoding {encoding!r}"
        findings.append(_finding("error", "bad-encoding", sentence, "", "write utf-8 or cp1252"))
        return None
    except UnicodeError as error:
        findings.append(_encoding_finding(data, encoding, getattr(error, "start", 0)))
    return data.decode(encoding, errors="replace").removeprefix("\ufeff")


def _find_utf8(data: bytes, encoding: str, options: CsvOptions) -> Finding | None:
    """Return the error of a file that is UTF-8 where an encoding of one byte a character is agreed.

    Every byte means something there, so it would be read without a complaint, and wrongly.
    """
    if data.isascii() or not _is_single_byte(encoding):
        return None
    try:
        text = data.decode()
    except UnicodeError:
        return None
    lines = _LINE_END.split(text)
    row, line = next((n, one) for n, one in enumerate(lines, 1) if not one.isascii())
    cells = line.split(options.delimiter or ",")
    cell = next((one for one in cells if not one.isascii()), line)[:40]
    read = cell.encode().decode(encoding, errors="replace")
    sentence = f"{cell!r} stands there in UTF-8; in {encoding}, which is agreed, it reads {read!r}"
    advice = f"save the file as {encoding}, or ask to have UTF-8 agreed"
    return _finding("error", "wrong-encoding", sentence, f"row {row}", advice)


def _is_single_byte(encoding: str) -> bool:
    """Return whether each byte is a character of its own; raises LookupError for no encoding."""
    name = codecs.lookup(encoding).name
    every = bytes(range(256)).decode(encoding, errors="replace")
    return not name.startswith("utf") and name != "ascii" and len(every) == len(range(256))


def _marked_encoding(data: bytes) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    return "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else None


def _encoding_finding(data: bytes, encoding: str, start: int) -> Finding:
    row = data.count(b"\n", 0, start) + 1
    sentence = f"byte {start} (0x{data[start]:02X}) is no {encoding}"
    advice = "save the file in the agreed encoding, or change `encoding` in the mapping"
    return _finding("error", "bad-encoding", sentence, f"row {row}", advice)


def _read_records(text: str, options: CsvOptions, found: Rows) -> None:
    if "\x00" in text:
        sentence = "the file holds NUL characters; they are left out"
        found.findings.append(_finding("warning", "nul-characters", sentence, "", "ask the sender"))
        text = text.replace("\x00", "")
    lines = _LINE_END.split(text)
    width = _find_width(lines, options)
    records = list(_number_records(_load_frame(text, width, options, found.findings)))
    end = records[-1][2] if records else 0
    if end < len(lines) - (not lines[-1]):
        sentence = "not every row can be read"
        advice = "look for a quotation mark that is not closed, or a cell of more than 100,000 characters"
        found.findings.append(
            _finding("error", "bad-row", sentence, f"from about row {end or 1}", advice)
        )
    body = [record for record in records if record[0] >= options.header_row]
    at = next((at for at, record in enumerate(body) if _is_filled(record[1])), None)
    if at is None:
        sentence = f"there is no header in row {options.header_row}"
        found.findings.append(_finding("error", "empty-file", sentence, "", "send a header row"))
        return
    found.header = _read_header(body[at][0], body[at][1], found.findings)
    other = _find_other_delimiter(body[at:], options)
    if other is not None:
        found.findings.append(other)
        return
    _check_wanted(options, found)
    _read_body(body[at + 1 :], found)


def _read_body(records: list[Record], found: Rows) -> None:
    if len(records) > MAX_ROWS:
        sentence = f"there are {len(records)} rows; {MAX_ROWS} are the limit"
        found.findings.append(_finding("error", "too-many-rows", sentence, "", "send it in parts"))
    for number, cells, _ in records[:MAX_ROWS]:
        _read_row(number, cells, found)
    drop_answers(found)
    if not found.rows:
        sentence = "there are no rows under the header"
        found.findings.append(
            _finding("error", "empty-file", sentence, "", "send at least one row")
        )


def _find_width(lines: list[str], options: CsvOptions) -> int:
    """Return the cells of the header row, which all other rows are measured by."""
    start = lines[options.header_row - 1 :] or [""]
    header = next((line for line in start if line.strip()), "")
    return min(header.count(options.delimiter) + 1, MAX_COLUMNS)


def _load_frame(text: str, width: int, options: CsvOptions, findings: list[Finding]) -> "DataFrame":
    """Return all cells as text; what stands beyond the header's width is joined in one last cell."""
    import pandas as pd  # noqa: PLC0415 - a second of start-up that only tables need

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        frame = _frame_of(text, width, options)
    for one in heard:
        if not issubclass(one.category, pd.errors.ParserWarning):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
            continue
        sentence = f"not every cell can be read: {one.message}"
        advice = "look for a quotation mark that is not closed, or a row longer than the header"
        findings.append(_finding("error", "bad-row", sentence, "", advice))
    return frame


def _frame_of(text: str, width: int, options: CsvOptions) -> "DataFrame":
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


def _number_records(frame: "DataFrame") -> Iterator[Record]:
    """Yield each row with the lines it starts and ends in, since a cell may hold line ends."""
    line = 1
    for values in frame.itertuples(index=False, name=None):
        cells = [value for value in values if isinstance(value, str)]  # NaN: the row was shorter
        end = line + sum(len(_LINE_END.findall(cell)) for cell in cells)
        yield line, cells, end
        line = end + 1


def _is_filled(cells: list[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _read_header(number: int, cells: list[str], findings: list[Finding]) -> tuple[str, ...]:
    names: list[str] = []
    for at, cell in enumerate(cells[:MAX_COLUMNS], 1):
        name = " ".join(cell.split())
        if name and name in names:
            sentence = f"the header {name!r} stands twice; the second is column {at}"
            advice = "give each column a name of its own"
            place = f"row {number}"
            findings.append(_finding("error", "duplicate-header", sentence, place, advice))
        names.append(name if name and name not in names else f"column {at}")
    while names and not "".join(cells[len(names) - 1 :]).strip():
        names.pop()
    return tuple(names)


def _find_other_delimiter(records: list[Record], options: CsvOptions) -> Finding | None:
    """Return the error of a table whose cells are kept apart by another character than is agreed."""
    tops = [cells for _, cells, _ in records if _is_filled(cells)][:2]
    if any(len([cell for cell in cells if cell.strip()]) > 1 for cells in tops):
        return None
    counts = {mark: min(cells[0].count(mark) for cells in tops) for mark in _DELIMITERS}
    mark, count = max(counts.items(), key=lambda one: one[1])
    if not count or mark == options.delimiter:
        return None
    agreed, seen = _name_delimiter(options.delimiter), _name_delimiter(mark)
    sentence = f"{agreed} is agreed between the cells; split by it, the header is one cell, by {seen} {count + 1}"
    advice = f"save the file with {agreed} between the cells, or ask to have {seen} agreed"
    return _finding("error", "wrong-delimiter", sentence, f"row {records[0][0]}", advice)


def _name_delimiter(mark: str) -> str:
    return _DELIMITERS.get(mark, repr(mark))


def _check_wanted(options: CsvOptions, found: Rows) -> None:
    for name in options.wanted:
        if name not in found.header:
            sentence = f"there is no column {name!r}; there are {', '.join(found.header[:20])}"
            advice = "send the column, or change its name in the mapping"
            found.findings.append(_finding("error", "missing-column", sentence, "header", advice))


def _read_row(number: int, cells: list[str], found: Rows) -> None:
    place = f"row {number}"
    if not _is_filled(cells):
        if cells:
            sentence = "the row is empty and left out"
            _tell(found, _finding("note", "blank-row", sentence, place, ""))
        return
    width = len(found.header)
    extra = [cell for cell in cells[width:] if cell.strip()]
    if extra:
        sentence = (
            f"more cells stand here than the {width} headers; {', '.join(extra)[:60]!r} has none"
        )
        advice = "put quotation marks around a cell that holds the delimiter"
        _tell(found, _finding("error", "ragged-row", sentence, place, advice))
    elif len(cells) < width:
        sentence = f"{len(cells)} cells stand under {width} headers; the rest is read as empty"
        advice = "fill every column"
        _tell(found, _finding("warning", "ragged-row", sentence, place, advice))
    padded = cells[:width] + [""] * (width - len(cells))
    found.rows.append(Row(number, dict(zip(found.header, padded, strict=True))))


def _tell(found: Rows, finding: Finding) -> None:
    """Keep the finding; of very many of one kind only the first."""
    told = sum(one.code == finding.code for one in found.findings)
    if told < MAX_TOLD:
        found.findings.append(finding)
    elif told == MAX_TOLD:
        rest = "there are more rows like this; only the first are told"
        found.findings.append(_finding(finding.level, finding.code, rest, finding.place, ""))


def _finding(level: Level, code: str, sentence: str, place: str, advice: str) -> Finding:
    return Finding(level=level, code=code, sentence=sentence, place=place, advice=advice)
