"""A shipment notice in Tryton: an incoming shipment that takes the open deliveries of its lines."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from canonical.erp_commands import RecordShipment
from gateway.erp.erp import Outcome
from gateway.erp.errors import ErpNotFoundError, ErpQuestionError, ErpRejectedError, ErpStaleError
from gateway.erp.tryton.look import (
    LINE,
    MOVE,
    SHIPMENT,
    Line,
    Move,
    Order,
    amount,
    find_order,
    list_moves,
    load_order,
)
from gateway.erp.tryton.note import add_note
from gateway.erp.tryton.rpc import Row, Rpc
from gateway.erp.tryton.schedule import COPIED, Part, complete, schedule_rest, sort_parts
from gateway.erp.tryton.words import Words


class Take(Struct, frozen=True, kw_only=True):
    """So much of an open delivery goes into the shipment; `is_new` where it is a copy of it."""

    move: int
    stamp: str
    line: int
    product: int
    quantity: Decimal
    lot: str
    is_new: bool


class Rest(Struct, frozen=True, kw_only=True):
    """What stays open of a line beside the shipment."""

    line: int
    parts: tuple[Part, ...]


class ShipmentPlan(Struct, frozen=True, kw_only=True):
    """What one shipment takes, and what it leaves; without takes it was there when this was planned."""

    number: str
    purpose: str
    supplier: int
    planned: date | None
    wanted: dict[str, Decimal]  # "line/lot": in all
    orders: tuple[int, ...]
    takes: tuple[Take, ...]
    rests: tuple[Rest, ...]
    note: str


class _Pool:
    """The open deliveries of one line, taken from the front; what is left of one can be taken too."""

    def __init__(self, line: Line, moves: list[Move]) -> None:
        self.line = line
        self.left = [(move, move.quantity, False) for move in moves if move.is_open]

    def take(self, quantity: Decimal, lot: str) -> Iterator[Take]:
        # One of the very size first: that is most likely the one that was meant.
        self.left.sort(key=lambda one: one[1] != quantity)
        while quantity > 0 and self.left:
            move, has, is_used = self.left.pop(0)
            taken = min(has, quantity)
            quantity -= taken
            if has > taken:
                self.left.insert(0, (move, has - taken, True))
            yield Take(
                move=move.id,
                stamp=move.stamp,
                line=self.line.id,
                product=self.line.product,
                quantity=taken,
                lot=lot,
                is_new=is_used,
            )
        if quantity > 0:
            raise ErpQuestionError(
                f"{quantity:f} {self.line.code} of line {self.line.number} were shipped beyond what "
                "is open in the ERP; may they come? If so, raise the order there, then retry"
            )

    def rest(self) -> Rest:
        parts = sort_parts(Part(quantity, move.planned) for move, quantity, _ in self.left)
        return Rest(line=self.line.id, parts=tuple(parts))


def plan_shipment(rpc: Rpc, words: Words, command: RecordShipment) -> ShipmentPlan:
    """Return which deliveries the shipment takes; nothing is written."""
    name = words.partner(command.partner)
    suppliers = rpc.rows("party.party", [("code", "=", name)], ["code"])
    if not suppliers:
        raise ErpNotFoundError(f"there is no party {name} in the ERP; see erp.partners")
    supplier = suppliers[0]["id"]
    orders = {number: find_order(rpc, number, name) for number in _numbers(command)}
    wanted: dict[tuple[str, str, str], Decimal] = {}
    for one in command.lines:
        line = orders[one.po_number].find(one.line_number, one.item)
        if words.unit(one.shipped.unit) != line.symbol:
            raise ErpRejectedError(
                f"{one.shipped.unit} are shipped of line {line.number}, which stands in the ERP in "
                f"{line.symbol}; add the unit to erp.units"
            )
        key = (one.po_number, line.number, one.lot or "")
        wanted[key] = wanted.get(key, Decimal(0)) + one.shipped.value
    is_there = _find(rpc, supplier, command.shipment_number) is not None
    takes, rests = ([], []) if is_there else _share_out(rpc, orders, wanted)
    found = {(number, line.number): line.id for number in orders for line in orders[number].lines}
    carried = (("carrier", command.carrier), ("tracking", command.tracking))
    return ShipmentPlan(
        number=command.shipment_number,
        purpose=command.purpose,
        supplier=supplier,
        planned=command.expected_on or command.shipped_on,
        wanted={
            f"{found[number, line]}/{lot}": total for (number, line, lot), total in wanted.items()
        },
        orders=tuple(order.id for order in orders.values()),
        takes=tuple(takes),
        rests=tuple(rests),
        note=", ".join(f"{name} {value}" for name, value in carried if value),
    )


def apply_shipment(rpc: Rpc, plan: ShipmentPlan, key: str) -> Outcome:
    """Make the shipment be there once, with what it holds; or be gone, where it is cancelled."""
    shipment = _find(rpc, plan.supplier, plan.number)
    if plan.purpose == "cancel":
        return _cancel(rpc, plan, shipment)
    if shipment is not None and plan.purpose == "replace" and _held(rpc, shipment) != plan.wanted:
        _cancel(rpc, plan, shipment)
        raise ErpStaleError(f"shipment {plan.number} is replaced: what is open now is looked up")
    done = shipment is None
    if shipment is None:
        if not plan.takes:
            raise ErpStaleError(f"shipment {plan.number} is gone; it is planned anew")
        shipment = _create(rpc, plan)
    for rest in plan.rests:
        done |= _leave(rpc, plan, rest, is_new=done)
    for order in plan.orders:
        done |= complete(rpc, load_order(rpc, order))
    if plan.note:
        done |= add_note(rpc, f"{SHIPMENT},{shipment}", plan.note, key)
    sentence = f"shipment {plan.number} is there"
    result = "applied" if done else "already"
    return Outcome(result=result, reference=f"shipment {plan.number}", sentence=sentence)  # type: ignore[arg-type]


def verify_shipment(rpc: Rpc, plan: ShipmentPlan) -> Outcome:
    """Return whether the shipment holds what was shipped, or is gone where it was cancelled."""
    reference = f"shipment {plan.number}"
    shipment = _find(rpc, plan.supplier, plan.number)
    held = {} if shipment is None else _held(rpc, shipment)
    if held == ({} if plan.purpose == "cancel" else plan.wanted):
        return Outcome(result="applied", reference=reference, sentence=f"{reference} is as told")
    sentence = f"{reference} holds {_say(held)} in the ERP; it should hold {_say(plan.wanted)}"
    return Outcome(result="diverged", reference=reference, sentence=sentence)


def _numbers(command: RecordShipment) -> list[str]:
    return sorted({line.po_number for line in command.lines})


def _share_out(
    rpc: Rpc, orders: dict[str, Order], wanted: dict[tuple[str, str, str], Decimal]
) -> tuple[list[Take], list[Rest]]:
    lines = {(number, line.number): line for number in orders for line in orders[number].lines}
    touched = list(dict.fromkeys((number, line) for number, line, _ in wanted))
    moves = list_moves(rpc, [lines[one].id for one in touched])
    pools = {
        one: _Pool(lines[one], [move for move in moves if move.line == lines[one].id])
        for one in touched
    }
    takes: list[Take] = []
    for (number, line, lot), total in wanted.items():
        takes += pools[number, line].take(total, lot)
    return takes, [pool.rest() for pool in pools.values()]


def _create(rpc: Rpc, plan: ShipmentPlan) -> int:
    """Create the shipment with its deliveries in one call, which is one transaction.

    The stamps make the second of two writers lose, instead of taking the deliveries of the first.
    """
    house = rpc.rows(
        "stock.location",
        [("type", "=", "warehouse")],
        ["input_location", "storage_location"],
        limit=1,
    )[0]
    lots = {(one.product, one.lot): _lot(rpc, one) for one in plan.takes if one.lot}
    old = [one for one in plan.takes if not one.is_new]
    moves: list[Any] = [["add", [one.move for one in old]]]
    moves += [["write", [one.move], _values(plan, one, lots)] for one in old]
    new = [one for one in plan.takes if one.is_new]
    if new:
        copied = rpc.rows(MOVE, [("id", "in", [one.move for one in new])], list(COPIED))
        rows = {row["id"]: {name: row[name] for name in COPIED} for row in copied}
        made = [
            rows[one.move] | {"origin": f"{LINE},{one.line}"} | _values(plan, one, lots)
            for one in new
        ]
        moves.append(["create", made])
    values = {
        "supplier": plan.supplier,
        "reference": plan.number,
        "planned_date": plan.planned,
        "warehouse": house["id"],
        "warehouse_input": house["input_location"],
        "warehouse_storage": house["storage_location"],
        "incoming_moves": moves,
    }
    stamps = {f"{MOVE},{one.move}": one.stamp for one in plan.takes}
    made_id: int = rpc.call(f"model.{SHIPMENT}.create", [values], _timestamp=stamps)[0]
    return made_id


def _values(plan: ShipmentPlan, one: Take, lots: dict[tuple[int, str], int]) -> Row:
    values: Row = {"quantity": float(one.quantity), "lot": lots.get((one.product, one.lot))}
    return values | ({"planned_date": plan.planned} if plan.planned else {})


def _lot(rpc: Rpc, one: Take) -> int:
    domain = [("product", "=", one.product), ("number", "=", one.lot)]
    rows = rpc.rows("stock.lot", domain, ["number"])
    if rows:
        return int(rows[0]["id"])
    made = rpc.call("model.stock.lot.create", [{"product": one.product, "number": one.lot}])
    return int(made[0])


def _leave(rpc: Rpc, plan: ShipmentPlan, rest: Rest, *, is_new: bool) -> bool:
    """Plan what the shipment leaves open; where it was there before, only if something is missing."""
    if not is_new:
        lines = [line for order in plan.orders for line in load_order(rpc, order).lines]
        wanted = next((line.quantity for line in lines if line.id == rest.line), Decimal(0))
        planned = sum((move.quantity for move in list_moves(rpc, [rest.line])), Decimal(0))
        if planned >= wanted:
            return False
    return schedule_rest(rpc, rest.line, rest.parts)


def _find(rpc: Rpc, supplier: int, number: str) -> int | None:
    domain = [
        ("supplier", "=", supplier),
        ("reference", "=", number),
        ("state", "!=", "cancelled"),
    ]
    rows = rpc.rows(SHIPMENT, domain, ["reference"])
    return int(rows[0]["id"]) if rows else None


def _held(rpc: Rpc, shipment: int) -> dict[str, Decimal]:
    domain = [("shipment", "=", f"{SHIPMENT},{shipment}"), ("state", "!=", "cancelled")]
    rows = rpc.rows(MOVE, domain, ["origin", "quantity", "lot.number"])
    held: dict[str, Decimal] = {}
    for row in rows:
        kind, _, line = str(row["origin"] or "").partition(",")
        if kind == LINE:  # the others carry the goods on from the door to their shelf
            key = f"{line}/{(row.get('lot.') or {}).get('number') or ''}"
            held[key] = held.get(key, Decimal(0)) + amount(row["quantity"])
    return held


def _cancel(rpc: Rpc, plan: ShipmentPlan, shipment: int | None) -> Outcome:
    if shipment is not None:
        # Deliveries that are cancelled with it would be missing from their order for good.
        domain = [("shipment", "=", f"{SHIPMENT},{shipment}"), ("state", "=", "draft")]
        moves = [row["id"] for row in rpc.rows(MOVE, domain, ["state"])]
        if moves:
            freed = [["write", moves, {"lot": None}], ["remove", moves]]
            rpc.call(f"model.{SHIPMENT}.write", [shipment], {"incoming_moves": freed})
        rpc.call(f"model.{SHIPMENT}.cancel", [shipment])
    done = shipment is not None
    for order in plan.orders:
        done |= complete(rpc, load_order(rpc, order))
    sentence = f"shipment {plan.number} is cancelled"
    result = "applied" if done else "already"
    return Outcome(result=result, reference=f"shipment {plan.number}", sentence=sentence)  # type: ignore[arg-type]


def _say(held: dict[str, Decimal]) -> str:
    said = [f"{total:f} of line {key.rstrip('/')}" for key, total in sorted(held.items())]
    return ", ".join(said) or "nothing"
