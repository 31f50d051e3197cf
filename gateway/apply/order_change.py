"""An order change: checked, kept as asked for, and sent to the CM who makes the order (B-66, B-67)."""

from msgspec.structs import replace

from canonical.order_change import OrderChange
from canonical.order_changes import agree, asked_postings, check_order_change, complete_change
from canonical.purchase_order import PurchaseOrder
from gateway.apply.change_answer import list_asked, record_settled, settle_lines
from gateway.apply.incoming import Incoming
from gateway.apply.line_ledger import LineLedger, open_line_ledger
from gateway.apply.remarks import findings_of, refuse
from gateway.ledger.changes import ChangeRow, conclude_changes, list_changes, record_change
from gateway.ledger.documents import link_orders
from gateway.ledger.expectations import replan
from gateway.ledger.locks import hold
from gateway.ledger.orders import OrderRow, find_order
from gateway.partners import PartnerError
from gateway.send import render, send
from translators.findings import Finding, has_errors


def apply_order_change(incoming: Incoming, change: OrderChange) -> list[Finding]:
    """Return what was found; a sound change is on its way, and holds when its maker agrees."""
    if incoming.partner.role != "erp":
        sentence = f"{incoming.partner.name} sends a change of an order; only the ERP does that"
        return [refuse("not-an-erp", sentence, "answer the order, or ask the buyer for a change")]
    hold(incoming.tx, f"order {change.po_number}")
    row = find_order(incoming.tx, change.po_number)
    if row is None:
        sentence = f"order {change.po_number} is not known here"
        return [refuse("no-such-order", sentence, "release the order first", _place(incoming))]
    return place_change(incoming, row, change)


def place_change(incoming: Incoming, row: OrderRow, change: OrderChange) -> list[Finding]:
    """Return what was found; the change is checked, kept as asked for, and sent to the order's maker."""
    known = list_changes(incoming.tx, row.po_number)
    number = _number(incoming, known, change)
    if isinstance(number, Finding):
        return [number]
    ledger = open_line_ledger(incoming, row.po_number)
    wanted = _as_asked(incoming, row.entity, ledger, known)
    whole = complete_change(wanted, replace(change, change_number=number))
    against = check_order_change(wanted, ledger.balances(), whole, incoming.said)
    erp_number = change.change_number or ""
    return findings_of(against) or _send(incoming, row, whole, (ledger, known, erp_number))


def _send(
    incoming: Incoming,
    row: OrderRow,
    change: OrderChange,
    before: tuple[LineLedger, list[ChangeRow], str],
) -> list[Finding]:
    ledger, known, erp_number = before
    try:
        maker = incoming.gateway.partners.get(row.partner)
    except PartnerError as error:
        sentence = f"order {row.po_number} is made by {row.partner}: {error}"
        return [refuse("no-such-partner", sentence, "mend the partner's file, then rerun")]
    rendered = render(incoming.gateway, maker, change)
    if has_errors(rendered.findings):
        return rendered.findings
    numbers = {line.line_number for line in change.lines}
    ledger.replace(numbers, ("asked",))
    ledger.add(asked_postings(row.entity, ledger.balances(), change, incoming.said))
    change_id = record_change(incoming.tx, change, maker.name, incoming.document_id, erp_number)
    _drop_replaced(incoming, known, numbers)
    link_orders(incoming.tx, incoming.document_id, [row.po_number])
    found = rendered.findings + send(incoming, maker, change, rendered)
    if change.purpose == "cancel":  # what is asked for now is a word on that
        replan(incoming.tx, "855", row.po_number, incoming.document_id, None)
    if maker.semantics.changes_hold == "when_sent":
        order = settle_lines(incoming, row, ledger, change.lines)
        record_settled(incoming, row, ledger, order)
        conclude_changes(incoming.tx, [change_id], "agreed", incoming.document_id)
    ledger.save(incoming)
    return found


def _number(incoming: Incoming, known: list[ChangeRow], change: OrderChange) -> str | Finding:
    """Return the number its maker is told: the ERP's own, if it goes on from the last; else the next (B-67).

    The ERP counts its own changes, and knows nothing of those the gateway asked for meanwhile.
    """
    told = max((_order_of(one.number) for one in known), default=(0, ""))
    following = str(told[0] + 1)
    if not change.change_number:
        return following
    own = _order_of(change.change_number)
    before = max((one for one in known if one.erp_number), key=_own_order, default=None)
    if before is None or own > _own_order(before):
        return change.change_number if own > told else following
    sentence = f"change {change.change_number} of order {change.po_number} comes after change {before.erp_number}"
    advice = "give each change of an order a higher number than the one before"
    return refuse("change-out-of-order", sentence, advice, _place(incoming))


def _own_order(change: ChangeRow) -> tuple[int, str]:
    return _order_of(change.erp_number)


def _order_of(number: str) -> tuple[int, str]:
    """Return what change numbers are compared by: as numbers where they are (BCH05)."""
    return (int(number), "") if number.isascii() and number.isdigit() else (0, number)


def _as_asked(
    incoming: Incoming, order: PurchaseOrder, ledger: LineLedger, known: list[ChangeRow]
) -> PurchaseOrder:
    """Return the order as it is when all agree to what was asked before."""
    asked = [line for one in known for line in list_asked(ledger, one)]
    return agree(order, ledger.balances(), asked, incoming.said).order


def _drop_replaced(incoming: Incoming, known: list[ChangeRow], numbers: set[str]) -> None:
    """Conclude the earlier changes of which a later one leaves nothing."""
    gone = [
        one.id
        for one in known
        if one.state == "asked" and {line.line_number for line in one.entity.lines} <= numbers
    ]
    if gone:
        conclude_changes(incoming.tx, gone, "replaced", incoming.document_id)


def _place(incoming: Incoming) -> str:
    return incoming.places.get("", "")
