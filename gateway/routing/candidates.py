"""Candidates: every other partner, whether it can make a shortfall, and why or why not."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from gateway.routing.facts import Facts
from gateway.routing.rules import Rules
from gateway.routing.score import score_points
from gateway.routing.shortfall import Shortfall
from gateway.routing.trial import Trial

TENTH = Decimal("0.1")


class Candidate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One partner with what speaks for it and what rules it out; `score` is 0 to 100."""

    partner: str
    score: Decimal = Decimal(0)
    points: dict[str, Decimal] = {}  # what each share of the rules added to the score
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


_Verdict = tuple[bool, str]


def list_candidates(
    shortfall: Shortfall, facts: Iterable[Facts], rules: Rules, at: datetime
) -> list[Candidate]:
    """Return every contract manufacturer, the best first, those ruled out last, each with reasons."""
    return sorted((_judge(shortfall, one, rules, at) for one in facts), key=rank)


def rank(candidate: Candidate) -> tuple[bool, Decimal, Decimal, str]:
    """Return what candidates are ordered by: able, score, price, name; never a tie."""
    price = candidate.price if candidate.price is not None else Decimal(0)
    return (not candidate.is_qualified, -candidate.score, price, candidate.partner)


def _judge(shortfall: Shortfall, facts: Facts, rules: Rules, at: datetime) -> Candidate:
    losses = list(_list_objections(shortfall, facts))
    if facts.item is None:
        losses.append(_not_qualified(shortfall, facts))
        losses += _check_certificates(shortfall, facts, rules, at.date())
        losses += _check_reported(shortfall, facts)
        return Candidate(partner=facts.partner, losses=tuple(losses))
    trial = Trial(shortfall, facts, facts.item, rules, at)
    verdicts = [check(trial) for check in _CHECKS]
    losses += [sentence for is_good, sentence in verdicts if not is_good]
    losses += _check_certificates(shortfall, facts, rules, at.date())
    wins = [sentence for is_good, sentence in verdicts if is_good and sentence]
    points = {} if losses else score_points(trial)
    return Candidate(
        partner=facts.partner,
        score=sum(points.values(), Decimal(0)).quantize(TENTH),
        points=points,
        wins=(f"qualified for {shortfall.part}", *wins),
        losses=tuple(losses),
        price=facts.item.price,
        currency=facts.currency,
        lead_time_days=trial.lead_time,
    )


def _list_objections(shortfall: Shortfall, facts: Facts) -> Iterator[str]:
    if facts.partner == shortfall.lost_partner:
        is_live = shortfall.is_live
        yield (
            "has it, and has not promised it in time"
            if is_live
            else "cannot make it, as it said itself"
        )
    elif facts.partner in shortfall.already_asked:
        yield "was asked for this need before"
    yield from facts.objections


def _not_qualified(shortfall: Shortfall, facts: Facts) -> str:
    has = f" (has {', '.join(facts.revisions)})" if facts.revisions else ""
    return f"not qualified for {shortfall.part}{has}"


def _check_certificates(shortfall: Shortfall, facts: Facts, rules: Rules, today: date) -> list[str]:
    held = facts.certificates
    until = max(today, shortfall.need_by or today)
    wanted = dict.fromkeys((*rules.requires.certificates, *shortfall.certificates))
    losses = [f"lacks certificate {name}" for name in wanted if name not in held]
    for name in wanted:
        if name in held and held[name] < until:
            word = "ran" if held[name] < today else "runs"
            losses.append(f"certificate {name} {word} out on {held[name]}")
    return losses


def _check_reported(shortfall: Shortfall, facts: Facts) -> list[str]:
    """Return that a CM's own report of the part rules it out as well, whatever it is qualified for."""
    free = facts.capacity.free if facts.capacity and not facts.capacity.is_stale else None
    if free is None or free >= shortfall.quantity:
        return []
    return [f"reported room for {_plain(free)} of {_plain(shortfall.quantity)} {shortfall.unit}"]


def _judge_price(trial: Trial) -> _Verdict:
    currency, wanted = trial.facts.currency, trial.shortfall.currency
    price, above = trial.item.price, trial.above_percent
    if wanted and currency != wanted:
        return False, f"price is in {currency}, the order in {wanted}"
    if above is None:
        return True, f"price {price} cannot be compared"
    band = trial.rules.requires.max_price_above_percent
    if band is not None and above > band:
        return False, f"price {price} is {_percent(above)} % above, allowed are {band} %"
    if above == 0:
        return True, f"price {price} is the same"
    return True, f"price {price} is {_percent(abs(above))} % {'above' if above > 0 else 'below'}"


def _judge_lead_time(trial: Trial) -> _Verdict:
    needs, spare = trial.lead_time, trial.rules.requires.min_days_to_spare
    most = trial.rules.requires.max_lead_time_days
    if most is not None and needs > most:
        return False, f"needs {needs} days, at most {most} are allowed"
    if trial.days is None:
        return True, f"needs {needs} days, no date is asked"
    if trial.days < 0:
        return False, f"needs {needs} days, and the goods were needed {-trial.days} days ago"
    if needs + spare > trial.days:
        kept = f" with {spare} to spare" if spare else ""
        return False, f"needs {needs} days{kept}, there are {trial.days}"
    return True, f"needs {needs} of {trial.days} days"


def _judge_capacity(trial: Trial) -> _Verdict:
    age, makeable, wanted = trial.age_hours, trial.makeable, trial.shortfall.quantity
    oldest = trial.rules.requires.capacity_max_age_hours
    if age is None and trial.rules.requires.capacity_reported:
        return False, "has sent no capacity report"
    if age is not None and oldest is not None and age > oldest:
        return False, f"its capacity report is {age} hours old, at most {oldest} are allowed"
    if trial.facts.capacity and trial.facts.capacity.is_stale:
        return False, f"its capacity report is {age} hours old, more than was agreed with it"
    if makeable is None:
        return True, "capacity is not known"
    if makeable < wanted:
        return False, f"can make {_plain(makeable)} of {_plain(wanted)} {trial.item.unit} by then"
    return True, "" if age is None else f"reported room for {_plain(makeable)} {trial.item.unit}"


def _judge_size(trial: Trial) -> _Verdict:
    most, wanted = trial.item.max_order, trial.shortfall.quantity
    if most is not None and wanted > most:
        return (
            False,
            f"takes orders up to {_plain(most)} {trial.item.unit}, asked are {_plain(wanted)}",
        )
    return True, ""


def _judge_unit(trial: Trial) -> _Verdict:
    if trial.item.unit != trial.shortfall.unit:
        return False, f"counts in {trial.item.unit}, the order in {trial.shortfall.unit}"
    return True, ""


def _judge_distance(trial: Trial) -> _Verdict:
    most, far = trial.rules.requires.max_kilometres, trial.kilometres
    if most is None:
        return True, ""
    if far is None:
        return False, "nobody says where it is"
    return far <= most, f"is {far} km away" + (f", allowed are {most}" if far > most else "")


def _judge_reliability(trial: Trial) -> _Verdict:
    kept, least = trial.facts.reliability, trial.rules.requires.min_on_time_percent
    if kept is None or not kept.sentence:
        return True, ""
    said = kept.sentence
    if least is not None and kept.percent < least:
        return False, f"{said}, wanted are {least} %"
    return True, said


_CHECKS: tuple[Callable[[Trial], _Verdict], ...] = (
    _judge_unit,
    _judge_price,
    _judge_lead_time,
    _judge_capacity,
    _judge_size,
    _judge_distance,
    _judge_reliability,
)


def _percent(value: Decimal) -> str:
    return str(value.quantize(TENTH))


def _plain(value: Decimal) -> str:
    return (
        f"{value.quantize(Decimal(1)) if value == value.to_integral() else value.quantize(TENTH)}"
    )
