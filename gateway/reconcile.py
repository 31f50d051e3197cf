"""Reconcile: what partners say of what we sent, held against what we sent (B-36, B-44)."""

from dataclasses import dataclass

from sqlalchemy import Connection

from canonical.functional_ack import AckStatus, FunctionalAck, SetAck
from gateway.clock import now
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.documents import (
    DocumentRow,
    find_document,
    list_linked_orders,
    list_sent,
    list_sent_in,
    set_acknowledged,
)
from gateway.ledger.expectations import list_open, meet
from gateway.reply import Reply
from translators.findings import Finding
from translators.x12.grammar import load_codes
from translators.x12.structure import Interchange, Segment

STATES: dict[AckStatus, str] = {
    "accepted": "accepted",
    "accepted_with_errors": "accepted_with_errors",
    "partially_accepted": "partial",
    "rejected": "rejected",
    "other": "rejected",
}
_TA1_VERSION = "005010"  # whose list of notes has the meanings
_TA1_STATES = {"E": "accepted_with_errors", "R": "rejected"}
_OPEN = ("", "waiting", "overdue")


@dataclass(slots=True, frozen=True)
class Answered:
    """One document we sent and what was said of it: its state now and before, and whether in time."""

    document: DocumentRow
    state: str
    answer: SetAck | None
    is_late: bool

    @property
    def is_again(self) -> bool:
        """Return whether the same was said before."""
        return self.document.acknowledged == self.state

    @property
    def is_contradiction(self) -> bool:
        """Return whether something else was said before."""
        return self.document.acknowledged not in (*_OPEN, self.state)


def reconcile_group(tx: Connection, partner: str, ack: FunctionalAck) -> list[Answered]:
    """Return what a 997 or 999 says of each document of the group it answers; [] where none was sent.

    Sets it does not list are as the group is: accepted beside listed bad ones (B-36).
    """
    answers = {answer.control_number.strip(): answer for answer in ack.sets}
    answered = []
    for document in list_sent(tx, partner, ack.group_id, ack.group_control):
        answer = answers.get(document.set_control.strip())
        state = STATES[answer.status] if answer else _say_of_silent(ack)
        is_late = document.acknowledged == "overdue" or _is_overdue(tx, partner, document)
        answered.append(Answered(document, state, answer, is_late))
        set_acknowledged(tx, document.id, state)
    return answered


def meet_expectations(tx: Connection, answered: Answered, by: int) -> list[str]:
    """Return the orders of an answered document; what was awaited of it has come, if late."""
    numbers = list_linked_orders(tx, answered.document.id)
    for number in numbers:
        meet(tx, "997", by, po_number=number)
    return numbers


def mark_overdue(tx: Connection) -> list[DocumentRow]:
    """Return the documents whose acknowledgment is overdue by now, marked as such."""
    late = [one.document_id for one in list_open(tx, due_before=now()) if one.kind == "997"]
    rows = [find_document(tx, document_id) for document_id in dict.fromkeys(late)]
    waiting = [row for row in rows if row is not None and row.acknowledged == "waiting"]
    for row in waiting:
        set_acknowledged(tx, row.id, "overdue")
    return waiting


def reconcile_interchange(reply: Reply, interchange: Interchange) -> list[Finding]:
    """Record what TA1 segments say of interchanges we sent; return those that speak of none."""
    return [one for segment in interchange.acks for one in _reconcile_ta1(reply, segment)]


def _reconcile_ta1(reply: Reply, segment: Segment) -> list[Finding]:
    """Record the verdict; where it is no plain acceptance it becomes a case.

    What is accepted waits on: its functional acknowledgment says what became of the sets.
    """
    control = segment.element(1).strip()
    sent = list_sent_in(reply.tx, reply.partner.name, control)
    if not sent:
        sentence = f"a TA1 speaks of interchange {control[:14]}, which we never sent"
        return [_find_nothing_sent(sentence, f"TA1*{control[:14]}")]
    state = _TA1_STATES.get(segment.element(4).strip())
    if state is not None:
        for document in sent:
            set_acknowledged(reply.tx, document.id, state)
        _open_refusal(reply, segment, sent)
    return []


def _find_nothing_sent(sentence: str, place: str) -> Finding:
    advice = "ask the partner which interchange is meant; nothing was changed"
    return Finding(
        level="warning", code="ack-without-original", sentence=sentence, advice=advice, place=place
    )


def _open_refusal(reply: Reply, segment: Segment, sent: list[DocumentRow]) -> None:
    control, code = segment.element(1), segment.element(5)
    what = ", ".join(f"{one.kind} {one.number}" for one in sent)
    meaning = load_codes(_TA1_VERSION)["I18"].get(code.strip(), "")
    note = f"{code.strip()} ({meaning})" if meaning else code.strip()
    said = f"{reply.partner.name} answers our interchange {control} ({what}) with TA1 {note}"
    order = sent[0].number if len(sent) == 1 else ""
    open_case(
        reply.tx, NewCase(kind="interchange-refused", owner="ops", summary=said, po_number=order)
    )


def _say_of_silent(ack: FunctionalAck) -> str:
    return "accepted" if ack.status == "partially_accepted" else STATES[ack.status]


def _is_overdue(tx: Connection, partner: str, document: DocumentRow) -> bool:
    late = list_open(tx, due_before=now(), partner=partner)
    return any(one.document_id == document.id and one.kind == "997" for one in late)
