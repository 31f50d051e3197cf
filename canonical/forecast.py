"""Forecast: what the buyer will need, firm or planned, period by period (X12 830 and 862)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Destination, Entity, Item, Party, Reference, Text


class Period(Entity, frozen=True, kw_only=True):
    """So much in one day, week, month or range, and how binding it is (B-79)."""

    quantity: Decimal
    firmness: Literal["firm", "planned", "immediate", "pilot", "other"]
    bucket: Literal["day", "week", "month", "quarter", "range", "other"]
    on: Annotated[date, Meta(description="the day, or the first day of the period")]
    until: Annotated[date | None, Meta(description="the last day of a range")] = None
    time: Annotated[str | None, Meta(description="HHMM, as the buyer wrote it")] = None
    reference: Annotated[str | None, Meta(description="the buyer's number of this release")] = None
    code: Annotated[str | None, Meta(description="the sender's own code (element 680)")] = None
    destinations: Annotated[
        tuple[Destination, ...], Meta(description="for which places, where there are several (SDQ)")
    ] = ()


class Receipt(Entity, frozen=True, kw_only=True):
    """What the buyer has booked so far; `cumulative` counts from the day it was last reset (B-80)."""

    counts: Literal["discrete", "cumulative", "other"]
    quantity: Decimal | None = None
    what: Literal["received", "shipped", "other"] = "other"
    on: Annotated[
        date | None, Meta(description="of the receipt, or the first day of the count")
    ] = None
    until: date | None = None


class Authorization(Entity, frozen=True, kw_only=True):
    """How far the maker may go at the buyer's risk, in cumulative quantities (B-80)."""

    what: Literal["finished", "material", "required_before", "other"]
    quantity: Decimal | None = None
    maximum: Decimal | None = None
    until: date | None = None
    since: Annotated[date | None, Meta(description="when the count was last reset")] = None
    code: Annotated[str | None, Meta(description="the sender's own code (element 672)")] = None


class ForecastLine(Entity, frozen=True, kw_only=True):
    """One item to one place, with all its periods; all quantities are in `unit`."""

    line_number: str | None = None
    item: Item
    po_number: str | None = None
    ship_to: Annotated[str | None, Meta(description="where to, by the id the buyer uses")] = None
    unit: Annotated[str | None, Meta(description="X12 element 355 code, such as EA")] = None
    periods: tuple[Period, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    authorized: tuple[Authorization, ...] = ()


class Forecast(Entity, frozen=True, kw_only=True):
    """One schedule: a new one of the same kind replaces the earlier, a shipping one goes first (B-80)."""

    kind: Literal["planning", "shipping"]
    forecast_number: Text
    release: str | None = None
    purpose: Literal["original", "change", "replace", "cancel", "other"] = "original"
    issued_on: date
    starts_on: date | None = None
    ends_on: date | None = None
    dates_are: Annotated[
        Literal["ship", "deliver", "other"], Meta(description="what happens on the days named")
    ] = "other"
    counts: Annotated[
        Literal["discrete", "cumulative", "other"],
        Meta(description="whether each period stands alone or holds all before it"),
    ] = "discrete"
    po_number: str | None = None
    supplier: Annotated[
        str | None, Meta(description="the partner who is to make it, by its name in partners/")
    ] = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: Annotated[tuple[ForecastLine, ...], Meta(min_length=1)]
