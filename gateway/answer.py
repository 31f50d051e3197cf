"""Answer: every file gets one its sender can act on, in the sender's own format (never silent)."""

from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.control_numbers import draw_control_number
from gateway.ledger.documents import (
    DocumentQuery,
    NewDocument,
    find_document_at,
    list_documents,
    list_findings,
    record_document,
)
from gateway.ledger.effects import NewEffect, queue_effect
from gateway.ledger.files import FileRow
from gateway.partners import Partner
from translators.x12.acknowledge import (
    Numbers,
    list_batches,
    needs_ta1,
    write_acknowledgment,
)
from translators.x12.structure import Interchange

log = structlog.get_logger()

TEXT_ANSWER = -1  # ordinals of answers are negative: see docs/decisions/0003


@dataclass(slots=True, frozen=True)
class Reply:
    """To which file of which partner an answer is due, in one transaction."""

    gateway: Gateway
    tx: Connection
    file: FileRow
    partner: Partner


def answer_interchange(reply: Reply, interchange: Interchange, *, rejected: bool = False) -> None:
    """Queue the TA1 and 997 that are due for an interchange, once however often the file is run."""
    if reply.partner.acknowledgments.functional == "none" or not interchange.header:
        return
    ordinal = TEXT_ANSWER - interchange.ordinal
    if find_document_at(reply.tx, reply.file.id, ordinal) is not None:
        return
    if not needs_ta1(interchange, rejected) and not list_batches(interchange.groups):
        return
    numbers = _draw(reply, interchange)
    data, found = write_acknowledgment(
        interchange, interchange.groups, numbers, now(), rejected=rejected
    )
    if not data:
        log.error("no acknowledgment", file=reply.file.name, why=[str(one) for one in found])
        return
    version = interchange.groups[0].header.element(8) if interchange.groups else ""
    document_id = record_document(
        reply.tx,
        NewDocument(
            partner=reply.partner.name,
            direction="out",
            kind=f"x12 997 {version[:6]}".strip(),
            state="applied",
            ordinal=ordinal,
            file_id=reply.file.id,
            entity="FunctionalAck",
            number=interchange.header.element(13).strip(),
            interchange_control=f"{numbers.interchange:09d}",
            group_control=str(numbers.group),
            group_id="FA",
            sha256=reply.gateway.archive.store(data),
        ),
    )
    name = f"997_{interchange.header.element(13).strip()}_{numbers.interchange:09d}.edi"
    _put(reply, document_id, name, data)


def _draw(reply: Reply, interchange: Interchange) -> Numbers:
    us, them, usage = (interchange.header.element(at).strip() for at in (8, 6, 15))
    key = (us[:40], them[:40], usage[:1] or "P")
    batches = max(len(list_batches(interchange.groups)), 1)
    drawn = [draw_control_number(reply.tx, *key, "group") for _ in range(batches)]
    return Numbers(draw_control_number(reply.tx, *key, "interchange"), drawn[0])


def answer_in_words(reply: Reply) -> None:
    """Queue a text that says which documents of a file were not taken, why, and what to do.

    A partner who gets 997s reads there what could not be read; this tells what could be read and
    not be used. It is written again when a rerun leaves other documents parked.
    """
    functional = reply.partner.acknowledgments.functional != "none"
    query = DocumentQuery(file_id=reply.file.id, direction="in", state="parked")
    parked = [
        row
        for row in list_documents(reply.tx, query, limit=1000)
        if not (functional and _is_told(reply, row.id))
    ]
    if reply.partner.role == "erp" or (functional and not parked):
        return
    if find_document_at(reply.tx, reply.file.id, TEXT_ANSWER) is not None:
        return
    data = _write_words(reply, [row.id for row in reversed(parked)]).encode("utf-8-sig")
    document_id = record_document(
        reply.tx,
        NewDocument(
            partner=reply.partner.name,
            direction="out",
            kind="text answer",
            state="applied",
            ordinal=TEXT_ANSWER,
            file_id=reply.file.id,
            number=reply.file.name[:80],
            sha256=reply.gateway.archive.store(data),
        ),
    )
    _put(reply, document_id, f"{reply.file.name}.answer.txt", data)


def _is_told(reply: Reply, document_id: int) -> bool:
    """Return whether the 997 rejects the set already, with its segments and elements."""
    rows = list_findings(reply.tx, document_id=document_id)
    return any(row.level == "error" and row.finding.x12 is not None for row in rows)


def _write_words(reply: Reply, parked: list[int]) -> str:
    company, file = reply.gateway.site.company, reply.file
    at = f"{file.received_at:%Y-%m-%d %H:%M} UTC"
    if not parked:
        return f"{company} took all of {file.name}, received {at}.\r\n"
    lines = [f"{company} could not use all of {file.name}, received {at}.", ""]
    for document_id in parked:
        for row in list_findings(reply.tx, document_id=document_id):
            if row.level != "note":
                where = f"{row.finding.place}: " if row.finding.place else ""
                lines.append(f"- {where}{row.sentence}")
                if row.finding.advice:
                    lines.append(f"  what to do: {row.finding.advice}")
    return "\r\n".join([*lines, "", "Correct it and send the file again.", ""])


def _put(reply: Reply, document_id: int, name: str, data: bytes) -> None:
    channels = reply.partner.channels.leaving
    if not channels:
        return
    effect = NewEffect(
        document_id=document_id,
        number=1,
        kind="put",
        target=reply.partner.name,
        payload={
            "channel": channels[0].name,
            "name": name,
            "sha256": reply.gateway.archive.store(data),
        },
    )
    queue_effect(reply.tx, effect)
