"""OrderStatus: how far the making and shipping of orders has come (X12 870)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Item, Party, PromisedDate, Quantity, Reference, Text

State = Literal[
    "received",  # the order is known, nothing is planned yet
    "scheduled",
    "in_production",
    "ready",
    "packed",
    "partly_shipped",
    "shipped",
    "delivered",
    "complete",
    "backordered",
    "late",
    "on_hold",
    "cancelled",
    "other",  # the sender's code says what
]


class Progress(Entity, frozen=True, kw_only=True):
    """One state of a line or of a part of it; the raw code is kept beside our word (B-82)."""

    state: State
    quantity: Quantity | None = None
    on: Annotated[date | None, Meta(description="the day the state speaks of")] = None
    expected: PromisedDate | None = None
    reason: Annotated[str | None, Meta(description="the sender's reason code (element 641)")] = None
    code: Annotated[str | None, Meta(description="the sender's own code (element 368)")] = None


class StatusLine(Entity, frozen=True, kw_only=True):
    """One order line, or a whole order where no line is named."""

    po_number: str | None = None
    release: str | None = None
    line_number: str | None = None
    item: Item = Item()
    ordered: Quantity | None = None
    progress: tuple[Progress, ...] = ()


class OrderStatus(Entity, frozen=True, kw_only=True):
    """One status report; it tells how things stand and changes no promise by itself."""

    report_number: Text
    purpose: Literal["original", "change", "replace", "cancel", "other"] = "original"
    reported_on: date
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: tuple[StatusLine, ...] = ()
