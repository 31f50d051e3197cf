"""Score: how good a candidate is that nothing rules out, share by share of the rules."""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from gateway.routing.trial import HUNDRED, Trial

HUNDREDTH = Decimal("0.01")


def score_points(trial: Trial) -> dict[str, Decimal]:
    """Return the points each share of the rules gives; all shares together give 100 at most."""
    weights = trial.rules.weights
    parts = {
        "price": (weights.price, _price_share(trial)),
        "lead_time": (weights.lead_time, _time_share(trial)),
        "capacity": (weights.capacity, _capacity_share(trial)),
        "proximity": (weights.proximity, _near_share(trial)),
        "certification": (weights.certification, _certified_share(trial)),
        "reliability": (weights.reliability, _kept_share(trial)),
    }
    total = sum(weight for weight, _ in parts.values())
    return {
        name: (weight * share / total * HUNDRED).quantize(HUNDREDTH, ROUND_DOWN)
        for name, (weight, share) in parts.items()
        if weight
    }


def _price_share(trial: Trial) -> Decimal:
    """Return 1 for half the band below, 0 for the top of the band; the middle where unknown."""
    band = trial.rules.requires.max_price_above_percent or HUNDRED
    above = trial.above_percent
    return Decimal("0.5") if above is None else _between((band - above) / (2 * band))


def _time_share(trial: Trial) -> Decimal:
    if not trial.days:
        return Decimal(0)
    return _between(1 - Decimal(trial.lead_time) / trial.days)


def _capacity_share(trial: Trial) -> Decimal:
    return _between(1 - trial.shortfall.quantity / trial.makeable) if trial.makeable else Decimal(0)


def _near_share(trial: Trial) -> Decimal:
    """Return 1 next door, a half 1,000 km away; the share of the farthest where nobody knows."""
    far = trial.kilometres
    return Decimal(0) if far is None else Decimal(1000) / (1000 + far)


def _certified_share(trial: Trial) -> Decimal:
    wanted = trial.rules.prefers.certificates
    held = [one for one in wanted if trial.facts.certificates.get(one, date.min) >= trial.at.date()]
    return Decimal(len(held)) / len(wanted) if wanted else Decimal(0)


def _kept_share(trial: Trial) -> Decimal:
    """Return the kept promises, drawn to the middle while only a few are known."""
    kept = trial.facts.reliability
    steady, judged = kept.shares if kept else (0, 0)
    return Decimal(steady + 2) / (judged + 4)


def _between(share: Decimal) -> Decimal:
    return min(max(share, Decimal(0)), Decimal(1))
