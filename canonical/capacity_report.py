"""CapacityReport: what a CM can make of which parts, and how soon (a feed by CSV, JSON or HTTPS)."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from canonical.shared import Entity, Item, Quantity, Text


class CapacityLine(Entity, frozen=True, kw_only=True):
    """All that is said about the capacity for one part."""

    item: Item
    location: Annotated[str | None, Meta(description="which plant, by the id its parties use")] = (
        None
    )
    per_week: Annotated[Quantity | None, Meta(description="what can be made in a week")] = None
    free: Annotated[
        Quantity | None, Meta(description="what of it nobody has ordered yet, in the next week")
    ] = None
    slots: Annotated[Decimal | None, Meta(description="machine slots for it")] = None
    slots_free: Decimal | None = None
    queue_depth: Annotated[
        Decimal | None, Meta(description="orders that wait before a new one")
    ] = None
    lead_time_days: Annotated[Decimal | None, Meta(description="calendar days to delivery")] = None
    from_on: Annotated[date | None, Meta(description="the first day it holds")] = None
    note: str | None = None


class CapacityReport(Entity, frozen=True, kw_only=True):
    """One report of capacity; it replaces what was said before of the parts it names."""

    report_number: Text
    reported_on: date
    as_of: Annotated[date | None, Meta(description="when it was so; it ages from then on")] = None
    lines: Annotated[tuple[CapacityLine, ...], Meta(min_length=1)]
