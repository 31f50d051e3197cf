"""ShipNotice: what left the CM, in which packages, for which orders (X12 856)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Item, Party, Quantity, Reference, Text


class ShipLine(Entity, frozen=True, kw_only=True):
    """One item as packed; an order line may stand in several of them (B-71)."""

    po_number: str | None = None
    release: str | None = None
    line_number: str | None = None
    item: Item = Item()
    shipped: Quantity | None = None
    ordered: Quantity | None = None
    sscc: Annotated[str | None, Meta(description="serial shipping container code")] = None
    lot: str | None = None
    code: Annotated[str | None, Meta(description="the sender's line status code (SN108)")] = None


class ShipNotice(Entity, frozen=True, kw_only=True):
    """One shipment; one value per shipment number and purpose."""

    shipment_number: Text
    purpose: Literal["original", "cancel", "replace", "change", "confirm", "other"] = "original"
    noticed_on: date
    shipped_on: date | None = None
    expected_on: date | None = None
    carrier: str | None = None
    bill_of_lading: str | None = None
    tracking: str | None = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: tuple[ShipLine, ...] = ()
