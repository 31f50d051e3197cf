"""Crosswalk tables: theirs to ours and, where nothing is lost, back again."""

import csv
import io
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from translators.mapper.errors import TableError
from translators.mapper.source import mistake

ANYTHING_ELSE = "*"
AS_IT_STANDS = "="


@dataclass(slots=True, frozen=True)
class Table:
    """What each code of theirs means for us; `rest` is the row `*`, None where there is none."""

    name: str
    rows: dict[str, str]
    rest: str | None = None
    lines: dict[str, str] = field(default_factory=dict)  # code -> file:line
    file: str = ""

    def find_two_of_theirs(self) -> tuple[str, str] | None:
        """Return two codes that mean the same, which makes the table one-way, or None."""
        seen: dict[str, str] = {}
        for theirs, ours in self.rows.items():
            if ours in seen:
                return seen[ours], theirs
            seen[ours] = theirs
        return None

    def reversed(self) -> dict[str, str]:
        """Return ours to theirs; only sensible where `find_two_of_theirs` finds none."""
        return {ours: theirs for theirs, ours in self.rows.items()}


def read_table(text: str, name: str, file: str) -> Table:
    """Return the table a CSV text `theirs,ours[,note]` holds; raises TableError with the line."""
    rows: dict[str, str] = {}
    lines: dict[str, str] = {}
    rest: str | None = None
    for where, record in _read_records(text, file, ("theirs", "ours")):
        theirs, ours = record["theirs"], record["ours"]
        if theirs in lines:
            sentence = f"{theirs!r} stands here and in {lines[theirs]}"
            raise TableError([mistake(where, sentence, "keep one row", "bad-table")])
        lines[theirs] = where
        if theirs == ANYTHING_ELSE:
            rest = ours
        else:
            rows[theirs] = theirs if ours == AS_IT_STANDS else ours
    return Table(name, rows, rest, lines, file)


def read_units(text: str, file: str) -> dict[tuple[str, str], Decimal]:
    """Return the factor from one unit to another of a CSV text `unit,to_unit,factor`."""
    factors: dict[tuple[str, str], Decimal] = {}
    for where, record in _read_records(text, file, ("unit", "to_unit", "factor")):
        try:
            factor = Decimal(record["factor"])
        except InvalidOperation:
            factor = Decimal(0)
        if not factor.is_finite() or factor <= 0:
            sentence = f"{record['factor']!r} is no factor"
            raise TableError([mistake(where, sentence, "write a number above 0", "bad-table")])
        factors[record["unit"], record["to_unit"]] = factor
    return factors


def _read_records(
    text: str, file: str, wanted: tuple[str, ...]
) -> list[tuple[str, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    records: list[tuple[str, dict[str, str]]] = []
    header: list[str] = []
    try:
        for cells in reader:
            where = f"{file}:{reader.line_num}"
            stripped = [cell.strip() for cell in cells]
            if not header:
                header = _check_header(stripped, wanted, where)
            elif any(stripped):
                records.append((where, _read_record(stripped, header, where)))
    except csv.Error as error:
        where = f"{file}:{reader.line_num}"
        raise TableError([mistake(where, f"this is not CSV: {error}", "", "bad-table")]) from error
    return records


def _check_header(cells: list[str], wanted: tuple[str, ...], where: str) -> list[str]:
    if tuple(cells[: len(wanted)]) == wanted:
        return cells
    sentence = f"the first row must be {','.join(wanted)}, not {','.join(cells)}"
    raise TableError([mistake(where, sentence, "", "bad-table")])


def _read_record(cells: list[str], header: list[str], where: str) -> dict[str, str]:
    if len(cells) > len(header):
        sentence = f"{len(cells)} cells stand under {len(header)} headings"
        raise TableError([mistake(where, sentence, 'put "…" around a comma', "bad-table")])
    return dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True))
