"""ShipNotice: what left the CM, in which packages, for which orders (X12 856)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Item, Party, Quantity, Reference, Text


class Packing(Entity, frozen=True, kw_only=True):
    """What one pack of the line holds, as its maker says (X12 PO4)."""

    inside: Annotated[
        Decimal | None, Meta(description="inner packs, or pieces where there are none (PO401)")
    ] = None
    holds: Annotated[
        Quantity | None, Meta(description="what each of them holds (PO402, PO403)")
    ] = None


class ShipLine(Entity, frozen=True, kw_only=True):
    """One item as packed; an order line may stand in several of them (B-71)."""

    po_number: str | None = None
    release: str | None = None
    line_number: str | None = None
    item: Item = Item()
    ship_to: Annotated[str | None, Meta(description="the place it goes to (N1 ST)")] = None
    shipped: Quantity | None = None
    shipped_to_date: Annotated[
        Decimal | None, Meta(description="of this order line, this shipment included (SN104)")
    ] = None
    ordered: Quantity | None = None
    packing: Packing | None = None
    sscc: Annotated[
        str | None, Meta(description="serial shipping container code of the nearest package")
    ] = None
    lot: str | None = None
    code: Annotated[str | None, Meta(description="the sender's line status code (SN108)")] = None


class Package(Entity, frozen=True, kw_only=True):
    """One pallet or package of a shipment, as its label says (X12 HL T and P, MAN)."""

    number: Annotated[Text, Meta(description="of its level in the notice (HL01)")]
    inside: Annotated[str | None, Meta(description="the level it is part of (HL02)")] = None
    level: Literal["pallet", "package"]
    sscc: str | None = None
    carrier_number: Annotated[
        str | None, Meta(description="what the carrier calls it (MAN01 = CP)")
    ] = None


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
    packages: tuple[Package, ...] = ()
    lines: tuple[ShipLine, ...] = ()
