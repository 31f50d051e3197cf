"""InventoryPosition: what lies where, quantity by quantity (X12 846)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Item, Party, Quantity, Reference, Text

StockKind = Literal[
    "on_hand",
    "available",
    "on_hold",
    "committed",
    "on_order",
    "in_transit",
    "backordered",
    "minimum",
    "maximum",
    "received",
    "shipped",
    "allocated",  # what the ERP has at the CM, by its own books
    "other",  # the sender's code says which
]


class StockQuantity(Entity, frozen=True, kw_only=True):
    """One quantity of one kind; kinds overlap and are never added up (B-81)."""

    kind: StockKind
    quantity: Quantity
    as_of: date | None = None
    code: Annotated[str | None, Meta(description="the sender's own code (element 673)")] = None


class InventoryLine(Entity, frozen=True, kw_only=True):
    """All that is said about the stock of one item."""

    line_number: str | None = None
    item: Item
    location: Annotated[str | None, Meta(description="where, by the id its parties use")] = None
    quantities: tuple[StockQuantity, ...] = ()


class InventoryPosition(Entity, frozen=True, kw_only=True):
    """One report of stock; a `change` tells differences, every other purpose a whole picture."""

    report_number: Text
    purpose: Literal["original", "change", "replace", "cancel", "other"] = "original"
    kind: Annotated[str | None, Meta(description="the sender's report type (element 755)")] = None
    held_by: Annotated[
        str | None,
        Meta(description="who holds it, by its name in partners/, where the ERP reports"),
    ] = None
    reported_on: date
    as_of: Annotated[
        date | None, Meta(description="when the stock was counted; it ages from then on")
    ] = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: Annotated[tuple[InventoryLine, ...], Meta(min_length=1)]
