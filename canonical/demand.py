"""Demand: what schedules (X12 830 and 862) ask for period by period, net and without overlap (B-79, B-80)."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from canonical.forecast import Forecast, ForecastLine, Period
from canonical.shared import Entity


class Need(Entity, frozen=True, kw_only=True):
    """So much of a part that is to leave, or to arrive, in one period; nothing of it is in another."""

    item: str
    ship_to: str = ""
    po_number: str = ""
    kind: str
    forecast_number: str
    firmness: str
    bucket: str
    on: date
    until: date | None = None
    quantity: Decimal
    unit: str = ""
    is_past_due: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Return of what it is, and to where."""
        return self.item, self.ship_to


class Ahead(Entity, frozen=True, kw_only=True):
    """That more was booked of a part than a cumulative schedule asks for by its first day."""

    item: str
    ship_to: str = ""
    asked: Decimal
    booked: Decimal


def list_needs(schedule: Forecast) -> list[Need]:
    """Return what each period of a schedule asks for by itself; cumulative quantities are told apart.

    What stands in a cumulative schedule is all since its count began: each period asks for what it
    has more than the one before, the first for what it has more than was booked (SHP). A period
    before the day of issue is past due.
    """
    return [need for line in schedule.lines for need in _needs_of(schedule, line)]


def _needs_of(schedule: Forecast, line: ForecastLine) -> Iterator[Need]:
    """Yield the needs of a line, those of a period for several places place by place (B-83)."""
    for need, period in _periods_of(schedule, line):
        if not period.destinations or schedule.counts == "cumulative":
            yield need
            continue
        for one in period.destinations:
            yield replace(need, ship_to=one.place, quantity=one.quantity.value)


def _periods_of(schedule: Forecast, line: ForecastLine) -> Iterator[tuple[Need, Period]]:
    before = _booked(line) if schedule.counts == "cumulative" else Decimal(0)
    for period in sorted(line.periods, key=lambda one: one.on):
        quantity = period.quantity
        if schedule.counts == "cumulative":
            quantity = max(period.quantity - before, Decimal(0))
            before = max(before, period.quantity)
        need = Need(
            item=name_of(line),
            ship_to=line.ship_to or "",
            po_number=line.po_number or schedule.po_number or "",
            kind=schedule.kind,
            forecast_number=schedule.forecast_number,
            firmness=period.firmness,
            bucket=period.bucket,
            on=period.on,
            until=period.until,
            quantity=quantity,
            unit=line.unit or "",
            is_past_due=(period.until or period.on) < schedule.issued_on,
        )
        yield need, period


def name_of(line: ForecastLine) -> str:
    """Return what a part is known by: the buyer's number before any other."""
    item = line.item
    return item.buyer or item.vendor or item.manufacturer or item.gtin or ""


def _booked(line: ForecastLine) -> Decimal:
    """Return what was booked since the count began: what was received, else what was shipped."""
    counted = [one for one in line.receipts if one.counts == "cumulative" and one.quantity]
    for what in ("received", "shipped", "other"):
        found = [one.quantity for one in counted if one.what == what and one.quantity is not None]
        if found:
            return max(found)
    return Decimal(0)


def list_ahead(schedule: Forecast) -> list[Ahead]:
    """Return the lines of a cumulative schedule of which more is booked than its first period asks."""
    if schedule.counts != "cumulative":
        return []
    return [
        Ahead(item=name_of(line), ship_to=line.ship_to or "", asked=first.quantity, booked=booked)
        for line in schedule.lines
        if (first := _first(line)) is not None and (booked := _booked(line)) > first.quantity
    ]


def _first(line: ForecastLine) -> Period | None:
    return min(line.periods, key=lambda one: one.on, default=None)


def merge_needs(planning: Forecast | None, shipping: Forecast | None) -> list[Need]:
    """Return what is asked for by both: inside its window a shipping schedule goes first (B-80).

    The window is what the 862 says, else from its first to its last period. It speaks for the
    parts and places it lists, and for no other.
    """
    ships = list_needs(shipping) if shipping is not None else []
    plans = list_needs(planning) if planning is not None else []
    listed = {one.place for one in ships}
    start, end = _window(shipping, ships)
    kept = [
        one
        for one in plans
        if one.place not in listed or start is None or end is None or not start <= one.on <= end
    ]
    return sorted([*kept, *ships], key=lambda one: (one.item, one.ship_to, one.on))


def _window(schedule: Forecast | None, needs: Iterable[Need]) -> tuple[date | None, date | None]:
    if schedule is None:
        return None, None
    days = [day for one in needs for day in (one.on, one.until or one.on)]
    return (
        schedule.starts_on or min(days, default=None),
        schedule.ends_on or max(days, default=None),
    )


def firm_until(needs: Iterable[Need]) -> date | None:
    """Return the last day up to which what is asked for is binding; None where nothing is."""
    firm = [one.until or one.on for one in needs if one.firmness in ("firm", "immediate")]
    return max(firm, default=None)


def pick_standing(schedules: Iterable[Forecast]) -> tuple[Forecast | None, Forecast | None]:
    """Return the planning and the shipping schedule that hold of all that came, oldest first.

    A new one replaces the earlier of its kind as a whole; one issued on an earlier day does not,
    and one that is cancelled leaves none.
    """
    standing: dict[str, Forecast] = {}
    for one in schedules:
        known = standing.get(one.kind)
        if known is not None and one.issued_on < known.issued_on:
            continue
        standing[one.kind] = one
    held = {kind: None if one.purpose == "cancel" else one for kind, one in standing.items()}
    return held.get("planning"), held.get("shipping")
