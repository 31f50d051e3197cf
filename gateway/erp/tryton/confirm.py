"""A confirmation in Tryton: quantities and prices by an amendment, dates by the planned deliveries."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from canonical.erp_commands import ConfirmedLine, ConfirmOrder
from gateway.erp.erp import Outcome
from gateway.erp.errors import ErpRejectedError
from gateway.erp.tryton.look import ORDER, Line, Order, find_order, list_moves, load_order
from gateway.erp.tryton.note import add_note
from gateway.erp.tryton.rpc import Row, Rpc
from gateway.erp.tryton.schedule import (
    Part,
    complete,
    left_of,
    open_parts,
    schedule,
    sort_parts,
)
from gateway.erp.tryton.words import Words

AMENDMENT = "purchase.amendment"


class LinePlan(Struct, frozen=True, kw_only=True):
    """One line as it is to be: `quantity` in all, in `parts` by day."""

    line: int
    number: str
    product: int
    unit: int
    quantity: Decimal
    price: Decimal
    is_changed: bool  # quantity or price: by an amendment
    parts: tuple[Part, ...]


class ConfirmPlan(Struct, frozen=True, kw_only=True):
    """What is done to one order.

    `kept` are the deliveries of the lines nobody spoke of: an amendment deletes and plans anew every
    open delivery of its order, and after a crash in the middle nobody knows their dates any more.
    """

    order: int
    number: str
    stamp: str
    reference: str
    lines: tuple[LinePlan, ...]
    kept: tuple[LinePlan, ...]
    note: str


def plan_confirmation(rpc: Rpc, words: Words, command: ConfirmOrder) -> ConfirmPlan:
    """Return what the order is to become; nothing is written."""
    order = find_order(rpc, command.po_number, words.partner(command.partner))
    spoken = {order.find(one.line_number, one.item).id: one for one in command.lines}
    moves = list_moves(rpc, [line.id for line in order.lines])
    lines, kept = [], []
    for line in order.lines:
        mine = [move for move in moves if move.line == line.id]
        if line.id in spoken:
            lines.append(_plan_line(words, order, line, spoken[line.id], open_parts(mine)))
        elif command.unmentioned == "rejected":
            lines.append(_line(line, Decimal(0), line.price, []))
        else:
            # What has left is not planned anew: it stands in front of all that is open.
            gone = [Part(move.quantity, date.min) for move in mine if not move.is_open]
            kept.append(_line(line, line.quantity, line.price, [*gone, *open_parts(mine)]))
    return ConfirmPlan(
        order=order.id,
        number=order.number,
        stamp=order.stamp,
        reference=command.vendor_order_no or "",
        lines=tuple(lines),
        kept=tuple(kept),
        note=_note(command),
    )


def apply_confirmation(rpc: Rpc, plan: ConfirmPlan, key: str) -> Outcome:
    """Make the order what the plan says; each step looks whether it was done before."""
    order = load_order(rpc, plan.order)
    is_changed = any(line.is_changed for line in plan.lines)
    done = _write_head(rpc, plan, order, key)
    amendment = _find_amendment(rpc, plan.order, key) if is_changed else None
    if amendment is not None and amendment["state"] == "draft":
        rpc.call(f"model.{AMENDMENT}.validate_amendment", [amendment["id"]])
        done = True
    if is_changed:
        done |= complete(rpc, load_order(rpc, plan.order))
    for line in (*plan.lines, *(plan.kept if is_changed else ())):
        done |= schedule(rpc, line.line, line.parts)
    if plan.note:
        done |= add_note(rpc, f"{ORDER},{plan.order}", plan.note, key)
    return Outcome(
        result="applied" if done else "already",
        reference=f"order {plan.number}",
        sentence=f"order {plan.number} holds what was confirmed",
    )


def verify_confirmation(rpc: Rpc, plan: ConfirmPlan) -> Outcome:
    """Return whether quantities, prices, dates and the supplier's number are what the plan says."""
    order = load_order(rpc, plan.order)
    lines = {line.id: line for line in order.lines}
    moves = list_moves(rpc, lines)
    wrong = []
    if plan.reference and order.reference != plan.reference:
        wrong.append(f"its reference is '{order.reference}', not {plan.reference}")
    for planned in plan.lines:
        line = lines.get(planned.line)
        mine = [move for move in moves if move.line == planned.line]
        if line is None or (line.quantity, line.price) != (planned.quantity, planned.price):
            held = f"{line.quantity:f} at {line.price}" if line else "gone"
            wanted = f"{planned.quantity:f} at {planned.price}"
            wrong.append(f"line {planned.number} is {held}, not {wanted}")
        elif open_parts(mine) != left_of(planned.parts, mine):
            wrong.append(f"line {planned.number} is planned for {_say(open_parts(mine))}")
    if wrong:
        sentence = f"order {plan.number} is not as confirmed: {'; '.join(wrong)}"
        return Outcome(result="diverged", reference=f"order {plan.number}", sentence=sentence)
    sentence = f"order {plan.number} holds what was confirmed"
    return Outcome(result="applied", reference=f"order {plan.number}", sentence=sentence)


def _write_head(rpc: Rpc, plan: ConfirmPlan, order: Order, key: str) -> bool:
    """Write the supplier's number and the amendment in one call, unless both are there."""
    changed = [line for line in plan.lines if line.is_changed]
    values: Row = {}
    stamp = order.stamp
    if plan.reference and order.reference != plan.reference:
        values["reference"] = plan.reference
    if changed and _find_amendment(rpc, plan.order, key) is None:
        # Somebody may have changed the order since it was planned: then the ERP says so.
        stamp = plan.stamp
        lines = [_amend(line) for line in changed]
        values["amendments"] = [["create", [{"description": key, "lines": [["create", lines]]}]]]
    if not values:
        return False
    rpc.call(f"model.{ORDER}.write", [order.id], values, _timestamp={f"{ORDER},{order.id}": stamp})
    return True


def _amend(line: LinePlan) -> Row:
    return {
        "action": "line",
        "line": line.line,
        "product": line.product,
        "unit": line.unit,
        "quantity": float(line.quantity),
        "unit_price": line.price,
    }


def _find_amendment(rpc: Rpc, order: int, key: str) -> Row | None:
    rows = rpc.rows(AMENDMENT, [("purchase", "=", order), ("description", "=", key)], ["state"])
    return rows[0] if rows else None


def _plan_line(
    words: Words, order: Order, line: Line, said: ConfirmedLine, planned: list[Part]
) -> LinePlan:
    amounts = [*(one.quantity for one in said.schedule), *([said.open] if said.open else [])]
    strange = next((one.unit for one in amounts if words.unit(one.unit) != line.symbol), None)
    if strange is not None:
        raise ErpRejectedError(
            f"line {line.number} of order {order.number} is confirmed in {strange} and stands in the "
            f"ERP in {line.symbol}; add the unit to erp.units"
        )
    # Where no day was promised the one it was planned for holds.
    usual = planned[0].on if planned else line.delivery
    parts = [
        Part(one.quantity.value, one.promised.on if one.promised else usual)
        for one in said.schedule
        if one.status != "rejected"
    ]
    if said.open:
        parts.append(Part(said.open.value, line.delivery or usual))
    total = sum((part.quantity for part in parts), Decimal(0))
    price = line.price if said.unit_price is None else said.unit_price
    return _line(line, total, price, parts)


def _line(line: Line, quantity: Decimal, price: Decimal, parts: list[Part]) -> LinePlan:
    return LinePlan(
        line=line.id,
        number=line.number,
        product=line.product,
        unit=line.unit,
        quantity=quantity,
        price=price,
        is_changed=(quantity, price) != (line.quantity, line.price),
        parts=tuple(sort_parts(parts)),
    )


def _note(command: ConfirmOrder) -> str:
    refused = [
        f"line {line.line_number}: {part.quantity.value:f} {part.quantity.unit} refused"
        + (f" ({part.reason})" if part.reason else "")
        for line in command.lines
        for part in line.schedule
        if part.status == "rejected"
    ]
    return "; ".join([*([command.note] if command.note else []), *refused])


def _say(parts: list[Part]) -> str:
    return ", ".join(f"{part.quantity:f} on {part.on}" for part in parts) or "nothing"
