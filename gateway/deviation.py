"""Deviation: what a person decides of an answer that is further from its order than the partner's file allows."""

from msgspec.structs import replace
from sqlalchemy import Connection

from canonical.changes import find_order_line
from canonical.entities import read_json, write_json, write_plain
from canonical.erp_commands import NoteOnOrder
from canonical.order_ack import OrderAck
from canonical.tolerances import Tolerances
from gateway.apply.agreed_prices import ACCEPTED, REFUSED, REVIEW
from gateway.apply.incoming import Incoming
from gateway.apply.order_ack import apply_order_ack
from gateway.gateway import Gateway
from gateway.ledger.actions import Action, record_action
from gateway.ledger.cases import CaseRow, close_case, find_case
from gateway.ledger.documents import NewDocument, find_document, record_document
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import find_file
from gateway.ledger.findings import record_findings
from gateway.ledger.orders import find_order
from gateway.record import finish
from gateway.refused import Refusal, tell_refusal
from gateway.route import route_document
from translators.findings import Finding, has_errors

DECISION = "decision"  # the kind of the document that a person's word becomes


def accept_deviation(gateway: Gateway, case_id: int, actor: str, reason: str) -> list[Finding]:
    """Return what was found; the answer counts for its line as if it were within tolerance.

    The decision is a document of its own, so that its postings have a source. With errors nothing
    is changed.
    """
    with gateway.ledger.begin() as tx:
        case, ack = _find_answer(tx, case_id)
        incoming = _record(gateway, tx, case, ack)
        close_case(tx, case.id, actor, f"{ACCEPTED}{reason}")
        found = apply_order_ack(incoming, ack)
        if has_errors(found):
            raise LedgerError("; ".join(one.sentence for one in found if one.level == "error"))
        record_findings(tx, found, document_id=incoming.document_id)
        route_document(incoming)
        finish(incoming)
        _note_action(tx, case, actor, "accept", reason)
    return found


def refuse_deviation(gateway: Gateway, case_id: int, actor: str, reason: str) -> str:
    """Return the sentence the CM is told: what was agreed before, or ordered, still holds."""
    with gateway.ledger.begin() as tx:
        case, ack = _find_answer(tx, case_id)
        incoming = _record(gateway, tx, case, ack)
        close_case(tx, case.id, actor, f"{REFUSED}{reason}")
        said = f"order {case.po_number}, line {case.line_number}: your answer is not accepted ({reason}); what was ordered still holds, please answer again"
        tell_refusal(incoming, Refusal(case, said, incoming.places[""]))
        note = NoteOnOrder(
            po_number=case.po_number,
            line_number=case.line_number,
            partner=incoming.partner.name,
            text=f"the answer of {incoming.partner.name} was refused by {actor}: {reason}",
        )
        incoming.queue("erp", gateway.site.erp, case.po_number, write_plain(note))
        finish(incoming)
        _note_action(tx, case, actor, "refuse", reason)
    return said


def _find_answer(tx: Connection, case_id: int) -> tuple[CaseRow, OrderAck]:
    """Return the case and what the answer says of its line; raises LedgerError where there is no such."""
    case = find_case(tx, case_id)
    if case is None or case.kind != REVIEW or case.document_id is None:
        raise LedgerError(f"case {case_id} is no answer that waits for a decision")
    document, order = find_document(tx, case.document_id), find_order(tx, case.po_number)
    if document is None or order is None or document.entity != OrderAck.__name__:
        raise LedgerError(f"the answer of case {case_id} is not in the ledger any more")
    ack = read_json(OrderAck.__name__, document.content)
    lines = tuple(
        line
        for line in ack.lines  # type: ignore[attr-defined]
        if (found := find_order_line(order.entity, line.line_number, line.item))
        and found.line_number == case.line_number
    )
    status = "changed"
    return case, replace(ack, lines=lines, unmentioned="open", status=status)  # type: ignore[return-value]


def _record(gateway: Gateway, tx: Connection, case: CaseRow, ack: OrderAck) -> Incoming:
    """Return a person's decision as a document on its way into the ledger."""
    source = find_document(tx, case.document_id or 0)
    if source is None:
        raise LedgerError(f"document {case.document_id} is not in the ledger")
    document_id = record_document(
        tx,
        NewDocument(
            partner=source.partner,
            direction="in",
            kind=DECISION,
            state="mapped",
            entity=OrderAck.__name__,
            number=case.po_number,
            content=write_json(ack).decode(),
            place=source.place,
            answers=source.id,
        ),
    )
    file = find_file(tx, source.file_id) if source.file_id else None
    partner = gateway.partners.get(source.partner)
    return Incoming(
        gateway=gateway,
        tx=tx,
        document_id=document_id,
        file_name=file.name if file else "",
        partner=replace(partner, tolerances=Tolerances()),
        entity=ack,
        places={"": source.place},
    )


def _note_action(tx: Connection, case: CaseRow, actor: str, verb: str, reason: str) -> None:
    done = Action(actor=actor, verb=verb, subject=f"case {case.id}", reason=reason)
    record_action(tx, done)
