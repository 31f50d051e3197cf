"""Packs: quantities said in packs, in the unit of the order (B-52, B-72)."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from canonical.order_ack import AckLine, LineStatus, OrderAck, PromisedPart
from canonical.purchase_order import OrderLine
from canonical.shared import Entity, Item, Quantity
from canonical.ship_notice import ShipLine

SMALLEST = Decimal("0.000001")


class PackSize(Entity, frozen=True, kw_only=True):
    """What one pack of a part holds, as agreed with its maker."""

    item: Annotated[str, Meta(description="our part number; * for every part")] = "*"
    unit: Annotated[str, Meta(description="the pack's X12 element 355 code, such as CA")]
    holds: Decimal
    of: Annotated[str, Meta(description="the code of what it holds, such as EA")]


Sizes = tuple[PackSize, ...]


def find_size(item: Item, one: str, other: str, sizes: Sizes) -> PackSize | None:
    """Return the size between two units, the part's own before the one for every part."""
    units = {one, other}
    fitting = [size for size in sizes if {size.unit, size.of} == units]
    own = next((size for size in fitting if size.item == item.buyer), None)
    return own or next((size for size in fitting if size.item == "*"), None)


def to_order_unit(said: Quantity, line: OrderLine, sizes: Sizes) -> Quantity:
    """Return a quantity in the unit of its order line; as it was said where no size says how.

    Nothing is rounded: what is no number of packs to six places stays as it was said.
    """
    unit = line.ordered.unit
    size = None if said.unit == unit else find_size(line.item, said.unit, unit, sizes)
    if size is None:
        return said
    if size.unit == said.unit:
        return Quantity(value=said.value * size.holds, unit=unit)
    packs = (said.value / size.holds).quantize(SMALLEST, ROUND_DOWN).normalize()
    return Quantity(value=packs, unit=unit) if packs * size.holds == said.value else said


def ack_line_in_order_unit(said: AckLine, line: OrderLine, sizes: Sizes) -> AckLine:
    """Return an answered line with its quantities, and its price, in the unit of the order."""
    priced = said.unit_price
    if priced is not None and said.ordered is not None:
        one = to_order_unit(Quantity(value=Decimal(1), unit=said.ordered.unit), line, sizes)
        # A case at 240 that holds 24 is one at 10.
        priced = priced / one.value if one.unit != said.ordered.unit else priced
    return replace(
        said,
        ordered=to_order_unit(said.ordered, line, sizes) if said.ordered else None,
        unit_price=priced,
        acks=tuple(_status(one, line, sizes) for one in said.acks),
        schedule=tuple(_part(one, line, sizes) for one in said.schedule),
        destinations=tuple(
            replace(one, quantity=to_order_unit(one.quantity, line, sizes))
            for one in said.destinations
        ),
    )


def _status(said: LineStatus, line: OrderLine, sizes: Sizes) -> LineStatus:
    if said.quantity is None:
        return said
    return replace(said, quantity=to_order_unit(said.quantity, line, sizes))


def _part(said: PromisedPart, line: OrderLine, sizes: Sizes) -> PromisedPart:
    return replace(said, quantity=to_order_unit(said.quantity, line, sizes))


def ack_in_order_units(ack: OrderAck, lines: Mapping[int, OrderLine], sizes: Sizes) -> OrderAck:
    """Return an answer in the units of the order; `lines` are those its lines speak of, by index."""
    if not sizes:
        return ack
    return replace(
        ack,
        lines=tuple(
            ack_line_in_order_unit(one, lines[index], sizes) if index in lines else one
            for index, one in enumerate(ack.lines)
        ),
    )


def find_other_size(said: ShipLine, line: OrderLine, sizes: Sizes) -> str:
    """Return how the notice's packing (PO4) contradicts the size agreed; empty where it does not."""
    if said.shipped is None or said.packing is None:
        return ""
    size = find_size(line.item, said.shipped.unit, line.ordered.unit, sizes)
    if size is None or size.unit != said.shipped.unit:
        return ""
    inside, holds = said.packing.inside or Decimal(1), said.packing.holds
    counted = {inside}
    if holds is not None and holds.unit == size.of:
        counted = {inside * holds.value}
    if size.holds in counted or counted == {Decimal(1)}:
        return ""
    told = min(counted)
    return f"one {size.unit} holds {told:f} {size.of} by its packing, {size.holds:f} are agreed"
