"""Overdue: who is told of answers that are due or late, each once, and what silence comes to."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from canonical.events import AnswerDueSoon, AnswerOverdue
from canonical.postings import NO_ANSWER, Posting
from canonical.shared import Entity
from gateway.apply.incoming import Incoming
from gateway.apply.order_state import list_balances
from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.cases import CaseRow, NewCase, hand_over, list_cases, open_case
from gateway.ledger.commitments import post
from gateway.ledger.documents import NewDocument, link_orders, record_document
from gateway.ledger.events import in_utc, queue_event
from gateway.ledger.expectations import ExpectationRow, list_open, list_to_warn, note
from gateway.ledger.locks import hold
from gateway.ledger.orders import find_order
from gateway.ledger.progress import deliver_document
from gateway.partners import Partner, PartnerError
from gateway.partners.partner import EscalationStep
from gateway.partners.working_time import add_working_time
from gateway.remind import complain, remind
from gateway.route import route_order

MOST_CASES = 100_000


def remind_partners(gateway: Gateway, tx: Connection) -> None:
    """Tell partners of answers that are due soon, at most once each."""
    for row in list_to_warn(tx, now()):
        partner = _find(gateway, row.partner)
        if partner is None:
            continue  # as soon as its file is mended
        remind(gateway, tx, partner, row)
        note(tx, row.id, warned_at=now())
        queue_event(tx, AnswerDueSoon(**_told(row)), f"answer-{row.id}-due-soon", row.po_number)


def pursue_overdue(gateway: Gateway, tx: Connection) -> list[str]:
    """Return the sentences of answers that are overdue; a new one is a case, an old one goes up.

    What a person has closed is not said any more.
    """
    sentences = []
    for row in list_open(tx, due_before=now()):
        partner = _find(gateway, row.partner)
        if row.overdue_at is None:
            _open(gateway, tx, partner, row)
        case = _find_case(tx, row)
        if case is not None:
            sentences.append(case.summary)
        if partner is not None:
            _escalate(gateway, tx, partner, row, case)
    return sentences


def _open(gateway: Gateway, tx: Connection, partner: Partner | None, row: ExpectationRow) -> None:
    case = NewCase(
        kind=f"overdue-{row.kind}",
        owner="ops" if row.kind == "997" else "buyer",
        summary=f"{row.partner} owes the {row.kind} of order {row.po_number} since {row.due_at:%Y-%m-%d %H:%M} UTC",
        po_number=row.po_number,
    )
    open_case(tx, case)
    note(tx, row.id, overdue_at=now())
    refuses = partner is not None and partner.expectations.silence_refuses and row.kind == "855"
    overdue = AnswerOverdue(**_told(row), counts_as_refusal=refuses)
    queue_event(tx, overdue, f"answer-{row.id}-overdue", row.po_number)
    if refuses and partner is not None:
        refuse_unanswered(gateway, tx, partner, row)


def _escalate(
    gateway: Gateway,
    tx: Connection,
    partner: Partner,
    row: ExpectationRow,
    case: CaseRow | None,
) -> None:
    """Take the next step that is due; a case that somebody closed goes no further."""
    if row.step >= len(partner.escalation):
        return
    step = partner.escalation[row.step]
    if now() < add_working_time(partner.calendar, row.due_at, step.after_hours):
        return
    if case is not None:
        _take_step(gateway, tx, partner, row, (step, case))
    note(tx, row.id, step=row.step + 1)


def _take_step(
    gateway: Gateway,
    tx: Connection,
    partner: Partner,
    row: ExpectationRow,
    what: tuple[EscalationStep, CaseRow],
) -> None:
    step, case = what
    if step.tell:
        complain(gateway, tx, partner, row, step.tell)
    if step.owner and step.owner != case.owner:
        hand_over(tx, case, step.owner)


def refuse_unanswered(
    gateway: Gateway, tx: Connection, partner: Partner, row: ExpectationRow
) -> int:
    """Return how many lines of an order are taken as refused, since nobody answered them in time.

    The refusals are postings of a document of their own and are routed as any other; an answer
    that comes after all replaces them line by line, as it replaces an earlier answer.
    """
    hold(tx, f"order {row.po_number}")
    order = find_order(tx, row.po_number)
    if order is None:
        return 0
    refused = list(_list_refused(tx, partner, row))
    if not refused:
        return 0
    document_id = record_document(
        tx,
        NewDocument(
            partner=partner.name,
            direction="in",
            kind="silence",
            state="routed",
            number=row.po_number,
            answers=row.document_id,
            reason=refused[0].place,
        ),
    )
    link_orders(tx, document_id, [row.po_number])
    post(tx, refused, document_id)
    incoming = Incoming(
        gateway=gateway,
        tx=tx,
        document_id=document_id,
        file_name=refused[0].place,
        partner=partner,
        entity=Entity(),
        places={},
    )
    route_order(incoming, row.po_number)
    deliver_document(tx, document_id)
    return len(refused)


def _list_refused(tx: Connection, partner: Partner, row: ExpectationRow) -> Iterator[Posting]:
    order = find_order(tx, row.po_number)
    units = {line.line_number: line.ordered.unit for line in order.entity.lines} if order else {}
    for line_number, balance in list_balances(tx, row.po_number).items():
        if balance.open > 0:
            yield Posting(
                po_number=row.po_number,
                line_number=line_number,
                kind="rejected",
                quantity=balance.open,
                unit=units.get(line_number, ""),
                reason=NO_ANSWER,
                partner=partner.name,
                place=f"no 855 by {row.due_at:%Y-%m-%d %H:%M} UTC",
            )


def _find(gateway: Gateway, name: str) -> Partner | None:
    try:
        return gateway.partners.get(name)
    except PartnerError:
        return None


def _find_case(tx: Connection, row: ExpectationRow) -> CaseRow | None:
    cases = list_cases(tx, po_number=row.po_number, limit=MOST_CASES)
    return next((one for one in cases if one.kind == f"overdue-{row.kind}"), None)


def _told(row: ExpectationRow) -> dict[str, Any]:
    return {
        "po_number": row.po_number,
        "partner": row.partner,
        "awaited": row.kind,
        "due_at": in_utc(row.due_at),
    }
