"""Candidates: every other partner, whether it can make a shortfall, and why or why not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from msgspec import Struct

from gateway.partners import Agreement, Partner, Wanted, find_agreement
from gateway.partners.partner import QualifiedItem
from gateway.routing.rules import Rules
from gateway.routing.shortfall import Shortfall

HUNDRED = Decimal(100)
TENTH = Decimal("0.1")
WEEK = 7


class Candidate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One partner with what speaks for it and what rules it out; `score` is 0 to 100."""

    partner: str
    score: Decimal = Decimal(0)
    wins: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    price: Decimal | None = None
    currency: str = ""
    lead_time_days: int | None = None

    @property
    def is_qualified(self) -> bool:
        """Return whether nothing rules it out."""
        return not self.losses

    @property
    def sentence(self) -> str:
        """Return who it is and why, such as `north: not qualified for A-200 rev C (has B)`."""
        return f"{self.partner}: {', '.join(self.losses or self.wins)}"


@dataclass(slots=True, frozen=True)
class _Case:
    """One partner before one shortfall."""

    shortfall: Shortfall
    partner: Partner
    item: QualifiedItem
    rules: Rules
    today: date

    @property
    def days(self) -> int | None:
        """Return the days until the goods are needed."""
        need_by = self.shortfall.need_by
        return (need_by - self.today).days if need_by else None

    @property
    def above_percent(self) -> Decimal | None:
        """Return how much dearer it is than the line that is lost, in percent."""
        was = self.shortfall.unit_price
        return (self.item.price - was) / was * HUNDRED if was else None

    @property
    def makeable(self) -> Decimal | None:
        """Return the units it can make until they are needed, by its weekly capacity."""
        weekly = self.item.capacity_per_week
        days = self.item.lead_time_days if self.days is None else self.days
        return weekly * max(days, 0) / WEEK if weekly is not None else None


_Verdict = tuple[bool, str]


def list_candidates(
    shortfall: Shortfall, partners: Iterable[Partner], rules: Rules, today: date
) -> list[Candidate]:
    """Return every contract manufacturer, the best first, those ruled out last, each with reasons."""
    found = [_judge(shortfall, one, rules, today) for one in partners if one.role == "cm"]
    return sorted(found, key=rank)


def rank(candidate: Candidate) -> tuple[bool, Decimal, Decimal, str]:
    """Return what candidates are ordered by: able, score, price, name; never a tie."""
    price = candidate.price if candidate.price is not None else Decimal(0)
    return (not candidate.is_qualified, -candidate.score, price, candidate.partner)


def _judge(shortfall: Shortfall, partner: Partner, rules: Rules, today: date) -> Candidate:
    losses = list(_list_objections(shortfall, partner))
    item = _find_item(shortfall, partner)
    if item is None:
        losses.append(_not_qualified(shortfall, partner))
        losses += _check_certificates(shortfall, partner, rules, today)
        return Candidate(partner=partner.name, losses=tuple(losses))
    case = _Case(shortfall, partner, item, rules, today)
    verdicts = [check(case) for check in _CHECKS]
    losses += [sentence for is_good, sentence in verdicts if not is_good]
    losses += _check_certificates(shortfall, partner, rules, today)
    wins = [sentence for is_good, sentence in verdicts if is_good and sentence]
    return Candidate(
        partner=partner.name,
        score=Decimal(0) if losses else _score(case),
        wins=(f"qualified for {shortfall.part}", *wins),
        losses=tuple(losses),
        price=item.price,
        currency=partner.qualifications.currency,
        lead_time_days=item.lead_time_days,
    )


def _list_objections(shortfall: Shortfall, partner: Partner) -> Iterator[str]:
    if partner.name == shortfall.lost_partner:
        yield "cannot make it, as it said itself"
    elif partner.name in shortfall.already_asked:
        yield "was asked for this need before"
    if not partner.active:
        yield "is not active"
    if partner.usage != "production":
        yield "is still in test"
    if not isinstance(
        find_agreement(partner, Wanted(direction="out", entity="PurchaseOrder")), Agreement
    ):
        yield "has no agreed way to get an order"


def _find_item(shortfall: Shortfall, partner: Partner) -> QualifiedItem | None:
    for item in partner.qualifications.items:
        if item.item == shortfall.item and shortfall.revision in ("", *item.revisions):
            return item
    return None


def _not_qualified(shortfall: Shortfall, partner: Partner) -> str:
    items = partner.qualifications.items
    others = [revision for one in items if one.item == shortfall.item for revision in one.revisions]
    has = f" (has {', '.join(others)})" if others else ""
    return f"not qualified for {shortfall.part}{has}"


def _check_certificates(
    shortfall: Shortfall, partner: Partner, rules: Rules, today: date
) -> list[str]:
    held = partner.qualifications.certificates
    until = max(today, shortfall.need_by or today)
    wanted = dict.fromkeys((*rules.requires.certificates, *shortfall.certificates))
    losses = [f"lacks certificate {name}" for name in wanted if name not in held]
    for name in wanted:
        if name in held and held[name] < until:
            word = "ran" if held[name] < today else "runs"
            losses.append(f"certificate {name} {word} out on {held[name]}")
    return losses


def _judge_price(case: _Case) -> _Verdict:
    currency, wanted = case.partner.qualifications.currency, case.shortfall.currency
    price, above = case.item.price, case.above_percent
    if wanted and currency != wanted:
        return False, f"price is in {currency}, the order in {wanted}"
    if above is None:
        return True, f"price {price} cannot be compared"
    band = case.rules.requires.max_price_above_percent
    if band is not None and above > band:
        return False, f"price {price} is {_percent(above)} % above, allowed are {band} %"
    if above == 0:
        return True, f"price {price} is the same"
    return True, f"price {price} is {_percent(abs(above))} % {'above' if above > 0 else 'below'}"


def _judge_lead_time(case: _Case) -> _Verdict:
    needs, spare = case.item.lead_time_days, case.rules.requires.min_days_to_spare
    if case.days is None:
        return True, f"needs {needs} days, no date is asked"
    if case.days < 0:
        return False, f"needs {needs} days, and the goods were needed {-case.days} days ago"
    if needs + spare > case.days:
        kept = f" with {spare} to spare" if spare else ""
        return False, f"needs {needs} days{kept}, there are {case.days}"
    return True, f"needs {needs} of {case.days} days"


def _judge_capacity(case: _Case) -> _Verdict:
    makeable, wanted = case.makeable, case.shortfall.quantity
    if makeable is None:
        return True, "capacity is not known"
    if makeable < wanted:
        return False, f"can make {_plain(makeable)} of {_plain(wanted)} {case.item.unit} by then"
    return True, ""


def _judge_size(case: _Case) -> _Verdict:
    most, wanted = case.item.max_order, case.shortfall.quantity
    if most is not None and wanted > most:
        return (
            False,
            f"takes orders up to {_plain(most)} {case.item.unit}, asked are {_plain(wanted)}",
        )
    return True, ""


def _judge_unit(case: _Case) -> _Verdict:
    if case.item.unit != case.shortfall.unit:
        return False, f"counts in {case.item.unit}, the order in {case.shortfall.unit}"
    return True, ""


_CHECKS: tuple[Callable[[_Case], _Verdict], ...] = (
    _judge_unit,
    _judge_price,
    _judge_lead_time,
    _judge_capacity,
    _judge_size,
)


def _score(case: _Case) -> Decimal:
    weights = case.rules.weights
    parts = (
        (weights.price, _price_share(case)),
        (weights.lead_time, _time_share(case)),
        (weights.capacity, _capacity_share(case)),
    )
    total = sum(weight for weight, _ in parts)
    if not total:
        return Decimal(0)
    points = sum((weight * share for weight, share in parts), Decimal(0))
    return (points / total * HUNDRED).quantize(TENTH)


def _price_share(case: _Case) -> Decimal:
    """Return 1 for half the band below, 0 for the top of the band; the middle where unknown."""
    band = case.rules.requires.max_price_above_percent or HUNDRED
    above = case.above_percent
    return Decimal("0.5") if above is None else _between((band - above) / (2 * band))


def _time_share(case: _Case) -> Decimal:
    if not case.days:
        return Decimal(0)
    return _between(1 - Decimal(case.item.lead_time_days) / case.days)


def _capacity_share(case: _Case) -> Decimal:
    return _between(1 - case.shortfall.quantity / case.makeable) if case.makeable else Decimal(0)


def _between(share: Decimal) -> Decimal:
    return min(max(share, Decimal(0)), Decimal(1))


def _percent(value: Decimal) -> str:
    return str(value.quantize(TENTH))


def _plain(value: Decimal) -> str:
    return (
        f"{value.quantize(Decimal(1)) if value == value.to_integral() else value.quantize(TENTH)}"
    )
