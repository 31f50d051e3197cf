"""Invoice: what the maker wants to be paid (X12 810)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Currency, Entity, Item, Party, Quantity, Reference, Text


class Charge(Entity, frozen=True, kw_only=True):
    """An allowance (taken off) or a charge (added); the amount itself is never negative."""

    kind: Literal["allowance", "charge", "other"]
    code: Annotated[str | None, Meta(description="the sender's own code (element 1300)")] = None
    amount: Decimal | None = None
    description: str | None = None


class Tax(Entity, frozen=True, kw_only=True):
    """One tax on the whole invoice or on one line."""

    kind: Annotated[Text, Meta(description="X12 element 963 code, such as ST or VA")]
    amount: Decimal | None = None
    percent: Decimal | None = None


class Terms(Entity, frozen=True, kw_only=True):
    """When it is to be paid, and what paying early saves."""

    net_days: int | None = None
    net_on: date | None = None
    discount_percent: Decimal | None = None
    discount_days: int | None = None
    discount_on: date | None = None
    description: str | None = None


class InvoiceLine(Entity, frozen=True, kw_only=True):
    """One item invoiced."""

    line_number: str | None = None
    po_number: Annotated[
        str | None, Meta(description="where the invoice is for several orders")
    ] = None
    item: Item = Item()
    invoiced: Quantity | None = None
    unit_price: Decimal | None = None
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()


class Invoice(Entity, frozen=True, kw_only=True):
    """One invoice or credit; one value per its number, date and purpose."""

    invoice_number: Text
    purpose: Literal["original", "change", "replace", "cancel", "duplicate", "other"] = "original"
    kind: Literal["invoice", "credit", "debit", "other"] = "invoice"
    invoiced_on: date
    po_number: str | None = None
    release: str | None = None
    ordered_on: date | None = None
    shipped_on: date | None = None
    currency: Currency | None = None
    terms: Terms | None = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    total: Annotated[Decimal, Meta(description="what is to be paid before any discount")]
    note: str | None = None
