"""Decision: reroute, ask a person or hold, in one sentence, with all it rests on."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from gateway.routing.candidates import Candidate, list_candidates, rank
from gateway.routing.facts import Facts
from gateway.routing.rules import Rules
from gateway.routing.shortfall import Shortfall


class Decision(Struct, frozen=True, kw_only=True):
    """What is to become of a shortfall; the same inputs and rules give the same decision."""

    outcome: Literal["reroute", "ask", "hold"]
    chosen: str = ""
    reason: str
    candidates: tuple[Candidate, ...] = ()
    inputs: dict[str, Any] = {}
    rules_version: str = ""


def decide(shortfall: Shortfall, facts: Sequence[Facts], rules: Rules, at: datetime) -> Decision:
    """Return the decision; `chosen` of an `ask` is what is proposed to the person.

    All it rests on is kept in `inputs`, so that it can be explained, and made again with other rules.
    """
    facts = sorted(facts, key=lambda one: one.partner)
    candidates = list_candidates(shortfall, facts, rules, at)
    outcome, chosen, reason = _outcome(shortfall, candidates, rules)
    return Decision(
        outcome=outcome,
        chosen=chosen,
        reason=reason,
        candidates=tuple(candidates),
        inputs={
            "shortfall": msgspec.to_builtins(shortfall),
            "rules": msgspec.to_builtins(rules),
            "facts": msgspec.to_builtins(facts),
            "at": msgspec.to_builtins(at),
        },
        rules_version=rules.version,
    )


def _outcome(
    shortfall: Shortfall, candidates: Sequence[Candidate], rules: Rules
) -> tuple[Literal["reroute", "ask", "hold"], str, str]:
    if shortfall.quantity <= 0:
        return "hold", "", f"nothing is missing of {shortfall.part}"
    # Looked at again here: whoever made the list, these two must never come out of it.
    barred = {shortfall.lost_partner, *shortfall.already_asked}
    able = [one for one in candidates if one.is_qualified and one.partner not in barred]
    able.sort(key=rank)
    if not able:
        return "hold", "", _nobody(shortfall, candidates)
    best = able[0]
    doubts = list(_list_doubts(shortfall, best, rules))
    if doubts:
        return "ask", best.partner, f"{'; '.join(doubts)}. Proposed is {best.sentence}"
    return "reroute", best.partner, best.sentence


def _list_doubts(shortfall: Shortfall, best: Candidate, rules: Rules) -> Iterator[str]:
    """Yield why a person must decide (B-102)."""
    ask = rules.ask_a_person
    if not rules.automatic:
        yield "the rules let nothing move without a person"
    pattern = ask.find_pattern(shortfall.item)
    if pattern:
        yield f"{shortfall.item} is a part for a person to decide ({pattern})"
    named = [one for one in shortfall.certificates if one in ask.certificates]
    if named:
        yield f"it needs {' and '.join(named)}, which is a matter of compliance"
    if ask.asked_before is not None and len(set(shortfall.already_asked)) >= ask.asked_before:
        names = ", ".join(sorted(set(shortfall.already_asked)))
        yield f"{names} declined this need already"
    if not shortfall.currency:
        yield "the order has no currency"
    if not shortfall.unit_price and rules.requires.max_price_above_percent is not None:
        yield "the order line has no price to compare with"
    yield from _list_value_doubts(shortfall, best, rules)


def _list_value_doubts(shortfall: Shortfall, best: Candidate, rules: Rules) -> Iterator[str]:
    limits = rules.ask_a_person.value_above
    if not limits or best.price is None:
        return
    value, currency = best.price * shortfall.quantity, best.currency
    if currency not in limits:
        yield f"there is no limit of value in {currency}"
    elif value > limits[currency]:
        yield f"the line is worth {value:,.2f} {currency}, and above {limits[currency]:,} a person decides"


def _nobody(shortfall: Shortfall, candidates: Sequence[Candidate]) -> str:
    by = f" by {shortfall.need_by}" if shortfall.need_by else ""
    what = f"{shortfall.quantity.normalize():f} {shortfall.unit} of {shortfall.part}{by}"
    why = "; ".join(one.sentence for one in candidates)
    return f"nobody else can make {what}: {why}" if why else f"nobody else can make {what}"
