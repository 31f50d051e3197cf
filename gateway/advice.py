"""Advice: the 824 that tells a partner which X12 documents could be read and not be used (B-42)."""

from collections.abc import Sequence

import structlog
from msgspec.structs import replace

from gateway.clock import now
from gateway.ledger.control_numbers import draw_control_number
from gateway.ledger.documents import DocumentRow, NewDocument, record_document
from gateway.ledger.findings import list_findings
from gateway.partners import Partner
from gateway.reply import TEXT_ANSWER, Reply, put_answer
from translators.findings import Finding
from translators.x12.advice import Refusal, list_versions_of, write_824
from translators.x12.writer import OutEnvelope

log = structlog.get_logger()

_ANSWERS = frozenset(("FA", "AG"))  # groups of answers, which are never answered (B-33)


def can_advise(partner: Partner, documents: Sequence[DocumentRow]) -> bool:
    """Return whether an 824 can name all of them and be addressed."""
    is_known = partner.us.x12 is not None and partner.identities.x12 is not None
    return is_known and all(
        row.kind.startswith("x12 ") and row.group_id not in _ANSWERS for row in documents
    )


def queue_824(reply: Reply, documents: Sequence[DocumentRow]) -> bool:
    """Return whether the 824 was queued; its findings are logged where it could not be written."""
    refusals = [_refuse(reply, row) for row in documents]
    about = NewDocument(
        partner=reply.partner.name,
        direction="out",
        kind="",
        state="applied",
        ordinal=TEXT_ANSWER,
        file_id=reply.file.id,
        number=reply.file.name[:80],
    )
    return _queue(reply, refusals, about, documents[0].usage or "P")


def advise_one(reply: Reply, document: DocumentRow, finding: Finding, decision_id: int) -> bool:
    """Return whether an 824 tells what a person decided of a document; only where one is agreed."""
    is_agreed = reply.partner.acknowledgments.business == "824"
    if not is_agreed or not can_advise(reply.partner, [document]):
        return False
    _, set_id, version = [*document.kind.split(" "), "", ""][:3]
    numbers = (document.group_control, document.set_control, document.number)
    about = NewDocument(
        partner=reply.partner.name,
        direction="out",
        kind="",
        state="applied",
        number=document.number,
        answers=decision_id,
    )
    refusal = Refusal(set_id, version, *numbers, [finding])
    return _queue(reply, [refusal], about, document.usage or "P")


def _queue(reply: Reply, refusals: Sequence[Refusal], about: NewDocument, usage: str) -> bool:
    envelope = _address(reply, refusals, usage)
    if envelope is None:
        return False
    marks = reply.partner.delimiters.to_x12()
    data, found = write_824(refusals, envelope, marks, now())
    if not data:
        log.error("no 824", file=reply.file.name, why=[str(one) for one in found])
        return False
    control = f"{envelope.interchange_control:09d}"
    new = replace(
        about,
        kind=f"x12 824 {envelope.version}",
        entity="ApplicationAdvice",
        interchange_control=control,
        group_control=str(envelope.group_control),
        group_id="AG",
        sha256=reply.gateway.archive.store(data),
    )
    put_answer(reply, record_document(reply.tx, new), f"824_{control}.edi", data)
    return True


def _refuse(reply: Reply, row: DocumentRow) -> Refusal:
    _, set_id, version = [*row.kind.split(" "), "", ""][:3]
    findings = [one.finding for one in list_findings(reply.tx, document_id=row.id)]
    return Refusal(set_id, version, row.group_control, row.set_control, row.number, findings)


def _address(reply: Reply, refusals: Sequence[Refusal], usage: str) -> OutEnvelope | None:
    us, them = reply.partner.us.x12, reply.partner.identities.x12
    if us is None or them is None:
        return None
    versions = list_versions_of(refusals)
    key = (us.id, them.id, usage)
    groups = [draw_control_number(reply.tx, *key, "group") for _ in versions]
    return OutEnvelope(
        sender_qualifier=us.qualifier,
        sender=us.id,
        receiver_qualifier=them.qualifier,
        receiver=them.id,
        group_id="AG",
        interchange_control=draw_control_number(reply.tx, *key, "interchange"),
        group_control=groups[0],
        version=versions[0],
        group_sender=us.group_id,
        group_receiver=them.group_id,
        usage=usage,
    )
