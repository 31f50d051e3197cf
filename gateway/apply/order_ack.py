"""A CM's answer: postings on the order, a confirmation for the ERP, an event."""

from decimal import Decimal

from msgspec.structs import replace

from canonical.answers import answer_change
from canonical.changes import Change, find_order_line
from canonical.entities import write_plain
from canonical.erp_commands import ConfirmedAs, ConfirmedLine, ConfirmOrder, ScheduleLine
from canonical.events import LineBalance, OrderAcknowledged
from canonical.order_ack import OrderAck
from canonical.order_changes import is_cancelled
from canonical.packs import ack_in_order_units
from canonical.postings import ANSWERS, Posting, balance_of
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import PromisedDate, Quantity
from gateway.apply.agreed_prices import list_agreed_prices
from gateway.apply.change_answer import hear_changes, record_heard, tell_late
from gateway.apply.incoming import Incoming
from gateway.apply.line_ledger import LineLedger, open_line_ledger
from gateway.apply.older_answer import without_older
from gateway.apply.order_check import find_own_order
from gateway.apply.order_state import advance_order, state_after_answer
from gateway.apply.remarks import findings_of, refuse
from gateway.apply.slips import tell_slips
from gateway.apply.undecided import note_undecided
from gateway.ledger.documents import link_orders
from gateway.ledger.expectations import meet
from gateway.ledger.orders import OrderRow
from translators.findings import Finding, has_errors


def apply_order_ack(incoming: Incoming, ack: OrderAck) -> list[Finding]:
    """Return what was found; a sound answer replaces earlier ones of the same lines."""
    if ack.purpose == "cancel":
        return [_refuse_cancel(incoming, ack)]
    row = find_own_order(incoming, ack.po_number)
    if isinstance(row, Finding):
        return [row]
    ack = _in_order_units(incoming, row.entity, ack)
    ledger = open_line_ledger(incoming, row.po_number)
    fresh, findings = without_older(incoming, ledger, row.entity, ack)
    heard = hear_changes(incoming, row, ledger, fresh) if fresh is not None else None
    if heard is None or heard.ack is None:
        link_orders(incoming.tx, incoming.document_id, [row.po_number])
        return findings if heard is None else [*findings, tell_late(incoming, ack)]
    agreed = list_agreed_prices(incoming, heard.order, heard.ack)
    change = answer_change(heard.order, heard.ack, replace(incoming.said, agreed_prices=agreed))
    findings += findings_of(change.remarks)
    if has_errors(findings):
        return findings
    before = ledger.promises()
    findings += record_heard(incoming, row, ledger, heard)
    _post(incoming, row, ledger, change)
    # A later day in an answer to a change may be the one we asked for.
    if before and not heard.meant:
        findings += tell_slips(incoming, row.po_number, before, ledger.promises())
    spoken = heard.cancelled.union(change.replaces)
    answered = [line for line in heard.order.lines if line.line_number in spoken]
    if answered or ack.about == "order":
        _confirm(incoming, heard.order, ack, answered, ledger)
        _tell(incoming, heard.order, ack, answered, ledger)
    return findings


def _in_order_units(incoming: Incoming, order: PurchaseOrder, ack: OrderAck) -> OrderAck:
    """Return the answer counted as the order counts, where sizes of packs are agreed (B-52)."""
    sizes = incoming.partner.pack_sizes
    meant = (find_order_line(order, one.line_number, one.item) for one in ack.lines if sizes)
    lines = {index: line for index, line in enumerate(meant) if line is not None}
    return ack_in_order_units(ack, lines, sizes)


def _post(incoming: Incoming, row: OrderRow, ledger: LineLedger, change: Change) -> None:
    """Write what the answer comes to, and how far the order is by it."""
    ledger.replace(change.replaces, ANSWERS)
    ledger.add(change.postings)
    ledger.save(incoming)
    link_orders(incoming.tx, incoming.document_id, [row.po_number])
    note_undecided(incoming, row.po_number, change)
    balances = ledger.balances()
    if not is_cancelled(balances.values()):
        advance_order(incoming.tx, row, state_after_answer(row, balances))
    meet(incoming.tx, "855", incoming.document_id, po_number=row.po_number)


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
    ledger: LineLedger,
) -> None:
    """Queue the ERP's confirmation: every schedule line of an answered line, absolute."""
    command = ConfirmOrder(
        po_number=order.po_number,
        partner=incoming.partner.name,
        # What is said of a change at large is not said of the order.
        status=ack.status if ack.about == "order" else "changed",
        vendor_order_no=ack.vendor_order_no,
        acknowledged_on=ack.acknowledged_on,
        currency=ack.currency or order.currency,
        lines=tuple(
            ConfirmedLine(
                line_number=line.line_number,
                item=line.item,
                unit_price=_price_of(order, ack, line),
                schedule=schedule,
                open=_open_quantity(ledger, line),
            )
            for line in lines
            if (schedule := _list_schedule(ledger, line))
        ),
    )
    incoming.queue("erp", incoming.gateway.site.erp, order.po_number, write_plain(command))


def _price_of(order: PurchaseOrder, ack: OrderAck, line: OrderLine) -> Decimal | None:
    """Return the price that is agreed by the answer, for as many units as the order says it for."""
    for one in ack.lines:
        if one.unit_price is None or find_order_line(order, one.line_number, one.item) != line:
            continue
        return one.unit_price / (one.price_per or 1) * (line.price_per or 1)
    return line.unit_price


def _list_schedule(ledger: LineLedger, line: OrderLine) -> tuple[ScheduleLine, ...]:
    """Return all that is answered of a line; nothing of one that is taken back whole."""
    standing = ledger.of_line(line.line_number)
    return tuple(_schedule(posting) for posting in standing if posting.kind in ANSWERS)


def _open_quantity(ledger: LineLedger, line: OrderLine) -> Quantity | None:
    """Return what is not answered yet, which the ERP must not take for refused."""
    left = balance_of(ledger.of_line(line.line_number)).open
    return Quantity(value=left, unit=line.ordered.unit) if left > 0 else None


def _schedule(posting: Posting) -> ScheduleLine:
    status: ConfirmedAs = posting.kind  # type: ignore[assignment]
    promised = (
        PromisedDate(on=posting.promised_on, means=posting.means or "other")  # type: ignore[arg-type]
        if posting.promised_on
        else None
    )
    quantity = Quantity(value=posting.quantity, unit=posting.unit)
    return ScheduleLine(
        status=status,
        quantity=quantity,
        promised=promised,
        reason=posting.reason or None,
        ship_to=posting.ship_to or None,
    )


def _tell(
    incoming: Incoming,
    order: PurchaseOrder,
    ack: OrderAck,
    lines: list[OrderLine],
    ledger: LineLedger,
) -> None:
    event = OrderAcknowledged(
        po_number=order.po_number,
        partner=incoming.partner.name,
        status=ack.status,
        vendor_order_no=ack.vendor_order_no,
        lines=tuple(_balance(line, ledger.of_line(line.line_number)) for line in lines),
    )
    incoming.queue_event("cmgateway.order.acknowledged.v1", order.po_number, write_plain(event))


def _balance(line: OrderLine, postings: list[Posting]) -> LineBalance:
    balance = balance_of(postings)
    dates = [one.promised_on for one in postings if one.promised_on and one.kind in ANSWERS]
    return LineBalance(
        line_number=line.line_number,
        unit=line.ordered.unit,
        ordered=balance.ordered,
        accepted=balance.accepted,
        backordered=balance.backordered,
        rejected=balance.rejected,
        promised_on=max(dates, default=None),
    )
