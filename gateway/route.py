"""Route: what a CM will not make becomes a case, a decision with its reasons, and a reroute."""

from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from canonical.order_ack import OrderAck
from canonical.order_change import OrderChange
from canonical.purchase_order import PurchaseOrder
from canonical.ship_notice import ShipNotice
from gateway.apply.incoming import Incoming
from gateway.decide import decide_shortfall, rules_of
from gateway.errand import errand_of
from gateway.follow_change import follow_change
from gateway.gateway import Gateway
from gateway.hear import hear_reroutes
from gateway.ledger.cases import close_case
from gateway.ledger.decisions import NewDecision
from gateway.ledger.locks import hold
from gateway.ledger.orders import find_order
from gateway.ledger.reroutes import find_reroute_to, look_up_reroutes
from gateway.ledger.settling import (
    SettlingRow,
    due_after,
    let_settle,
    list_settled,
    take_settled,
)
from gateway.needs import GATEWAY, Need, list_needs
from gateway.partners import PartnerError
from gateway.reroute import start_reroute
from gateway.routing.shortfall import Shortfall
from gateway.withdrawn import tell_withdrawn

ONE_MINUTE = 60.0


def route_document(incoming: Incoming) -> None:
    """Hear what an answer says of reroutes, and decide what is missing by it, at once or when it has settled.

    The shortfall is what the line's postings add up to, not what one segment says (B-99).
    """
    if isinstance(incoming.entity, ShipNotice):
        _hear_shipped(incoming, incoming.entity)
    if isinstance(incoming.entity, OrderChange):
        follow_change(incoming, incoming.entity)
    if not isinstance(incoming.entity, OrderAck):
        return
    hear_reroutes(incoming, incoming.entity.po_number)
    seconds = rules_of(incoming.gateway).shortage.settle_seconds
    if not seconds:
        route_order(incoming, incoming.entity.po_number)
    elif _list_unrouted(incoming, incoming.entity.po_number):
        row = SettlingRow(
            po_number=incoming.entity.po_number,
            document_id=incoming.document_id,
            due_at=due_after(seconds),
        )
        let_settle(incoming.tx, row)


def _hear_shipped(incoming: Incoming, notice: ShipNotice) -> None:
    """Hear what is sent as a yes; one statement looks up the reroutes of all its orders."""
    numbers = list(dict.fromkeys(one.po_number for one in notice.lines if one.po_number))
    look_up_reroutes(incoming.tx, numbers)
    for po_number in numbers:
        hear_reroutes(incoming, po_number)


def route_settled(gateway: Gateway) -> int:
    """Return how many orders were routed whose answers have settled, each in a transaction of its own."""
    with gateway.ledger.read() as tx:
        due = list_settled(tx)
    for po_number in due:
        with gateway.ledger.begin() as tx:
            _route_one(gateway, tx, po_number)
    return len(due)


def _route_one(gateway: Gateway, tx: Connection, po_number: str) -> None:
    hold(tx, f"order {po_number}")
    row = take_settled(tx, po_number)
    if row is None:
        return
    try:
        errand = errand_of(gateway, tx, row.document_id, f"{row.document_id}-settled")
    except PartnerError:  # its file is away or broken for a moment: what it said holds all the same
        let_settle(tx, msgspec.structs.replace(row, due_at=due_after(ONE_MINUTE)))
        return
    route_order(errand, po_number)


def route_order(incoming: Incoming, po_number: str) -> list[NewDecision]:
    """Return the decisions that what stands of an order calls for, whatever was posted.

    A decision that no longer fits what is missing is withdrawn first.
    """
    decisions = []
    for order, need in _list_unrouted(incoming, po_number):
        if need.is_withdrawn:
            _withdraw(incoming, order, need)
        if need.is_new:
            shortfall = _shortfall_of(incoming, order, need)
            new, decision_id = decide_shortfall(incoming, shortfall)
            decisions.append(new)
            if new.outcome == "reroute":
                start_reroute(incoming, new, decision_id)
    return decisions


def _list_unrouted(incoming: Incoming, po_number: str) -> list[tuple[PurchaseOrder, Need]]:
    row = find_order(incoming.tx, po_number)
    came_by = find_reroute_to(incoming.tx, po_number)
    if row is None or (came_by is not None and not came_by.is_under_way):
        return []  # nobody needs what was called off
    late_by = rules_of(incoming.gateway).shortage.late_by_days
    needs = list_needs(incoming.tx, row.entity, incoming.document_id, late_by)
    return [(row.entity, need) for need in needs if need.is_withdrawn or need.is_new]


def _shortfall_of(incoming: Incoming, order: PurchaseOrder, need: Need) -> Shortfall:
    line = need.line
    needed = line.needed or order.needed
    return Shortfall(
        po_number=order.po_number,
        line_number=line.line_number,
        item=line.item.buyer or line.item.vendor or "",
        revision=line.item.revision or "",
        quantity=need.missing,
        unit=line.ordered.unit,
        need_by=needed.on if needed else None,
        certificates=line.certificates,
        unit_price=line.unit_price,
        currency=order.currency or "",
        lost_partner=order.supplier or incoming.partner.name,
        already_asked=(*need.asked, *_asked_before(incoming.tx, order.po_number)),
        caused_by=_cause(incoming, need),
        is_live=need.is_live,
    )


def _asked_before(tx: Connection, po_number: str) -> list[str]:
    """Return everybody this need was with before it came to this order: never back to them (B-101)."""
    asked = []
    row = find_reroute_to(tx, po_number)
    while row is not None:
        asked += [row.to_partner, row.from_partner]
        row = find_reroute_to(tx, row.po_number)
    return asked


def _cause(incoming: Incoming, need: Need) -> str:
    places = [posting.place for posting in need.postings if posting.kind == "rejected"]
    return f"{incoming.file_name}, {places[0]}" if places else incoming.file_name


def _withdraw(incoming: Incoming, order: PurchaseOrder, need: Need) -> None:
    """Close the open case of a line and tell everybody that its decision holds no longer."""
    if need.case is None:
        return
    unit = need.line.ordered.unit
    left = max(need.missing, Decimal(0))
    missing = f"{left:f} {unit} are missing now" if left else "nothing is missing any more"
    said = f"{incoming.partner.name} answered anew in {incoming.file_name} (document {incoming.document_id}): {missing}"
    close_case(incoming.tx, need.case.id, GATEWAY, said)
    tell_withdrawn(incoming, order.po_number, need, said)
