"""Reroute: an order line changes hands; each step is part of the transaction of what calls for it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from msgspec.structs import replace as change

from canonical.entities import write_plain
from canonical.erp_commands import RecordReroute
from canonical.events import OrderRerouted, RerouteEnded
from canonical.order_change import LineChange, OrderChange
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Destination, Entity, Quantity, Reference
from gateway.apply.incoming import Incoming
from gateway.apply.order_change import place_change
from gateway.apply.purchase_order import apply_purchase_order
from gateway.clock import now
from gateway.decide import rules_of
from gateway.ledger.cases import close_case, find_case, list_cases
from gateway.ledger.changes import conclude_changes, list_changes
from gateway.ledger.commitments import list_commitments, supersede_rows
from gateway.ledger.decisions import DecisionRow, NewDecision, find_decision
from gateway.ledger.errors import LedgerError
from gateway.ledger.expectations import meet
from gateway.ledger.later import attempt
from gateway.ledger.orders import OrderRow, find_order
from gateway.ledger.reroutes import (
    NewReroute,
    RerouteRow,
    change_reroute,
    find_reroute_to,
    get_reroute,
    list_reroutes,
    record_reroute,
)
from gateway.needs import GATEWAY, Need, list_needs
from gateway.notice import send_notice
from gateway.stuck import close_stuck, hold_reroute
from gateway.withdrawn import tell_withdrawn
from translators.findings import Finding, has_errors

MOST_ORDERS = 1000  # that one need may lead to


def start_reroute(incoming: Incoming, decision: NewDecision, decision_id: int) -> None:
    """Tell the former CM, and order from the next one as soon as nobody else may be making it (B-100).

    What the former CM refused itself it makes no more. Where it was silent or late it may be making
    it: the new order waits for its yes.
    """
    shortfall = decision.inputs["shortfall"]
    new = NewReroute(
        case_id=decision.case_id,
        decision_id=decision_id,
        po_number=decision.po_number,
        line_number=decision.line_number,
        quantity=Decimal(str(shortfall["quantity"])),
        unit=shortfall["unit"],
        from_partner=shortfall["lost_partner"],
        to_partner=decision.chosen,
        state="reducing",
        document_id=incoming.document_id,
    )
    row = get_reroute(incoming.tx, record_reroute(incoming.tx, new))
    is_released = ask_to_reduce(incoming, row)
    if is_released or not shortfall.get("is_live", False):
        place(incoming, row)


def ask_to_reduce(incoming: Incoming, row: RerouteRow) -> bool:
    """Tell the former CM that it is to make less; return whether that holds already.

    The change says the absolute quantity that is left. Where no changes are agreed it is told in
    words, and nobody but a person can hear its yes.
    """
    order = find_order(incoming.tx, row.po_number)
    if order is None:
        raise LedgerError(f"there is no order {row.po_number} in the ledger")
    line = _less(incoming, order, row)
    wanted = OrderChange(po_number=row.po_number, changed_on=now().date(), lines=(line,))
    if has_errors(_ask(incoming, order, wanted)):
        send_notice(incoming, row)
        return False
    asked = list_changes(incoming.tx, row.po_number)[-1]
    is_released = asked.state == "agreed"  # it was agreed that changes hold when they are sent
    change_reroute(incoming.tx, row.id, change_number=asked.number, released=is_released)
    return is_released


def is_asked_already(incoming: Incoming, row: RerouteRow) -> bool:
    """Return whether the last change sent for the line asks for what is to be left of it (B-67)."""
    order = find_order(incoming.tx, row.po_number)
    sent = [
        line
        for one in list_changes(incoming.tx, row.po_number)
        for line in one.entity.lines
        if line.line_number == row.line_number
    ]
    if order is None or not sent:
        return False
    return _left_by(sent[-1]) == _left_by(_less(incoming, order, row))


def _less(incoming: Incoming, order: OrderRow, row: RerouteRow) -> LineChange:
    """Return the line with the absolute quantity that is left of it."""
    need = find_need(incoming, order, row.line_number)
    left = need.balance.wanted - need.moved if need else Decimal(0)
    return LineChange(
        line_number=row.line_number,
        action="quantity" if left > 0 else "delete",
        ordered=Quantity(value=left, unit=row.unit) if left > 0 else None,
    )


def _left_by(line: LineChange) -> Decimal | None:
    is_deleted = line.action == "delete"
    return Decimal(0) if is_deleted else line.ordered.value if line.ordered else None


def give_back(incoming: Incoming, row: RerouteRow) -> None:
    """Take back what we asked the former CM, where it has not agreed yet: it makes the line after all."""
    order = find_order(incoming.tx, row.po_number)
    asked = [
        one for one in list_changes(incoming.tx, row.po_number) if one.number == row.change_number
    ]
    if order is None or not asked or asked[-1].state != "asked":
        return
    need = find_need(incoming, order, row.line_number)
    if need is None or (need.missing > 0 and not need.is_live):
        return  # it refused that itself: what it agrees to by our change is what it said
    quantity = Quantity(value=need.balance.wanted - need.moved, unit=row.unit)
    line = LineChange(line_number=row.line_number, action="quantity", ordered=quantity)
    wanted = OrderChange(po_number=row.po_number, changed_on=now().date(), lines=(line,))
    if not has_errors(_ask(incoming, order, wanted)):
        _call_agreed(incoming, row)


def _call_agreed(incoming: Incoming, row: RerouteRow) -> None:
    """Call our last change agreed: it asks for what the CM promised already, nobody need answer it."""
    last = list_changes(incoming.tx, row.po_number)[-1]
    conclude_changes(incoming.tx, [last.id], "agreed", incoming.document_id)
    asked = [
        one.id
        for one in list_commitments(incoming.tx, row.po_number, row.line_number)
        if one.posting.kind == "asked"
    ]
    supersede_rows(incoming.tx, asked, incoming.document_id)
    meet(incoming.tx, "865", incoming.document_id, po_number=row.po_number)


def _ask(incoming: Incoming, order: OrderRow, wanted: OrderChange) -> list[Finding]:
    """Return what was found; with an error among it nothing was changed."""
    with attempt(incoming.tx) as undo:
        found = place_change(as_erp(incoming, wanted), order, wanted)
        if has_errors(found):
            undo()
    return found


def find_need(incoming: Incoming, order: OrderRow, line_number: str) -> Need | None:
    """Return what stands of one line, with all that goes elsewhere of it."""
    needs = list_needs(incoming.tx, order.entity, incoming.document_id)
    return next((one for one in needs if one.line.line_number == line_number), None)


def place(incoming: Incoming, row: RerouteRow) -> None:
    """Order from the next CM, and tell the ERP; what cannot be ordered stays with its case."""
    decision = find_decision(incoming.tx, row.decision_id)
    former = find_order(incoming.tx, row.po_number)
    if decision is None or former is None:
        raise LedgerError(f"reroute {row.id} has lost its decision or its order")
    order = _new_order(incoming, row, former.entity, decision)
    with attempt(incoming.tx) as undo:
        found = apply_purchase_order(as_erp(incoming, order), order)
        if has_errors(found):
            undo()
    if has_errors(found):
        hold_reroute(incoming, row, found)
        return
    close_stuck(incoming, row, f"order {order.po_number} is on its way to {row.to_partner}")
    change_reroute(incoming.tx, row.id, state="placed", new_po_number=order.po_number, reason="")
    _tell_placed(incoming, row, order, decision)


def _new_order(
    incoming: Incoming, row: RerouteRow, former: PurchaseOrder, decision: DecisionRow
) -> PurchaseOrder:
    """Return the order for the next CM: one line, at its price, with the number it began with."""
    line = next(one for one in former.lines if one.line_number == row.line_number)
    chosen = next(one for one in decision.candidates if one["partner"] == row.to_partner)
    price = chosen.get("price")
    root, number = _number(incoming, row)
    needed = line.needed or former.needed
    new = OrderLine(
        line_number=row.line_number,
        # What the former CM calls the part means nothing to the next one.
        item=change(line.item, vendor=None),
        ordered=Quantity(value=row.quantity, unit=row.unit),
        unit_price=None if price is None else Decimal(str(price)),
        needed=needed,
        certificates=line.certificates,
        destinations=_list_places(incoming, row),
        note=line.note,
    )
    return PurchaseOrder(
        po_number=number,
        ordered_on=now().date(),
        currency=chosen.get("currency") or former.currency,
        supplier=row.to_partner,
        needed=former.needed,
        parties=tuple(one for one in former.parties if one.role not in ("seller", "ship_from")),
        references=(Reference(kind="order", value=root),),
        lines=(new,),
    )


def _list_places(incoming: Incoming, row: RerouteRow) -> tuple[Destination, ...]:
    """Return where what was refused was to go; none where nothing says so for all of it (B-83)."""
    refused: dict[str, Decimal] = {}
    for one in list_commitments(incoming.tx, row.po_number, row.line_number):
        if one.posting.kind == "rejected":
            place = one.posting.ship_to
            refused[place] = refused.get(place, Decimal(0)) + one.posting.quantity
    if "" in refused or sum(refused.values(), Decimal(0)) != row.quantity:
        return ()
    return tuple(
        Destination(place=place, quantity=Quantity(value=amount, unit=row.unit))
        for place, amount in refused.items()
    )


def _number(incoming: Incoming, row: RerouteRow) -> tuple[str, str]:
    """Return the number the need began with, and a new one that no order has."""
    root, before = row.po_number, find_reroute_to(incoming.tx, row.po_number)
    while before is not None:
        root, before = before.po_number, find_reroute_to(incoming.tx, before.po_number)
    pattern = rules_of(incoming.gateway).move.order_number
    for count in range(1, MOST_ORDERS):
        number = pattern.format(po=root, count=count)
        if find_order(incoming.tx, number) is None:
            return root, number
    raise LedgerError(f"order {root} has led to {MOST_ORDERS} others")


def _tell_placed(
    incoming: Incoming, row: RerouteRow, order: PurchaseOrder, decision: DecisionRow
) -> None:
    line = order.lines[0]
    told: dict[str, Any] = {
        "po_number": row.po_number,
        "line_number": row.line_number,
        "from_partner": row.from_partner,
        "to_partner": row.to_partner,
        "new_po_number": order.po_number,
        "quantity": line.ordered,
        "unit_price": line.unit_price,
        "currency": order.currency,
    }
    command = RecordReroute(
        **told,
        needed_on=line.needed.on if line.needed else None,
        reason=decision.reason,
        decided_by=decision.decided_by,
    )
    # Under the new order: the ERP hears of its number before it hears the answer to it.
    incoming.queue("erp", incoming.gateway.site.erp, order.po_number, write_plain(command))
    event = write_plain(OrderRerouted(**told))
    incoming.queue_event("cmgateway.order.rerouted.v1", _subject(row), event)


def end_reroute(incoming: Incoming, row: RerouteRow, state: str, said: str) -> None:
    """Record how a reroute ended, close its case, and tell others."""
    change_reroute(incoming.tx, row.id, state=state, reason=said)
    close_stuck(incoming, row, said)
    case = find_case(incoming.tx, row.case_id)
    if case is not None and case.state == "open":
        close_case(incoming.tx, case.id, GATEWAY, said)
    event = RerouteEnded(
        po_number=row.po_number,
        line_number=row.line_number,
        from_partner=row.from_partner,
        to_partner=row.to_partner,
        new_po_number=row.new_po_number or None,
        outcome=state,  # type: ignore[arg-type]
        reason=said,
    )
    incoming.queue_event("cmgateway.order.reroute-ended.v1", _subject(row), write_plain(event))


def withdraw(incoming: Incoming, row: RerouteRow, said: str) -> None:
    """Call a reroute off with all that came of it: what was ordered by it is cancelled, others are told."""
    for one in list_chain(incoming, row):
        if one.state == "placed":
            cancel_order(incoming, one)
        end_reroute(incoming, one, "withdrawn", said)
        if one.new_po_number:
            close_shortfalls(incoming, one.new_po_number, said)
    give_back(incoming, row)
    order = find_order(incoming.tx, row.po_number)
    for need in list_needs(incoming.tx, order.entity, incoming.document_id) if order else []:
        if need.line.line_number == row.line_number:
            cancelled = f"; order {row.new_po_number} is cancelled" if row.new_po_number else ""
            tell_withdrawn(incoming, row.po_number, need, said + cancelled)


def list_chain(incoming: Incoming, row: RerouteRow) -> list[RerouteRow]:
    """Return a reroute and all that followed from its order, the last one first."""
    chain = [row]
    if row.new_po_number:
        for one in list_reroutes(incoming.tx, row.new_po_number):
            if one.po_number == row.new_po_number and one.is_under_way:
                chain = [*list_chain(incoming, one), *chain]
    return chain


def cancel_order(incoming: Incoming, row: RerouteRow) -> None:
    """Cancel the order that a reroute placed, by a change to its CM; in words where none are agreed."""
    order = find_order(incoming.tx, row.new_po_number)
    if order is None:
        return
    wanted = OrderChange(po_number=row.new_po_number, purpose="cancel", changed_on=now().date())
    if has_errors(_ask(incoming, order, wanted)):
        send_notice(incoming, row, is_cancelled=True)


def close_shortfalls(incoming: Incoming, po_number: str, said: str) -> None:
    """Close what is open of an order's shortfalls: nobody needs it any more."""
    for case in list_cases(incoming.tx, po_number=po_number):
        if case.kind == "shortfall":
            close_case(incoming.tx, case.id, GATEWAY, said)


def as_erp(incoming: Incoming, entity: Entity) -> Incoming:
    """Return the same piece of work in the name of the buyer: orders and changes are the ERP's."""
    erp = incoming.gateway.partners.get(incoming.gateway.site.erp)
    return replace(incoming, partner=erp, entity=entity, places={"": "led to a reroute"})


def _subject(row: RerouteRow) -> str:
    return f"{row.po_number}/{row.line_number}"
