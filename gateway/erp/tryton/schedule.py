"""Schedules: the open deliveries of an order line are made equal to quantities and dates."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from gateway.erp.errors import ErpStaleError, ErpUnknownError
from gateway.erp.tryton.look import LINE, MOVE, ORDER, Move, Order, list_moves
from gateway.erp.tryton.rpc import Rpc

_TRIES = 3
# What a delivery has from the one it is split from.
COPIED = ("product", "unit", "from_location", "to_location", "company", "unit_price", "currency")


class Part(Struct, frozen=True):
    """So much, on that day."""

    quantity: Decimal
    on: date | None


def left_of(parts: Iterable[Part], moves: Iterable[Move]) -> list[Part]:
    """Return what of a whole schedule has not left yet: what was shipped is taken from its front."""
    shipped = sum((move.quantity for move in moves if not move.is_open), Decimal(0))
    left = []
    for part in sort_parts(parts):
        taken = min(part.quantity, shipped)
        shipped -= taken
        if part.quantity > taken:
            left.append(Part(part.quantity - taken, part.on))
    return left


def sort_parts(parts: Iterable[Part]) -> list[Part]:
    """Return the parts, the earliest first, those of one day added up; nothing is no part."""
    sums: dict[date | None, Decimal] = {}
    for part in parts:
        sums[part.on] = sums.get(part.on, Decimal(0)) + part.quantity
    found = [Part(quantity, on) for on, quantity in sums.items() if quantity > 0]
    return sorted(found, key=lambda part: part.on or date.max)


def open_parts(moves: Iterable[Move]) -> list[Part]:
    """Return the open deliveries as parts."""
    return sort_parts(Part(move.quantity, move.planned) for move in moves if move.is_open)


def schedule(rpc: Rpc, line: int, parts: Sequence[Part]) -> bool:
    """Return whether something had to be done to make the open deliveries what a whole schedule leaves."""
    return _converge(rpc, line, parts, is_whole=True)


def schedule_rest(rpc: Rpc, line: int, parts: Sequence[Part]) -> bool:
    """Return whether something had to be done to make the open deliveries equal to these parts."""
    return _converge(rpc, line, parts, is_whole=False)


def complete(rpc: Rpc, order: Order) -> bool:
    """Return whether deliveries were missing, and had to be planned by Tryton's own `process`.

    Its follow-up runs after the commit in the same process: a server killed between the two leaves
    a changed order without any deliveries. The button does what was lost, and may be pressed twice.
    """
    moves = list_moves(rpc, [line.id for line in order.lines])
    for line in order.lines:
        planned = sum((move.quantity for move in moves if move.line == line.id), Decimal(0))
        if planned < line.quantity:
            rpc.call(f"model.{ORDER}.process", [order.id])
            return True
    return False


def _converge(rpc: Rpc, line: int, parts: Sequence[Part], *, is_whole: bool) -> bool:
    for _ in range(_TRIES):
        # Its stamp before its deliveries: what changes in between is noticed when it is written.
        rows = rpc.rows(LINE, [("id", "=", line)], ["_timestamp"])
        moves = list_moves(rpc, [line])
        wanted = left_of(parts, moves) if is_whole else sort_parts(parts)
        if not rows or not moves or open_parts(moves) == wanted:
            return False
        try:
            _make_equal(rpc, line, rows[0]["_timestamp"], moves, wanted)
        except ErpStaleError:
            continue  # somebody else moved one of them: look again
        return True
    raise ErpUnknownError(f"others go on changing the deliveries of line {line}; it is tried again")


def _make_equal(rpc: Rpc, line: int, stamp: str, moves: list[Move], wanted: list[Part]) -> None:
    """Change, add and remove deliveries in one call: one transaction, or Stale where another was first."""
    have = [move for move in moves if move.is_open]
    steps: list[Any] = [
        ["write", [move.id], _values(part)]
        for move, part in zip(have, wanted, strict=False)
        if (move.quantity, move.planned) != (part.quantity, part.on)
    ]
    new = wanted[len(have) :]
    if new:
        copied = rpc.rows(MOVE, [("id", "=", moves[0].id)], list(COPIED))[0]
        values = {name: copied[name] for name in COPIED}
        steps.append(["create", [values | _values(part) for part in new]])
    surplus = [move.id for move in have[len(wanted) :]]
    if surplus:
        steps.append(["delete", surplus])
    stamps = {f"{LINE},{line}": stamp} | {f"{MOVE},{move.id}": move.stamp for move in have}
    rpc.call(f"model.{LINE}.write", [line], {"moves": steps}, _timestamp=stamps)


def _values(part: Part) -> dict[str, Any]:
    return {"quantity": float(part.quantity), "planned_date": part.on}
