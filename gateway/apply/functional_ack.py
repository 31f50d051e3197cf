"""A 997: what became of the documents we sent (B-36, B-44)."""

from canonical.functional_ack import AckStatus, FunctionalAck, SetAck
from gateway.apply.incoming import Incoming
from gateway.apply.remarks import refuse
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.documents import (
    DocumentRow,
    link_orders,
    list_linked_orders,
    list_sent,
    set_acknowledged,
)
from gateway.ledger.expectations import meet
from translators.findings import Finding

_STATES: dict[AckStatus, str] = {
    "accepted": "accepted",
    "accepted_with_errors": "accepted_with_errors",
    "partially_accepted": "partial",
    "rejected": "rejected",
    "other": "rejected",
}


def apply_functional_ack(incoming: Incoming, ack: FunctionalAck) -> list[Finding]:
    """Return what was found; every document of the group we sent learns its answer."""
    sent = list_sent(incoming.tx, incoming.partner.name, ack.group_id, ack.group_control)
    if not sent:
        sentence = (
            f"{ack.group_id} group {ack.group_control} was never sent to {incoming.partner.name}"
        )
        advice = "ask the partner which file is meant; nothing was changed"
        return [refuse("nothing-sent", sentence, advice, incoming.places.get("", ""))]
    answers = {answer.control_number.strip(): answer for answer in ack.sets}
    findings: list[Finding] = []
    orders: list[str] = []
    for document in sent:
        answer = answers.get(document.set_control.strip())
        state = _STATES[answer.status] if answer else _silent(ack)
        set_acknowledged(incoming.tx, document.id, state)
        numbers = list_linked_orders(incoming.tx, document.id)
        orders += numbers
        for number in numbers:
            meet(incoming.tx, "997", incoming.document_id, po_number=number)
        if state in {"rejected", "accepted_with_errors"}:
            findings.append(_complain(incoming, document, answer, state))
    link_orders(incoming.tx, incoming.document_id, orders)
    return findings


def _silent(ack: FunctionalAck) -> str:
    """Return the state of a set the 997 does not list: the group's, or good beside listed bad ones."""
    if ack.status == "partially_accepted":
        return "accepted"
    return _STATES[ack.status]


def _complain(
    incoming: Incoming, document: DocumentRow, answer: SetAck | None, state: str
) -> Finding:
    faults = [
        f"{error.segment} (segment {error.ordinal})"
        + (f" element {error.element} holds '{error.value}'" if error.element else "")
        for error in (answer.errors if answer else ())
    ]
    what = "; ".join(faults) or "without saying where"
    sentence = (
        f"{incoming.partner.name} could not read our {document.kind} {document.number}: {what}"
    )
    if state == "rejected":
        open_case(
            incoming.tx,
            NewCase(
                kind="rejected-by-partner",
                owner="ops",
                summary=sentence,
                po_number=document.number,
                document_id=incoming.document_id,
            ),
        )
    return Finding(
        level="warning",
        code="rejected-by-partner",
        sentence=sentence,
        advice="mend the outbound mapping, then send the order again",
        place=incoming.places.get("", ""),
    )
