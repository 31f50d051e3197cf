"""Clocks: from each order, what must come back by when (F10)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from canonical.order_ack import OrderAck
from canonical.order_change import OrderChange
from canonical.postings import Posting, balance_of
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.ship_notice import ShipNotice
from gateway.apply.incoming import Incoming
from gateway.clock import now
from gateway.ledger.commitments import list_commitments
from gateway.ledger.documents import list_linked_orders
from gateway.ledger.expectations import ExpectedKind, NewExpectation, expect, replan
from gateway.ledger.orders import OrderRow, find_order
from gateway.partners import Partner, PartnerError
from gateway.partners.working_time import add_working_time, end_of_day, subtract_working_time

WARNED = ("855", "856", "865")  # what people write; a 997 comes from a machine, or not at all


def start_clocks(
    incoming: Incoming, partner: Partner, order: PurchaseOrder | OrderChange, document_id: int
) -> None:
    """Note what must come back of an order or its change that was just sent, and by when.

    The 997 comes from a machine: its hours count day and night. People answer in working time.
    """
    hours, at = partner.expectations, now()
    if partner.acknowledgments.wanted and hours.functional_ack_hours is not None:
        due = at + timedelta(hours=hours.functional_ack_hours)
        expect(incoming.tx, _new(partner, order.po_number, "997", due, document_id))
    is_order = isinstance(order, PurchaseOrder)
    is_answered = is_order or partner.semantics.changes_hold != "when_sent"
    if is_answered and hours.order_ack_hours is not None:
        due = add_working_time(partner.calendar, at, hours.order_ack_hours)
        answer: ExpectedKind = "855" if is_order else "865"
        expect(incoming.tx, _new(partner, order.po_number, answer, due, document_id))
    if isinstance(order, PurchaseOrder):
        _await_shipment(incoming.tx, partner, order, document_id)


def keep_clocks(incoming: Incoming) -> None:
    """Note what an answer or a shipment changes: when the next goods must leave, and arrive."""
    if not isinstance(incoming.entity, OrderAck | ShipNotice):
        return
    for number in list_linked_orders(incoming.tx, incoming.document_id):
        row = find_order(incoming.tx, number)
        if row is None:
            continue
        try:
            partner = incoming.gateway.partners.get(row.partner)
        except PartnerError:
            continue  # its file is broken: told elsewhere, and nothing to reckon with
        _await_shipment(incoming.tx, partner, row.entity, incoming.document_id)
        if isinstance(incoming.entity, ShipNotice):
            _await_receipt(incoming, partner, row, incoming.entity)


def _await_shipment(
    tx: Connection, partner: Partner, order: PurchaseOrder, document_id: int
) -> None:
    """Expect the 856 of what leaves next, by its day; the one before is replaced."""
    hours = partner.expectations.ship_notice_hours
    if hours is None:
        return
    day = next_day(tx, order)
    new = None
    if day is not None:
        due = add_working_time(partner.calendar, end_of_day(partner.calendar, day), hours)
        new = _new(partner, order.po_number, "856", due, document_id)
    replan(tx, "856", order.po_number, document_id, new)


def next_day(tx: Connection, order: PurchaseOrder) -> date | None:
    """Return the earliest day on which something of an order is to leave that has not left."""
    postings: dict[str, list[Posting]] = {}
    for row in list_commitments(tx, order.po_number):
        postings.setdefault(row.posting.line_number, []).append(row.posting)
    days = [
        day
        for line in order.lines
        if (day := _next_day(order, line, postings.get(line.line_number, [])))
    ]
    return min(days, default=None)


def _next_day(order: PurchaseOrder, line: OrderLine, postings: list[Posting]) -> date | None:
    """Return the day of the first promise that shipments do not cover; without one, of the need."""
    balance = balance_of(postings)
    if balance.to_ship + max(balance.open, Decimal(0)) <= 0:
        return None
    needed = line.needed or order.needed
    otherwise = needed.on if needed else None
    shipped = balance.shipped
    promises = [one for one in postings if one.kind in ("accepted", "backordered")]
    for one in sorted(promises, key=lambda one: one.promised_on or otherwise or date.max):
        shipped -= one.quantity
        if shipped < Decimal(0):
            return one.promised_on or otherwise
    return otherwise


def _await_receipt(incoming: Incoming, partner: Partner, row: OrderRow, notice: ShipNotice) -> None:
    """Expect the 861 of our own side for goods that are on their way."""
    hours, day = partner.expectations.receiving_advice_hours, notice.expected_on
    if hours is None or day is None:
        return
    try:
        ours = incoming.gateway.partners.get(incoming.gateway.site.erp)
    except PartnerError:
        return
    due = add_working_time(ours.calendar, end_of_day(ours.calendar, day), hours)
    expect(incoming.tx, _new(ours, row.po_number, "861", due, incoming.document_id))


def _new(
    partner: Partner, po_number: str, kind: ExpectedKind, due_at: datetime, document_id: int
) -> NewExpectation:
    before = partner.expectations.warn_hours
    is_warned = before is not None and kind in WARNED
    return NewExpectation(
        po_number=po_number,
        partner=partner.name,
        kind=kind,
        due_at=due_at,
        document_id=document_id,
        warn_at=subtract_working_time(partner.calendar, due_at, before or 0) if is_warned else None,
    )
