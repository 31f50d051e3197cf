"""OrderChange: what the buyer wants different about an order already placed (X12 860)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import (
    Currency,
    Entity,
    Item,
    Party,
    PromisedDate,
    Quantity,
    Reference,
    Text,
)


class LineChange(Entity, frozen=True, kw_only=True):
    """One changed line; what is absent stays as it was, quantities are absolute."""

    line_number: Text
    action: Literal["add", "delete", "quantity", "date", "price", "replace", "other"]
    item: Item | None = None
    ordered: Quantity | None = None
    unit_price: Decimal | None = None
    needed: PromisedDate | None = None


class OrderChange(Entity, frozen=True, kw_only=True):
    """A change to one order; one value per order number and change sequence."""

    po_number: Text
    release: str | None = None
    change_number: str | None = None
    purpose: Literal["change", "cancel", "replace", "other"] = "change"
    changed_on: date
    ordered_on: date | None = None
    vendor_order_no: str | None = None
    currency: Currency | None = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: Annotated[
        tuple[LineChange, ...], Meta(description="empty for a whole cancellation")
    ] = ()
    note: str | None = None
