"""ProductionEvent: what a CM completed, consumed or scrapped (a feed by CSV, JSON or HTTPS)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Item, Quantity, Text


class ProductionLine(Entity, frozen=True, kw_only=True):
    """So much of one part, and what became of it."""

    event: Literal["completed", "consumed", "scrapped", "received", "returned", "other"]
    item: Item
    quantity: Quantity
    po_number: Annotated[str | None, Meta(description="the order it was made or used for")] = None
    line_number: str | None = None
    lot: str | None = None
    note: str | None = None


class ProductionEvent(Entity, frozen=True, kw_only=True):
    """What happened in one shift or batch; one value per its number."""

    event_number: Text
    happened_on: date
    lines: Annotated[tuple[ProductionLine, ...], Meta(min_length=1)]
