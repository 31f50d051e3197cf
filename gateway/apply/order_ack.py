"""A CM's answer: postings on the order, a confirmation for the ERP, an event."""

from canonical.answers import answer_change
from canonical.entities import write_plain
from canonical.erp_commands import ConfirmedAs, ConfirmedLine, ConfirmOrder, ScheduleLine
from canonical.events import LineBalance, OrderAcknowledged
from canonical.order_ack import OrderAck
from canonical.postings import ANSWERS, Posting, balance_of
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import PromisedDate, Quantity
from gateway.apply.incoming import Incoming
from gateway.apply.order_check import find_own_order
from gateway.apply.order_state import advance_order, list_balances, state_after_answer
from gateway.apply.remarks import findings_of, refuse
from gateway.apply.undecided import note_undecided
from gateway.ledger.commitments import post, supersede
from gateway.ledger.documents import link_orders
from gateway.ledger.expectations import meet
from translators.findings import Finding, has_errors


def apply_order_ack(incoming: Incoming, ack: OrderAck) -> list[Finding]:
    """Return what was found; a sound answer replaces earlier ones of the same lines."""
    if ack.purpose == "cancel":
        return [_refuse_cancel(incoming, ack)]
    row = find_own_order(incoming, ack.po_number)
    if isinstance(row, Finding):
        return [row]
    order = row.entity
    change = answer_change(order, ack, incoming.said)
    findings = findings_of(change.remarks)
    if has_errors(findings):
        return findings
    link_orders(incoming.tx, incoming.document_id, [order.po_number])
    for line_number in change.replaces:
        supersede(incoming.tx, order.po_number, line_number, ANSWERS, incoming.document_id)
    post(incoming.tx, change.postings, incoming.document_id)
    note_undecided(incoming, order.po_number, change)
    state = state_after_answer(row, list_balances(incoming.tx, order.po_number))
    advance_order(incoming.tx, row, state)
    meet(incoming.tx, "855", incoming.document_id, po_number=order.po_number)
    answered = [line for line in order.lines if line.line_number in change.replaces]
    postings = {
        line.line_number: incoming.list_postings(order.po_number, line.line_number)
        for line in answered
    }
    _confirm(incoming, order, ack, answered, postings)
    _tell(incoming, order, ack, answered, postings)
    return findings


def _refuse_cancel(incoming: Incoming, ack: OrderAck) -> Finding:
    """Return why a cancelled answer is not applied: which of several it takes back is not said."""
    return refuse(
        "not-yet",
        f"this cancels an answer to order {ack.po_number}, which is not done automatically",
        "send a new answer to the order: it replaces the earlier one line by line",
        incoming.places.get("", ""),
    )


def _confirm(
    incoming: Incoming,
    order: PurchaseOrder,
    ack: OrderAck,
    lines: list[OrderLine],
    postings: dict[str, list[Posting]],
) -> None:
    """Queue the ERP's confirmation: every schedule line of an answered line, absolute."""
    command = ConfirmOrder(
        po_number=order.po_number,
        partner=incoming.partner.name,
        status=ack.status,
        vendor_order_no=ack.vendor_order_no,
        acknowledged_on=ack.acknowledged_on,
        currency=ack.currency or order.currency,
        lines=tuple(
            ConfirmedLine(
                line_number=line.line_number,
                item=line.item,
                unit_price=line.unit_price,
                schedule=tuple(
                    _schedule(posting)
                    for posting in postings[line.line_number]
                    if posting.kind in ANSWERS
                ),
            )
            for line in lines
        ),
    )
    incoming.queue("erp", incoming.gateway.site.erp, order.po_number, write_plain(command))


def _schedule(posting: Posting) -> ScheduleLine:
    status: ConfirmedAs = posting.kind  # type: ignore[assignment]
    promised = (
        PromisedDate(on=posting.promised_on, means=posting.means or "other")  # type: ignore[arg-type]
        if posting.promised_on
        else None
    )
    quantity = Quantity(value=posting.quantity, unit=posting.unit)
    return ScheduleLine(
        status=status, quantity=quantity, promised=promised, reason=posting.reason or None
    )


def _tell(
    incoming: Incoming,
    order: PurchaseOrder,
    ack: OrderAck,
    lines: list[OrderLine],
    postings: dict[str, list[Posting]],
) -> None:
    event = OrderAcknowledged(
        po_number=order.po_number,
        partner=incoming.partner.name,
        status=ack.status,
        vendor_order_no=ack.vendor_order_no,
        lines=tuple(_balance(line, postings[line.line_number]) for line in lines),
    )
    incoming.queue_event("cmgateway.order.acknowledged.v1", order.po_number, write_plain(event))


def _balance(line: OrderLine, postings: list[Posting]) -> LineBalance:
    balance = balance_of(postings)
    dates = [posting.promised_on for posting in postings if posting.promised_on]
    return LineBalance(
        line_number=line.line_number,
        unit=line.ordered.unit,
        ordered=balance.ordered,
        accepted=balance.accepted,
        backordered=balance.backordered,
        rejected=balance.rejected,
        promised_on=max(dates, default=None),
    )
