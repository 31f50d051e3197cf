"""Sheet: the rows a CM sent, back with what became of each and why, to be mended and sent again (F7)."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.ledger.documents import DocumentQuery, DocumentRow, list_documents, list_findings
from gateway.read import ReadDocument, read_file
from gateway.reply import Reply
from gateway.words import OURS
from translators.findings import Finding
from translators.mapper.read_mapping import ReadMapping
from translators.tabular.rows import ANSWER_COLUMNS, Row

MOST_ROWS = 100_000
MOST_BYTES = 20_000_000  # of a larger one only the words are sent
TAKEN = {
    "parked": "not taken",
    "quarantined": "not taken",
    "duplicate": "known already",
    "ignored": "read only",
}


@dataclass(slots=True, frozen=True)
class Judged:
    """One row, what became of it, and why."""

    row: Row
    status: str
    reason: str


def write_sheet(reply: Reply) -> bytes:
    """Return the sheet with a status and a reason beside each row; nothing where a file has no rows."""
    query = DocumentQuery(file_id=reply.file.id, direction="in")
    known = {one.ordinal: one for one in list_documents(reply.tx, query, limit=MOST_ROWS)}
    if reply.file.size > MOST_BYTES:
        return b""
    if not any(row.kind in {"csv", "tsv", "xlsx"} for row in known.values()):
        return b""
    data = reply.gateway.archive.load(reply.file.sha256)
    judged: list[Judged] = []
    said: Mapping[str, str] = {}
    for part in read_file(reply.gateway, reply.partner, reply.file.name, data):
        if isinstance(part, ReadDocument) and _has_rows(part) and part.ordinal in known:
            said = said or _read_options(reply, part)
            judged += _judge(reply, known[part.ordinal], part.document.content)
    judged.sort(key=lambda one: one.row.number)
    return _write(judged[:MOST_ROWS], said, data) if judged else b""


def _has_rows(part: ReadDocument) -> bool:
    rows = part.document.content
    return isinstance(rows, list) and bool(rows) and isinstance(rows[0], Row)


def _read_options(reply: Reply, part: ReadDocument) -> Mapping[str, str]:
    """Return how the mapping says the partner writes: delimiter, encoding, rows above the header."""
    mapping = part.agreement.mapping if part.agreement else ""
    reader = reply.gateway.shelf.find_reader(mapping)
    said = reader.reads if isinstance(reader, ReadMapping) else {}
    return said if isinstance(said, dict) else {}


def _judge(reply: Reply, document: DocumentRow, rows: Sequence[Row]) -> list[Judged]:
    status = TAKEN.get(document.state, "taken")
    if status == "taken":
        return [Judged(row, status, "") for row in rows]
    found = [one.finding for one in list_findings(reply.tx, document_id=document.id)]
    told = [one for one in found if one.level == "error"]
    by_row = {f"row {row.number}": row for row in rows}
    whole = [one for one in told if one.place not in by_row]
    return [
        Judged(row, status, _say(row, told, whole) if told else document.reason) for row in rows
    ]


def _say(row: Row, told: Sequence[Finding], whole: Sequence[Finding]) -> str:
    """Return what speaks against a row: its own faults, those of its document, or where those stand."""
    own = [one for one in told if one.place == f"row {row.number}"]
    sentences = list(dict.fromkeys(_sentence(one) for one in (*own, *whole)))
    if sentences:
        return "; ".join(sentences)
    places = ", ".join(dict.fromkeys(one.place for one in told))
    return f"it belongs to {places}, which must be mended"


def _sentence(finding: Finding) -> str:
    if finding.audience == "ops":
        return OURS
    return f"{finding.sentence}: {finding.advice}" if finding.advice else finding.sentence


def ending_of(sheet: bytes) -> str:
    """Return how the name of a sheet ends: as that of the file it answers."""
    return "xlsx" if sheet.startswith(b"PK") else "csv"


def _write_workbook(judged: Sequence[Judged], sheet: str) -> bytes:
    from translators.tabular.xlsx_writer import write_sheet_rows  # noqa: PLC0415 loads openpyxl

    rows = [
        {**one.row.values, **dict(zip(ANSWER_COLUMNS, (one.status, one.reason), strict=True))}
        for one in judged
    ]
    columns = [*judged[0].row.values, *ANSWER_COLUMNS]
    return write_sheet_rows(columns, rows, sheet or "Sheet1").data


def _write(judged: Sequence[Judged], said: Mapping[str, str], data: bytes) -> bytes:
    if said.get("format") == "xlsx":
        return _write_workbook(judged, said.get("sheet", ""))
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
    header = list(judged[0].row.values)
    writer.writerow([*header, *ANSWER_COLUMNS])
    for one in judged:
        # Their cells go back as they came; what we add begins with a letter.
        writer.writerow([*one.row.values.values(), one.status, one.reason])
    encoding = "utf-8-sig" if options.encoding.lower() in {"utf-8", "utf8"} else options.encoding
    return text.getvalue().encode(encoding, errors="replace")
