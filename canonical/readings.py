"""Readings: which way to understand an answered line balances to what was ordered (F3, B-60, B-62)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import replace

from canonical.answers import answer_change
from canonical.changes import Said, Semantics, find_order_line
from canonical.order_ack import AckLine, OrderAck
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Entity, Item, Quantity

Setting = Literal["bp_quantity", "repeated_acks"]
OPTIONS: dict[Setting, tuple[str, ...]] = {
    "bp_quantity": ("backordered", "accepted"),
    "repeated_acks": ("split", "facets"),
}
_LINE = "1"
_ANY_DAY = date(2000, 1, 1)


class Reading(Entity, frozen=True, kw_only=True):
    """What a line comes to under one option of a setting."""

    option: str
    accepted: Decimal = Decimal(0)
    backordered: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    balances: Annotated[bool, Meta(description="it adds up to what was ordered")] = False
    fits_shipped: Annotated[bool, Meta(description="what was shipped first is what it accepts")] = (
        False
    )


class LineReadings(Entity, frozen=True, kw_only=True):
    """One answered line under each option of a setting, and which of them it speaks for."""

    setting: Setting
    po_number: str
    line_number: str
    ordered: Quantity
    said: str  # accepted 60 + backordered 84
    readings: tuple[Reading, ...]
    speaks_for: str = ""  # '' where it decides nothing
    because: str = ""


def list_readings(
    ack: OrderAck, order: PurchaseOrder | None, declared: Semantics, shipped: dict[str, Decimal]
) -> Iterator[LineReadings]:
    """Yield each line whose meaning hangs on a setting; without the order, by what the line repeats.

    `shipped` is what left first of each line of the order, where that is known.
    """
    for line in ack.lines:
        ours = find_order_line(order, line.line_number, line.item) if order else None
        ordered = ours.ordered if ours else line.ordered
        if ordered is None or not line.acks:
            continue
        number = (ours.line_number if ours else line.line_number) or "?"
        first = shipped.get(number)
        for setting in _list_settings(line):
            yield _read(setting, replace(line, line_number=number), ordered, declared, ack, first)


def _list_settings(line: AckLine) -> Iterator[Setting]:
    amounts = [one for one in line.acks if one.quantity is not None and one.quantity.value]
    if any(one.status == "backordered" for one in amounts):
        yield "bp_quantity"
    if len(amounts) > 1:
        yield "repeated_acks"


def _read(  # noqa: PLR0913, PLR0917 all that decides how a line is read
    setting: Setting,
    line: AckLine,
    ordered: Quantity,
    declared: Semantics,
    ack: OrderAck,
    first: Decimal | None,
) -> LineReadings:
    found = tuple(
        _try(option, setting, line, ordered, declared, first) for option in OPTIONS[setting]
    )
    speaks_for, because = _decide(found, ordered, first)
    return LineReadings(
        setting=setting,
        po_number=ack.po_number,
        line_number=line.line_number or "",
        ordered=ordered,
        said=" + ".join(
            f"{one.code or one.status} {one.quantity.value:f}"
            for one in line.acks
            if one.quantity is not None
        ),
        readings=found,
        speaks_for=speaks_for,
        because=because,
    )


def _try(  # noqa: PLR0913, PLR0917 as above
    option: str,
    setting: Setting,
    line: AckLine,
    ordered: Quantity,
    declared: Semantics,
    first: Decimal | None,
) -> Reading:
    """Return what the line comes to under an option; other settings may be any that balance."""
    others = [one for one in OPTIONS if one != setting]
    tried = []
    for rest in product(*(OPTIONS[one] for one in others)):
        chosen = {setting: option, **dict(zip(others, rest, strict=True))}
        tried.append(_post(replace(declared, **chosen), option, line, ordered, first))
    return next((one for one in tried if one.balances), tried[0])


def _post(
    semantics: Semantics, option: str, line: AckLine, ordered: Quantity, first: Decimal | None
) -> Reading:
    """Return what is posted of the line alone: its quantities, answers and schedule, and nothing else."""
    bare = replace(line, line_number=_LINE, item=Item(), unit_price=None, price_per=None)
    bare = replace(bare, acks=tuple(replace(one, item=None) for one in line.acks))
    order = PurchaseOrder(
        po_number="-",
        ordered_on=_ANY_DAY,
        lines=(OrderLine(line_number=_LINE, item=Item(buyer="-"), ordered=ordered),),
    )
    said = Said(partner="-", semantics=semantics)
    change = answer_change(order, OrderAck(po_number="-", status="changed", lines=(bare,)), said)
    sums = {"accepted": Decimal(0), "backordered": Decimal(0), "rejected": Decimal(0)}
    for posting in change.postings:
        sums[posting.kind] += posting.quantity
    return Reading(
        option=option,
        balances=sum(sums.values()) == ordered.value,
        fits_shipped=first is not None and sums["accepted"] == first,
        **sums,
    )


def _decide(
    found: tuple[Reading, ...], ordered: Quantity, first: Decimal | None
) -> tuple[str, str]:
    """Return which option a line speaks for, and why; two that balance are told apart by what was shipped."""
    balanced = [one for one in found if one.balances]
    if len(balanced) == 1:
        return balanced[0].option, f"only so it adds up to the {ordered.value:f} ordered"
    fitting = [one for one in balanced if one.fits_shipped]
    if len(balanced) > 1 and len(fitting) == 1:
        return fitting[0].option, f"{first:f} were shipped first, as it accepts"
    if balanced:
        return "", "each reading adds up to what was ordered"
    return "", "no reading adds up to what was ordered"
