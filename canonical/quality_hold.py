"""QualityHold: goods that may not be used or sent until somebody decides (a feed by CSV, JSON or HTTPS)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Item, Quantity, Text


class HeldLine(Entity, frozen=True, kw_only=True):
    """So much of one part that is held."""

    item: Item
    quantity: Quantity
    po_number: str | None = None
    line_number: str | None = None
    lot: str | None = None


class QualityHold(Entity, frozen=True, kw_only=True):
    """One hold; the same number again says what became of it."""

    hold_number: Text
    state: Literal["held", "released", "scrapped"]
    since: date
    reason: Annotated[str | None, Meta(description="why, in words")] = None
    lines: Annotated[tuple[HeldLine, ...], Meta(min_length=1)]
