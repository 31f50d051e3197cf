"""Refused: what a CM is told of an answer that a person refused, in its own format where that has one (F7)."""

from msgspec import Struct

from canonical.changes import find_order_line
from canonical.order_ack import OrderAck
from gateway.advice import advise_one
from gateway.agreed import ReadDocument
from gateway.apply.incoming import Incoming
from gateway.ledger.cases import CaseRow
from gateway.ledger.documents import DocumentRow, NewDocument, find_document, record_document
from gateway.ledger.files import find_file
from gateway.ledger.orders import find_order
from gateway.map import map_document
from gateway.read import read_file
from gateway.reply import Reply, put_answer
from gateway.sheet import MOST_BYTES, options_for
from gateway.sheet_rows import SHEETS, Judged, ending_of, has_rows, write_judged
from translators.findings import Finding

CODE = "answer-refused"
_ADVICE = "answer the line again as it was ordered, or agree another answer with the buyer"


class Refusal(Struct, frozen=True):
    """The case it is about, the sentence, and the place it stood at."""

    case: CaseRow
    sentence: str
    place: str


def tell_refusal(incoming: Incoming, refusal: Refusal) -> None:
    """Put the refusal before its CM: as an 824 where that is agreed, else in words, with his rows beside them.

    His file has its answer already; this is about one line of it.
    """
    source = find_document(incoming.tx, refusal.case.document_id or 0)
    file = find_file(incoming.tx, source.file_id) if source and source.file_id else None
    if file is None or source is None:
        return
    reply = Reply(incoming.gateway, incoming.tx, file, incoming.partner)
    finding = Finding(
        level="error",
        code=CODE,
        sentence=refusal.sentence,
        advice=_ADVICE,
        place=refusal.place,
    )
    if advise_one(reply, source, finding, incoming.document_id):
        return
    data = f"{refusal.sentence}\n\nIt stood in {file.name}.\n".encode()
    document_id = record_document(
        incoming.tx,
        NewDocument(
            partner=incoming.partner.name,
            direction="out",
            kind="text answer",
            state="applied",
            number=refusal.case.po_number,
            sha256=incoming.gateway.archive.store(data),
            answers=incoming.document_id,
        ),
    )
    name = _name_of(refusal.case)
    put_answer(reply, document_id, f"{name}.txt", data)
    sheet = _write_rows(reply, source, refusal)
    if sheet:
        put_answer(reply, document_id, f"{name}.{ending_of(sheet)}", sheet, number=2)


def _name_of(case: CaseRow) -> str:
    about = f"{case.po_number}_{case.line_number}"
    safe = "".join(char if char.isalnum() else "_" for char in about)
    return f"refused_{safe}_{case.id}"


def _write_rows(reply: Reply, source: DocumentRow, refusal: Refusal) -> bytes:
    """Return the rows of the document with what became of each; nothing where it has none."""
    if source.kind not in SHEETS or reply.file.size > MOST_BYTES:
        return b""
    data = reply.gateway.archive.load(reply.file.sha256)
    gateway = reply.gateway.for_partner(reply.partner.name)
    for part in read_file(gateway, reply.partner, reply.file.name, data):
        if not isinstance(part, ReadDocument) or part.ordinal != source.ordinal:
            continue
        if not has_rows(part.document):
            return b""
        refused = _list_places(reply, part, refusal.case)
        judged = [
            Judged(row, "refused", f"{refusal.sentence}: {_ADVICE}")
            if f"row {row.number}" in refused
            else Judged(row, "taken", "")
            for row in part.document.content
        ]
        return write_judged(judged, options_for(gateway.shelf, part), data)
    return b""


def _list_places(reply: Reply, part: ReadDocument, case: CaseRow) -> set[str]:
    """Return the rows that speak of the line a case is about."""
    mapped, order = (
        map_document(reply.gateway.for_partner(reply.partner.name).shelf, part),
        find_order(reply.tx, case.po_number),
    )
    if order is None or not isinstance(mapped.entity, OrderAck):
        return set()
    meant = [
        f"lines[{index}]"
        for index, line in enumerate(mapped.entity.lines)
        if (found := find_order_line(order.entity, line.line_number, line.item)) is not None
        and found.line_number == case.line_number
    ]
    return {
        place
        for path, place in mapped.places.items()
        if any(path == one or path.startswith(f"{one}.") for one in meant)
    }
