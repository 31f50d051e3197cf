"""OrderAck: what the CM says to an order (X12 855 and 865)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import (
    Currency,
    Destination,
    Entity,
    Item,
    Party,
    PromisedDate,
    Quantity,
    Reference,
    Text,
)

OrderStatus = Literal["accepted", "changed", "rejected", "on_hold", "counter_offer", "review"]
LineAnswer = Literal[
    "accepted",
    "backordered",
    "rejected",
    "date_changed",
    "quantity_changed",
    "price_changed",
    "substituted",
    "on_hold",
    "shipped",
    "unchanged",  # the change that was asked for is refused: what was agreed before holds
    "review",  # a code nobody has given a meaning yet: a person decides
]


class LineStatus(Entity, frozen=True, kw_only=True):
    """One answer about a line or a part of it; several may stand under one line (B-60)."""

    status: LineAnswer
    quantity: Quantity | None = None
    promised: PromisedDate | None = None
    reason: Annotated[
        str | None, Meta(description="why, where the code says so, such as not_available")
    ] = None
    item: Item | None = None
    code: Annotated[str | None, Meta(description="the sender's own code")] = None


class PromisedPart(Entity, frozen=True, kw_only=True):
    """How much of a line comes when: one line of the CM's schedule (X12 SCH), in absolute quantity."""

    quantity: Quantity
    promised: PromisedDate | None = None


class KitPart(Entity, frozen=True, kw_only=True):
    """One part of a kit, with the answers of its sub-line (X12 SLN and the ACK below it, B-64)."""

    number: str | None = None
    item: Item = Item()
    quantity: Annotated[
        Quantity | None, Meta(description="for one kit or for all of the line, as the maker counts")
    ] = None
    acks: tuple[LineStatus, ...] = ()


class AckLine(Entity, frozen=True, kw_only=True):
    """A line as the CM repeats it, with all its answers."""

    line_number: str | None = None
    item: Item = Item()
    ordered: Quantity | None = None
    unit_price: Decimal | None = None
    price_per: Annotated[
        Decimal | None, Meta(description="the price is for so many units (PO105 HP, HT, TP)")
    ] = None
    acks: tuple[LineStatus, ...] = ()
    schedule: Annotated[
        tuple[PromisedPart, ...],
        Meta(description="dates of what the answers promise together; it adds nothing to them"),
    ] = ()
    destinations: Annotated[
        tuple[Destination, ...], Meta(description="for which places what is promised is (SDQ)")
    ] = ()
    parts: Annotated[
        tuple[KitPart, ...], Meta(description="of a kit; it is sent when its last part is there")
    ] = ()


class OrderAck(Entity, frozen=True, kw_only=True):
    """A CM's answer to one order; one value per order number, purpose and date."""

    po_number: Text
    release: str | None = None
    about: Annotated[
        Literal["order", "change"],
        Meta(description="change: it answers a change of the order, or asks for one (865)"),
    ] = "order"
    change_number: Annotated[str | None, Meta(description="which change is answered (BCA05)")] = (
        None
    )
    purpose: Literal["original", "change", "replace", "cancel", "confirm", "other"] = "original"
    status: OrderStatus
    unmentioned: Annotated[
        Literal["accepted", "rejected", "open"],
        Meta(description="what holds for lines of the order that this answer does not mention"),
    ] = "open"
    ordered_on: date | None = None
    acknowledged_on: date | None = None
    vendor_order_no: str | None = None
    currency: Currency | None = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: tuple[AckLine, ...] = ()
    note: str | None = None
