"""Shipments: what a ShipNotice means for the orders it names (B-71, B-77)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from msgspec.structs import replace

from canonical.changes import (
    Change,
    Remark,
    Said,
    Told,
    bad_quantity,
    find_order_line,
    post_line,
)
from canonical.packing import LineKey, check_packs, check_place, check_to_date
from canonical.packs import to_order_unit
from canonical.postings import Balance, Posting
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Quantity
from canonical.ship_notice import ShipLine, ShipNotice

__all__ = ["LineKey", "find_named", "not_found", "notice_change"]


def notice_change(
    notice: ShipNotice,
    orders: Mapping[str, PurchaseOrder],
    balances: Mapping[LineKey, Balance],
    said: Said,
) -> Change:
    """Return one `shipped` posting per packed line; `balances` are those before this notice."""
    postings: list[Posting] = []
    remarks: list[Remark] = []
    for index, line in enumerate(notice.lines):
        place = said.place(f"lines[{index}]")
        found = find_named(line, orders)
        if isinstance(found, str):
            remarks.append(not_found(found, place))
            continue
        order, order_line = found
        if line.shipped is None:
            remarks.append(_no_quantity(order, order_line, place))
            continue
        if line.shipped.value <= 0:
            remarks.append(_bad_quantity(order, order_line, line.shipped, place))
            continue
        shipped = to_order_unit(line.shipped, order_line, said.packs)
        if shipped.unit != order_line.ordered.unit:
            remarks.append(_unit_differs(order, order_line, line, place))
            continue
        told = Told(said.partner, place)
        posting = post_line(order, order_line, "shipped", shipped, told)
        if order_line.destinations:
            remarks += check_place(line, order_line, posting)
            posting = replace(posting, ship_to=line.ship_to or "")
        postings.append(posting)
        remarks += check_packs(line, order_line, postings[-1], said.packs)
    remarks += _check_over(postings, balances)
    if len(postings) == len(notice.lines):
        remarks += check_to_date(notice, postings, balances)
    return Change(postings=tuple(postings), remarks=tuple(remarks))


class Named(Protocol):
    """A line that names an order and, perhaps, its line."""

    @property
    def po_number(self) -> str | None:
        """Return the order's number."""

    @property
    def line_number(self) -> str | None:
        """Return the line's number, which may be a running number of the document's own."""

    @property
    def item(self) -> Item:
        """Return what it is."""


def find_named(
    line: Named, orders: Mapping[str, PurchaseOrder]
) -> tuple[PurchaseOrder, OrderLine] | str:
    """Return the order and line meant, or the sentence that says why there is none."""
    if not line.po_number:
        return "a line names no order"
    order = orders.get(line.po_number)
    if order is None:
        return f"order {line.po_number} is not known here or not this partner's"
    found = find_order_line(order, line.line_number, line.item)
    if found is None:
        found = find_order_line(order, None, line.item)  # SN101 is often a running number
    if found is None:
        part = line.item.buyer or line.item.vendor or "no part number"
        return f"order {line.po_number} has no line {line.line_number or '-'} with {part}"
    return order, found


def not_found(sentence: str, place: str) -> Remark:
    """Return the error of a line that speaks of nothing we know."""
    return Remark(
        level="error",
        code="no-such-line",
        sentence=sentence,
        advice="correct the order and line number and send it again",
        place=place,
    )


def _no_quantity(order: PurchaseOrder, line: OrderLine, place: str) -> Remark:
    return Remark(
        level="error",
        code="no-quantity",
        sentence=f"line {line.line_number} of order {order.po_number} is shipped without a quantity",
        advice="send the shipped quantity",
        place=place,
        line_number=line.line_number,
    )


def _bad_quantity(order: PurchaseOrder, line: OrderLine, shipped: Quantity, place: str) -> Remark:
    sentence = f"line {line.line_number} of order {order.po_number}: {shipped.value:f} {shipped.unit} are shipped"
    advice = "send the quantity that left, more than 0, or leave the line out of the notice"
    return bad_quantity(sentence, advice, place, line.line_number)


def _unit_differs(order: PurchaseOrder, line: OrderLine, shipped: ShipLine, place: str) -> Remark:
    unit = shipped.shipped.unit if shipped.shipped else ""
    return Remark(
        level="error",
        code="unit-differs",
        sentence=f"line {line.line_number} of order {order.po_number}: shipped in {unit}, ordered in {line.ordered.unit}",
        advice=f"say the quantity in {line.ordered.unit}, or agree with the buyer what a pack holds",
        place=place,
        line_number=line.line_number,
    )


def _check_over(postings: list[Posting], balances: Mapping[LineKey, Balance]) -> list[Remark]:
    shipped: dict[LineKey, Decimal] = {}
    for posting in postings:
        key = (posting.po_number, posting.line_number)
        shipped[key] = shipped.get(key, Decimal(0)) + posting.quantity
    remarks = []
    for (po_number, line_number), quantity in shipped.items():
        balance = balances.get((po_number, line_number), Balance())
        left = max(balance.ordered - balance.shipped, Decimal(0))
        if quantity > left:
            remarks.append(
                Remark(
                    level="warning",
                    code="over-shipped",
                    sentence=f"line {line_number} of order {po_number}: {quantity} shipped, {left} were still to come",
                    advice="agree with the buyer whether the surplus is kept",
                    line_number=line_number,
                )
            )
    return remarks
