"""PurchaseOrder: what the OEM wants made, by whom, and by when (X12 850)."""

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


class Component(Entity, frozen=True, kw_only=True):
    """One part of a kit that is ordered as one line (X12 SLN)."""

    number: Text
    item: Item
    quantity: Annotated[Quantity, Meta(description="for one kit, or for all of the line")]


class OrderLine(Entity, frozen=True, kw_only=True):
    """One line of an order: an item, how many, at what price, needed when."""

    line_number: Text
    item: Item
    ordered: Quantity
    unit_price: Decimal | None = None
    price_per: Annotated[
        Decimal | None, Meta(description="the price is for so many units (PO105 HP, HT, TP)")
    ] = None
    needed: PromisedDate | None = None
    certificates: Annotated[
        tuple[str, ...], Meta(description="certificates the maker must hold, such as ISO13485")
    ] = ()
    components: Annotated[
        tuple[Component, ...], Meta(description="what a kit consists of; empty for a part")
    ] = ()
    destinations: Annotated[
        tuple[Destination, ...],
        Meta(description="where it goes, if to several places; they add up to what is ordered"),
    ] = ()
    note: str | None = None


class PurchaseOrder(Entity, frozen=True, kw_only=True):
    """An order as released by the buyer; one value per order number and release."""

    po_number: Text
    release: str | None = None
    purpose: Literal["original", "cancel", "replace", "confirm", "duplicate", "other"] = "original"
    kind: str | None = None
    ordered_on: date
    currency: Annotated[
        Currency | None, Meta(description="empty where the parties have agreed one for all orders")
    ] = None
    supplier: Annotated[
        str | None, Meta(description="the partner who is to make it, by its name in partners/")
    ] = None
    vendor_order_no: str | None = None
    needed: PromisedDate | None = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: Annotated[tuple[OrderLine, ...], Meta(min_length=1)]
    total: Decimal | None = None
    note: str | None = None
