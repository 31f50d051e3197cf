"""Facts: what is known of a partner before a shortfall, kept with the decision it led to."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from gateway.partners import Agreement, Partner, Wanted, find_agreement
from gateway.partners.partner import Location, QualifiedItem
from gateway.routing.shortfall import Shortfall


class Capacity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a CM reported of a part: units free in all or a week, when, and how long it needs."""

    as_of: datetime
    per_week: Decimal | None = None
    free: Decimal | None = None
    lead_time_days: int | None = None
    is_stale: bool = False  # older than its partner file allows


class Reliability(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a CM kept its promises: lines that were due, and those that left in time (F18).

    `slipped` lines were moved to a later day twice or more. They count as promises that were not
    kept, due or not, and in time by their last day or not: nobody can plan with such a day.
    """

    due: int
    on_time: int
    slips: int = 0  # how often a line was moved to a later day, in all
    slipped: int = 0
    judged: int | None = None  # lines that were due or slipped; None in older decisions
    steady: int | None = None  # of them, those that left in time and did not slip

    @property
    def shares(self) -> tuple[int, int]:
        """Return how many promises are counted as kept, and of how many."""
        if self.judged is None or self.steady is None:
            return self.on_time, self.due
        return self.steady, self.judged

    @property
    def percent(self) -> Decimal:
        """Return the share of kept promises."""
        kept, judged = self.shares
        return Decimal(100 * kept) / judged if judged else Decimal(100)

    @property
    def sentence(self) -> str:
        """Return what is known, as people read it; empty where nothing is."""
        kept = f"kept {self.on_time} of {self.due} promises" if self.due else ""
        moved = f"moved {self.slipped} again and again" if self.slipped else ""
        return ", ".join(part for part in (kept, moved) if part)


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One partner as it was when a decision was made."""

    partner: str
    objections: tuple[str, ...] = ()
    item: QualifiedItem | None = None
    revisions: tuple[str, ...] = ()  # of the part, that it is qualified for
    currency: str = ""
    certificates: dict[str, date] = {}
    location: Location | None = None
    transit_days: int = 0
    capacity: Capacity | None = None
    reliability: Reliability | None = None


def facts_of(
    partner: Partner,
    shortfall: Shortfall,
    capacity: Capacity | None = None,
    reliability: Reliability | None = None,
) -> Facts:
    """Return what a partner's file, its reports and its history say about one shortfall."""
    held = partner.qualifications
    return Facts(
        partner=partner.name,
        objections=tuple(_list_objections(partner)),
        item=_find_item(partner, shortfall),
        revisions=tuple(
            revision
            for one in held.items
            if one.item == shortfall.item
            for revision in one.revisions
        ),
        currency=held.currency,
        certificates=held.certificates,
        location=partner.location,
        transit_days=partner.transit_days,
        capacity=capacity,
        reliability=reliability,
    )


def _list_objections(partner: Partner) -> list[str]:
    wanted = Wanted(direction="out", entity="PurchaseOrder")
    objections = {
        "is not active": not partner.active,
        "is still in test": partner.usage != "production",
        "has no agreed way to get an order": not isinstance(
            find_agreement(partner, wanted), Agreement
        ),
    }
    return [sentence for sentence, is_so in objections.items() if is_so]


def _find_item(partner: Partner, shortfall: Shortfall) -> QualifiedItem | None:
    for item in partner.qualifications.items:
        if item.item == shortfall.item and shortfall.revision in ("", *item.revisions):
            return item
    return None
