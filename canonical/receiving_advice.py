"""ReceivingAdvice: what arrived, and in which condition (X12 861)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Item, Party, Quantity, Reference, Text

ConditionKind = Literal[
    "good",
    "damaged",
    "short",
    "over",
    "over_returned",
    "quality",
    "wrong_item",
    "wrong_container",
    "rejected",
    "on_hold",
    "scrapped",
    "count_adjusted",
    "no_notice",  # cannot be booked: no ship notice matches
    "booked_without_notice",
    "not_received",
    "other",
]


class Condition(Entity, frozen=True, kw_only=True):
    """So much of a line in one condition; conditions are booked differently (B-78)."""

    condition: ConditionKind
    quantity: Quantity
    code: Annotated[str | None, Meta(description="the sender's own code (element 412)")] = None


class ReceivedLine(Entity, frozen=True, kw_only=True):
    """One item as it was received."""

    po_number: str | None = None
    release: str | None = None
    line_number: str | None = None
    item: Item = Item()
    received: Quantity | None = None
    returned: Quantity | None = None
    conditions: Annotated[
        tuple[Condition, ...], Meta(description="quantities in question, five at most in X12")
    ] = ()
    lot: str | None = None


class ReceivingAdvice(Entity, frozen=True, kw_only=True):
    """One receipt; one value per its number and purpose."""

    receipt_number: Text
    purpose: Literal["original", "change", "replace", "cancel", "other"] = "original"
    kind: Annotated[str | None, Meta(description="the sender's type code (element 962)")] = None
    advised_on: date
    received_on: date | None = None
    shipment_number: str | None = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: tuple[ReceivedLine, ...] = ()
