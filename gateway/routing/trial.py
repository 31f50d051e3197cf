"""Trial: one partner that is qualified for a part, before one shortfall, at one moment."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from gateway.partners.partner import Location, QualifiedItem
from gateway.routing.facts import Facts
from gateway.routing.rules import Rules
from gateway.routing.shortfall import Shortfall

HUNDRED = Decimal(100)
WEEK = 7
EARTH = 6371  # kilometres


@dataclass(slots=True, frozen=True)
class Trial:
    """One partner that is qualified for the part, before one shortfall."""

    shortfall: Shortfall
    facts: Facts
    item: QualifiedItem
    rules: Rules
    at: datetime

    @property
    def days(self) -> int | None:
        """Return the days until the goods are needed."""
        need_by = self.shortfall.need_by
        return (need_by - self.at.date()).days if need_by else None

    @property
    def lead_time(self) -> int:
        """Return the days from an order to the goods: making, as last reported, and transit (B-55)."""
        reported = self.facts.capacity.lead_time_days if self.facts.capacity else None
        making = self.item.lead_time_days if reported is None else reported
        return making + self.facts.transit_days

    @property
    def above_percent(self) -> Decimal | None:
        """Return how much dearer it is than the line that is lost, in percent."""
        was = self.shortfall.unit_price
        return (self.item.price - was) / was * HUNDRED if was else None

    @property
    def age_hours(self) -> int | None:
        """Return how old its capacity report is."""
        capacity = self.facts.capacity
        return int((self.at - capacity.as_of).total_seconds() // 3600) if capacity else None

    @property
    def makeable(self) -> Decimal | None:
        """Return the units it can make until they are needed, as reported, else as declared."""
        capacity = self.facts.capacity
        if capacity and capacity.free is not None:
            return capacity.free
        weekly = capacity.per_week if capacity else self.item.capacity_per_week
        days = self.lead_time if self.days is None else self.days - self.facts.transit_days
        return weekly * max(days, 0) / WEEK if weekly is not None else None

    @property
    def kilometres(self) -> int | None:
        """Return how far it is from where the goods go."""
        near, location = self.rules.near, self.facts.location
        return distance(near, location) if near and location else None


def distance(one: Location, other: Location) -> int:
    """Return kilometres along the surface of the earth (haversine)."""
    south, north = radians(one.latitude), radians(other.latitude)
    wide = radians(other.longitude - one.longitude)
    part = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(wide / 2) ** 2
    return round(2 * EARTH * asin(sqrt(part)))
