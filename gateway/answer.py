"""Answer: every file gets one its sender can act on, in the sender's own format (never silent)."""

from gateway.advice import can_advise, queue_824
from gateway.arrivals import record_around, record_arrival
from gateway.clock import now
from gateway.due import choose_functional, is_due, write_due
from gateway.ledger.control_numbers import draw_control_number
from gateway.ledger.documents import (
    DocumentQuery,
    DocumentRow,
    NewDocument,
    find_document_at,
    list_documents,
    record_document,
)
from gateway.ledger.findings import list_findings
from gateway.ledger.states import HELD
from gateway.reconcile import reconcile_interchange
from gateway.reply import TEXT_ANSWER, Reply, put_answer
from gateway.sheet import write_sheet
from gateway.sheet_rows import ending_of
from gateway.words import write_words
from translators.findings import Finding
from translators.x12.acknowledge import Numbers, list_batches
from translators.x12.functional import choose_style
from translators.x12.structure import Interchange

TEXT = "text answer"
TEXT_AGAIN = -1_000_000  # ordinals of texts after the first lie below those of interchanges
MOST_DOCUMENTS = 1_000_000


def answer_interchange(reply: Reply, interchange: Interchange, *, rejected: bool = False) -> None:
    """Queue the TA1 and 997 or 999 that are due for an interchange, once however often the file is run."""
    rejected = record_arrival(reply, interchange) or rejected
    record_around(reply, reconcile_interchange(reply, interchange))
    ordinal = TEXT_ANSWER - interchange.ordinal
    if find_document_at(reply.tx, reply.file.id, ordinal) is not None:
        return
    if not is_due(reply.partner, interchange, rejected=rejected):
        return
    interchange.answered_as = _find_usage(reply, interchange)
    numbers = _draw(reply, interchange)
    data, found = write_due(reply.partner, interchange, numbers, now(), rejected=rejected)
    if data:
        _queue(reply, interchange, numbers, data)
    else:  # then it is told in words
        record_around(reply, [_find_no_acknowledgment(one) for one in found])


def _find_usage(reply: Reply, interchange: Interchange) -> str:
    """Return T where all documents were read by mappings at stage test: so is what answers them."""
    published = reply.gateway.versions.of(reply.partner.name)
    tested = {mapping for mapping, one in published.items() if one.is_in_test}
    if not tested:
        return ""
    control = interchange.header.element(13).strip()
    query = DocumentQuery(file_id=reply.file.id, direction="in")
    rows = list_documents(reply.tx, query, limit=MOST_DOCUMENTS)
    own = [row for row in rows if row.interchange_control == control[:14]]
    return "T" if own and all(row.mapping in tested for row in own) else ""


def _queue(reply: Reply, interchange: Interchange, numbers: Numbers, data: bytes) -> None:
    version = interchange.groups[0].header.element(8) if interchange.groups else ""
    set_id = choose_style(choose_functional(reply.partner), version[:6]).set_id
    answered = interchange.header.element(13).strip()
    document_id = record_document(
        reply.tx,
        NewDocument(
            partner=reply.partner.name,
            direction="out",
            kind=f"x12 {set_id} {version[:6]}".strip(),
            state="applied",
            ordinal=TEXT_ANSWER - interchange.ordinal,
            file_id=reply.file.id,
            entity="FunctionalAck",
            number=answered,
            interchange_control=f"{numbers.interchange:09d}",
            group_control=str(numbers.group),
            group_id="FA",
            sha256=reply.gateway.archive.store(data),
        ),
    )
    put_answer(reply, document_id, f"{set_id}_{answered}_{numbers.interchange:09d}.edi", data)


def _find_no_acknowledgment(why: Finding) -> Finding:
    """Return what keeps us from writing back to the ids a sender gave itself."""
    return Finding(
        level="error",
        code="no-acknowledgment",
        sentence=f"no 997 can be addressed to the sender: {why.sentence}",
        advice="send ids that an ISA and a GS can hold",
        place=why.place,
    )


def _draw(reply: Reply, interchange: Interchange) -> Numbers:
    us, them = (interchange.header.element(at).strip() for at in (8, 6))
    key = (us[:40], them[:40], interchange.usage[:1] or "P")
    batches = max(len(list_batches(interchange.groups)), 1)
    drawn = [draw_control_number(reply.tx, *key, "group") for _ in range(batches)]
    return Numbers(draw_control_number(reply.tx, *key, "interchange"), drawn[0])


def answer_business(reply: Reply) -> None:
    """Queue what tells which documents of a file were not taken, why, and what to do.

    A partner who gets 997s reads there what could not be read; this tells what could be read and
    not be used: as an 824 where the partner wants one and the documents are X12, else as a text. It
    is written again when a rerun came to something else.
    """
    wanted = reply.partner.acknowledgments.business
    functional = reply.partner.acknowledgments.functional != "none"
    answered = functional and _has_acknowledgment(reply)
    parked = [row for row in _list_held(reply) if not (answered and _is_told(reply, row.id))]
    around = [] if answered else _list_around(reply)
    before = _find_last_text(reply)
    is_due = bool(parked or around) or not functional or before is not None
    if reply.partner.role == "erp" or wanted == "none" or not is_due:
        return
    is_advised = wanted == "824" and parked and can_advise(reply.partner, parked)
    if is_advised and before is None and queue_824(reply, parked):
        return
    sheet = write_sheet(reply) if parked else b""
    words = write_words(reply, parked, around, has_sheet=bool(sheet))
    _answer_in_words(reply, words, before, sheet)


def _list_held(reply: Reply) -> list[DocumentRow]:
    """Return the documents of the file that a person has to look at, in their order."""
    held = [
        row
        for state in HELD
        for row in list_documents(
            reply.tx,
            DocumentQuery(file_id=reply.file.id, direction="in", state=state),
            limit=MOST_DOCUMENTS,
        )
    ]
    return sorted(held, key=lambda row: row.id)


def _has_acknowledgment(reply: Reply) -> bool:
    """Return whether a TA1, 997 or 999 answers the file."""
    query = DocumentQuery(file_id=reply.file.id, direction="out", entity="FunctionalAck")
    return bool(list_documents(reply.tx, query, limit=1))


def _list_around(reply: Reply) -> list[Finding]:
    """Return the errors found around the documents of the file."""
    rows = list_findings(reply.tx, file_id=reply.file.id)
    return [row.finding for row in rows if row.document_id is None and row.level == "error"]


def _find_last_text(reply: Reply) -> DocumentRow | None:
    query = DocumentQuery(file_id=reply.file.id, direction="out")
    rows = list_documents(reply.tx, query, limit=MOST_DOCUMENTS)
    return next((row for row in rows if row.kind == TEXT), None)


def _answer_in_words(reply: Reply, words: str, before: DocumentRow | None, sheet: bytes) -> None:
    data = words.encode("utf-8-sig")
    sha256 = reply.gateway.archive.store(data)
    if before is not None and before.sha256 == sha256:
        return
    again = 0 if before is None else max(TEXT_AGAIN - before.ordinal, 0) + 1
    document_id = record_document(
        reply.tx,
        NewDocument(
            partner=reply.partner.name,
            direction="out",
            kind=TEXT,
            state="applied",
            ordinal=TEXT_AGAIN - again if again else TEXT_ANSWER,
            file_id=reply.file.id,
            number=reply.file.name[:80],
            sha256=sha256,
        ),
    )
    suffix = f".answer-{again + 1}" if again else ".answer"
    put_answer(reply, document_id, f"{reply.file.name}{suffix}.txt", data)
    if sheet:
        put_answer(
            reply, document_id, f"{reply.file.name}{suffix}.{ending_of(sheet)}", sheet, number=2
        )


def _is_told(reply: Reply, document_id: int) -> bool:
    """Return whether the 997 rejects the set already, with its segments and elements."""
    rows = list_findings(reply.tx, document_id=document_id)
    return any(row.level == "error" and row.finding.x12 is not None for row in rows)
