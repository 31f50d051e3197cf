"""Tables made wrong: the header, a row or a cell of a good CSV or workbook, one at a time."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from translators.spoiled.spoiled import Spoiled, list_bad_texts, list_spoiled_files
from translators.tabular.options import TableOptions

_OTHER = {";": ",", ",": ";", "\t": ";", "|": ";"}


@dataclass(slots=True, frozen=True)
class Table:
    """A table as people see it, and what writes it as a file; '' as delimiter is a workbook."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    write: Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]
    delimiter: str = ""


def csv_writer(options: TableOptions) -> Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]:
    """Return what writes a table as its sender does."""

    def write(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=options.delimiter, quotechar=options.quote or '"')
        writer.writerows([header, *rows])
        return text.getvalue().encode(options.encoding, "replace")

    return write


def xlsx_writer(sheet: str) -> Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]:
    """Return what writes a table as a workbook of one sheet."""

    def write(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        from translators.tabular.xlsx_writer import write_sheet_rows  # noqa: PLC0415 loads openpyxl

        cells = [dict(zip(header, row, strict=False)) for row in rows]
        return write_sheet_rows(header, cells, sheet).data

    return write


def list_spoiled_rows(table: Table) -> Iterator[Spoiled]:
    """Yield the table with one fault each: header first, then cells."""
    good = table.write(table.header, table.rows)
    yield from list_spoiled_files(good, "csv" if table.delimiter else "xlsx")
    if table.delimiter:
        yield from _spoil_text(table, good)
    yield from _spoil_cells(table)
    yield from _spoil_header(table)


def _spoil_header(table: Table) -> Iterator[Spoiled]:
    mark = table.delimiter or " | "
    shown = mark.join(table.header)
    yield Spoiled(
        "The header row is missing",
        table.write(table.rows[0], table.rows[1:]),
        "header",
        shown,
    )
    yield Spoiled("There is a header and no row", table.write(table.header, ()), "header", shown)
    for at, name in enumerate(table.header):
        kept = (*table.header[:at], *table.header[at + 1 :])
        rows = [(*row[:at], *row[at + 1 :]) for row in table.rows]
        yield Spoiled(
            f"The column {name} is missing", table.write(kept, rows), name, shown, mark.join(kept)
        )
        other = (*table.header[:at], f"{name} (new)", *table.header[at + 1 :])
        title = f"The column {name} got another name"
        yield Spoiled(title, table.write(other, table.rows), name, shown, mark.join(other))
    twice = (*table.header[:1], *table.header[:1], *table.header[2:])
    if len(twice) > 1:
        title = f"Two columns are called {table.header[0]}"
        yield Spoiled(title, table.write(twice, table.rows), "header", shown, mark.join(twice))


def _spoil_cells(table: Table) -> Iterator[Spoiled]:
    for at, name in enumerate(table.header):
        number = next((n for n, row in enumerate(table.rows) if row[at].strip()), None)
        if number is None:
            continue
        row = table.rows[number]
        for bad in list_bad_texts(row[at]):
            changed = (*row[:at], bad.text, *row[at + 1 :])
            rows = (*table.rows[:number], changed, *table.rows[number + 1 :])
            yield Spoiled(
                f"{name} {bad.told}",
                table.write(table.header, rows),
                name,
                _show(table, row),
                _show(table, changed),
            )


def _show(table: Table, row: Sequence[str]) -> str:
    return (table.delimiter or " | ").join(row)


def _spoil_text(table: Table, good: bytes) -> Iterator[Spoiled]:
    other = _OTHER.get(table.delimiter, ";")
    lines = [other.join(row) for row in (table.header, *table.rows)]
    yield Spoiled(
        f"Cells are parted by {other!r}",
        "\r\n".join(lines).encode(),
        "file",
        _show(table, table.header),
        lines[0],
    )
    yield Spoiled(
        "A cell of the last row has a quotation mark that is not closed",
        good.rstrip(b"\r\n") + table.delimiter.encode() + b'"open\r\n',
        "file",
    )
    more = good.rstrip(b"\r\n") + f"{table.delimiter}more".encode() * 3 + b"\r\n"
    yield Spoiled("The last row has more cells than there are columns", more, "file")
