"""Sheet rows: the rows of a sheet beside what became of each and why, in the form its sender uses (F7)."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.told import sentence_of
from translators.document import Document
from translators.findings import Finding
from translators.mapper.read_mapping import ReadMapping
from translators.tabular.rows import ANSWER_COLUMNS, Row

SHEETS = frozenset(("csv", "tsv", "xlsx"))  # what people fill in, and can be given back


@dataclass(slots=True, frozen=True)
class Judged:
    """One row, what became of it, and why."""

    row: Row
    status: str
    reason: str


def has_rows(document: Document) -> bool:
    """Return whether the document is made of rows, of which each can be judged."""
    rows = document.content
    return isinstance(rows, list) and bool(rows) and isinstance(rows[0], Row)


def options_of(reader: ReadMapping | list[Finding]) -> Mapping[str, str]:
    """Return how a mapping says the partner writes: delimiter, encoding, rows above the header."""
    said = reader.reads if isinstance(reader, ReadMapping) else {}
    return said if isinstance(said, dict) else {}


def judge_rows(
    rows: Sequence[Row], status: str, findings: Sequence[Finding], otherwise: str = ""
) -> list[Judged]:
    """Return the rows of a document that was not taken with the reasons; `otherwise` where no error tells."""
    told = [one for one in findings if one.level == "error"]
    by_row = {f"row {row.number}" for row in rows}
    whole = [one for one in told if one.place not in by_row]
    return [Judged(row, status, _say(row, told, whole) if told else otherwise) for row in rows]


def _say(row: Row, told: Sequence[Finding], whole: Sequence[Finding]) -> str:
    """Return what speaks against a row: its own faults, those of its document, or where those stand."""
    own = [one for one in told if one.place == f"row {row.number}"]
    sentences = list(dict.fromkeys(sentence_of(one) for one in (*own, *whole)))
    if sentences:
        return "; ".join(sentences)
    places = ", ".join(dict.fromkeys(one.place for one in told))
    return f"it belongs to {places}, which must be mended"


def ending_of(sheet: bytes) -> str:
    """Return how the name of a sheet ends: as that of the file it answers."""
    return "xlsx" if sheet.startswith(b"PK") else "csv"


def _write_workbook(judged: Sequence[Judged], header: Sequence[str], sheet: str) -> bytes:
    from translators.tabular.xlsx_writer import write_sheet_rows  # noqa: PLC0415 loads openpyxl

    columns = [*header, *ANSWER_COLUMNS]
    rows = [
        dict(zip(columns, (*one.row.values.values(), one.status, one.reason), strict=True))
        for one in judged
    ]
    return write_sheet_rows(columns, rows, sheet or "Sheet1").data


def _their_header(judged: Sequence[Judged], said: Mapping[str, str], data: bytes) -> list[str]:
    """Return the headers as they stand in the file, where an alias gives a column another name."""
    header = list(judged[0].row.values)
    if not said.get("aliases"):
        return header
    from translators.tabular.options import table_options  # noqa: PLC0415 only where rows came
    from translators.tabular.rows import drop_answers  # noqa: PLC0415 as above

    known = table_options(dict(said)).aliases.keys() | set(header)
    options = table_options({**said, "aliases": ""}, known=frozenset(known))
    if said.get("format") == "xlsx":
        from translators.tabular.xlsx_reader import read_sheet_rows as read  # noqa: PLC0415 openpyxl
    else:
        from translators.tabular.csv_reader import read_rows as read  # noqa: PLC0415 loads pandas
    found = read(data, options)
    drop_answers(found)
    return list(found.header) if len(found.header) == len(header) else header


def write_judged(judged: Sequence[Judged], said: Mapping[str, str], data: bytes) -> bytes:
    """Return the sheet with a status and a reason beside each row; `data` is the file they came in."""
    header = _their_header(judged, said, data)
    if said.get("format") == "xlsx":
        return _write_workbook(judged, header, said.get("sheet", ""))
    from translators.tabular.options import table_options  # noqa: PLC0415 only where rows came

    options = table_options(dict(said))
    text = io.StringIO(newline="")
    for line in data.decode(options.encoding, "replace").splitlines()[
        : max(options.header_row, 1) - 1
    ]:
        text.write(f"{line.removeprefix(chr(0xFEFF))}\r\n")
    writer = csv.writer(
        text, delimiter=options.delimiter, quotechar=options.quote or '"', lineterminator="\r\n"
    )
    writer.writerow([*header, *ANSWER_COLUMNS])
    for one in judged:
        # Their cells go back as they came; what we add begins with a letter.
        writer.writerow([*one.row.values.values(), one.status, one.reason])
    encoding = "utf-8-sig" if options.encoding.lower() in {"utf-8", "utf8"} else options.encoding
    return text.getvalue().encode(encoding, errors="replace")
