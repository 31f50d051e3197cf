"""Table: records of cells as rows under a header, whatever kind of file they come from."""

import re
from collections.abc import Sequence

from translators.findings import Finding, Level
from translators.tabular.options import TableOptions
from translators.tabular.rows import Row, Rows, drop_answers

MAX_ROWS = 1_000_000
MAX_COLUMNS = 2_000
CUT_NUMBER = "cut-number"
MAX_TOLD = 50  # findings of one kind; the rest is counted
_CUT = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,3}")
_TOTAL = re.compile(
    r"(?:grand |sub-?)?totals?\b|sum\b|(?:zwischen|gesamt)?summe\b|gesamt\b|somme\b|totale?\b",
    re.IGNORECASE,
)

Record = tuple[int, list[str]]  # the row's number and its cells


def read_table(records: Sequence[Record], options: TableOptions, found: Rows) -> None:
    """Read the first record as the header and the others as rows under it."""
    found.header = rename(read_header(*records[0], found.findings), options)
    check_wanted(options, found)
    read_body(records[1:], options, found)


def is_filled(cells: list[str]) -> bool:
    """Return whether any cell holds more than blanks."""
    return any(cell.strip() for cell in cells)


def read_header(number: int, cells: list[str], findings: list[Finding]) -> tuple[str, ...]:
    """Return the headers; one that lacks or stands twice is called by its number."""
    names: list[str] = []
    for at, cell in enumerate(cells[:MAX_COLUMNS], 1):
        name = " ".join(cell.split())
        if name and name in names:
            sentence = f"the header {name!r} stands twice; the second is column {at}"
            advice = "give each column a name of its own"
            place = f"row {number}"
            findings.append(tell("error", "duplicate-header", sentence, place, advice))
        names.append(name if name and name not in names else f"column {at}")
    while names and not "".join(cells[len(names) - 1 :]).strip():
        names.pop()
    return tuple(names)


def tell_width(width: int, row: int) -> Finding:
    """Return the error of a table with more columns than are read."""
    sentence = f"the header has {width} columns; {MAX_COLUMNS} are the limit"
    advice = "send a table of the columns that are agreed"
    return tell("error", "too-many-rows", sentence, f"row {row}", advice)


def rename(header: tuple[str, ...], options: TableOptions) -> tuple[str, ...]:
    """Return the headers as the mapping calls them; an alias counts where its column lacks."""
    names = list(header)
    for alias, name in options.aliases.items():
        if name not in names and alias in names:
            names[names.index(alias)] = name
    return tuple(names)


def check_wanted(options: TableOptions, found: Rows) -> None:
    """Add an error for each column without which the file cannot be meant."""
    for name in options.wanted:
        if name not in found.header:
            sentence = f"there is no column {name!r}; there are {', '.join(found.header[:20])}"
            advice = "send the column, or change its name in the mapping"
            found.findings.append(tell("error", "missing-column", sentence, "header", advice))


def read_body(records: Sequence[Record], options: TableOptions, found: Rows) -> None:
    """Read the records under the header; every oddity is told."""
    if len(records) > MAX_ROWS:
        sentence = f"there are {len(records)} rows; {MAX_ROWS} are the limit"
        found.findings.append(tell("error", "too-many-rows", sentence, "", "send it in parts"))
    for number, cells in records[:MAX_ROWS]:
        _read_row(number, cells, options, found)
    _find_same(options, found)
    drop_answers(found)
    if not found.rows:
        sentence = "there are no rows under the header"
        found.findings.append(tell("error", "empty-file", sentence, "", "send at least one row"))


def _read_row(number: int, cells: list[str], options: TableOptions, found: Rows) -> None:
    place = f"row {number}"
    if not is_filled(cells):
        if cells:
            sentence = "the row is empty and left out"
            add(found, tell("note", "blank-row", sentence, place, ""))
        return
    width = len(found.header)
    extra = [cell for cell in cells[width:] if cell.strip()]
    if extra:
        sentence = (
            f"more cells stand here than the {width} headers; {', '.join(extra)[:60]!r} has none"
        )
        advice = "put quotation marks around a cell that holds the delimiter"
        if not options.delimiter:
            advice = "give every column a header"
        add(found, tell("error", "ragged-row", sentence, place, advice))
    elif len(cells) < width:
        sentence = f"{len(cells)} cells stand under {width} headers; the rest is read as empty"
        advice = "fill every column"
        add(found, tell("warning", "ragged-row", sentence, place, advice))
    values = dict(zip(found.header, cells[:width] + [""] * (width - len(cells)), strict=True))
    odd = _find_odd(number, values, options)
    if odd is not None:
        add(found, odd)
        if odd.code != CUT_NUMBER:
            return
    found.rows.append(Row(number, values))


def _find_odd(number: int, values: dict[str, str], options: TableOptions) -> Finding | None:
    """Return what speaks against a row: it is the header again, a total, or holds a number cut short."""
    place = f"row {number}"
    if all(_is_header(" ".join(cell.split()), name, options) for name, cell in values.items()):
        return tell("note", "repeated-header", "the header again; it is left out", place, "")
    if _is_total(values, options):
        sentence = (
            f"this is a total ({', '.join(filter(None, values.values()))[:60]}); it is left out"
        )
        return tell("note", "total-row", sentence, place, "")
    cut = next((one for one in values.items() if "E+" in one[1] and _CUT.fullmatch(one[1])), None)
    if cut is None:
        return None
    sentence = f"column {cut[0]!r} holds {cut[1]}: a spreadsheet has cut a long number there"
    advice = "make the column one of text before the number is entered, and send the file again"
    return tell("warning", CUT_NUMBER, sentence, place, advice)


def _find_same(options: TableOptions, found: Rows) -> None:
    """Tell each row that is the same as an earlier one in every cell; left out where that is agreed."""
    first: dict[tuple[str, ...], int] = {}
    kept = []
    for row in found.rows:
        cells = tuple(row.values.values())
        before = first.setdefault(cells, row.number)
        if before != row.number:
            said = f"the row is the same as row {before} in every cell"
            ends = "; it is left out" if options.same_rows_once else "; both count"
            level: Level = "note" if options.same_rows_once else "warning"
            advice = (
                ""
                if options.same_rows_once
                else "send each row once, or with what tells them apart"
            )
            add(found, tell(level, "same-row", said + ends, f"row {row.number}", advice))
            if options.same_rows_once:
                continue
        kept.append(row)
    found.rows = kept


def _is_header(cell: str, name: str, options: TableOptions) -> bool:
    return name in {cell, options.aliases.get(cell)}


def _is_total(values: dict[str, str], options: TableOptions) -> bool:
    """Return whether the row begins with a word for a total and lacks what every row must have."""
    first = next(filter(None, map(str.strip, values.values())), "")
    if not _TOTAL.match(first):
        return False
    return any(values.get(name, "").strip() in {"", first} for name in options.needed)


def add(found: Rows, finding: Finding) -> None:
    """Keep the finding; of very many of one kind only the first."""
    told = sum(one.code == finding.code for one in found.findings)
    if told < MAX_TOLD:
        found.findings.append(finding)
    elif told == MAX_TOLD:
        rest = "there are more rows like this; only the first are told"
        found.findings.append(tell(finding.level, finding.code, rest, finding.place, ""))


def tell(level: Level, code: str, sentence: str, place: str, advice: str) -> Finding:
    """Return a finding about the table."""
    return Finding(level=level, code=code, sentence=sentence, place=place, advice=advice)
