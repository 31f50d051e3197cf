"""Sheet: the rows a CM sent, back with what became of each and why, to be mended and sent again (F7)."""

from collections.abc import Mapping, Sequence

from gateway.agreed import ReadDocument
from gateway.ledger.documents import DocumentQuery, DocumentRow, list_documents
from gateway.ledger.findings import list_findings
from gateway.read import read_file
from gateway.reply import Reply
from gateway.sheet_rows import SHEETS, Judged, has_rows, judge_rows, options_of, write_judged
from gateway.shelf import Shelf
from translators.tabular.rows import Row

MOST_ROWS = 100_000
MOST_BYTES = 20_000_000  # of a larger one only the words are sent
TAKEN = {
    "parked": "not taken",
    "quarantined": "not taken",
    "duplicate": "known already",
    "ignored": "read only",
}


def write_sheet(reply: Reply) -> bytes:
    """Return the sheet with a status and a reason beside each row; nothing where a file has no rows."""
    query = DocumentQuery(file_id=reply.file.id, direction="in")
    known = {one.ordinal: one for one in list_documents(reply.tx, query, limit=MOST_ROWS)}
    if reply.file.size > MOST_BYTES:
        return b""
    if not any(row.kind in SHEETS for row in known.values()):
        return b""
    data = reply.gateway.archive.load(reply.file.sha256)
    judged: list[Judged] = []
    said: Mapping[str, str] = {}
    gateway = reply.gateway.for_partner(reply.partner.name)
    for part in read_file(gateway, reply.partner, reply.file.name, data):
        if isinstance(part, ReadDocument) and has_rows(part.document) and part.ordinal in known:
            said = said or options_for(gateway.shelf, part)
            judged += _judge(reply, known[part.ordinal], part.document.content)
    judged.sort(key=lambda one: one.row.number)
    return write_judged(judged[:MOST_ROWS], said, data) if judged else b""


def options_for(shelf: Shelf, part: ReadDocument) -> Mapping[str, str]:
    """Return how the partner writes his sheet, by the mapping it is read with."""
    mapping = part.agreement.mapping if part.agreement else ""
    return options_of(shelf.find_reader(mapping))


def _judge(reply: Reply, document: DocumentRow, rows: Sequence[Row]) -> list[Judged]:
    status = TAKEN.get(document.state, "taken")
    if status == "taken":
        return [Judged(row, status, "") for row in rows]
    found = [one.finding for one in list_findings(reply.tx, document_id=document.id)]
    return judge_rows(rows, status, found, document.reason)
