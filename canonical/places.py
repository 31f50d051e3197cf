"""Places: one order line for several places (X12 SDQ), and which of them an answer is for (B-83)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from canonical.order_ack import AckLine
from canonical.postings import Balance, Posting, balance_of
from canonical.purchase_order import OrderLine
from canonical.shared import Destination

PROMISED = ("accepted", "backordered")
Shares = dict[str, Decimal]


def check_places(line: OrderLine) -> str:
    """Return what is wrong with the places of an order line; empty where nothing is."""
    if not line.destinations:
        return ""
    units = {one.quantity.unit for one in line.destinations} - {line.ordered.unit}
    if units:
        return f"goes to its places in {', '.join(sorted(units))}, ordered in {line.ordered.unit}"
    names = [one.place for one in line.destinations]
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        return f"names {', '.join(twice)} twice"
    if any(one.quantity.value <= 0 for one in line.destinations):
        return "sends nothing, or less, to one of its places"
    total = sum(shares_of(line.destinations).values(), Decimal(0))
    if total != line.ordered.value:
        return f"sends {total:f} to its places, {line.ordered.value:f} are ordered"
    return ""


def shares_of(destinations: Iterable[Destination]) -> Shares:
    """Return how much goes where."""
    shares: Shares = {}
    for one in destinations:
        shares[one.place] = shares.get(one.place, Decimal(0)) + one.quantity.value
    return shares


def locate(line: OrderLine, answer: AckLine, postings: Sequence[Posting]) -> list[Posting] | str:
    """Return an answered line's postings place by place, or why the answer does not say which.

    Where the answer names places (SDQ), they are those of what is promised; the rest of each is
    what is refused. Where it names none, it is for all places alike, if it says one thing of the
    whole line; else its postings stay without a place.
    """
    if not line.destinations:
        return list(postings)
    ordered = shares_of(line.destinations)
    promised = [one for one in postings if one.kind in PROMISED]
    others = [one for one in postings if one.kind not in PROMISED]
    if not answer.destinations:
        is_whole = len(postings) == 1 and postings[0].quantity == line.ordered.value
        return _fill(postings, ordered) if is_whole else list(postings)
    named = shares_of(answer.destinations)
    against = _check_named(named, ordered, sum((one.quantity for one in promised), Decimal(0)))
    if against:
        return against
    left = {place: amount - named.get(place, Decimal(0)) for place, amount in ordered.items()}
    return [*_fill(promised, named), *_fill(others, left)]


def _check_named(named: Shares, ordered: Shares, promised: Decimal) -> str:
    unknown = sorted(named.keys() - ordered.keys())
    if unknown:
        return f"is answered for {', '.join(unknown)}, which it does not go to"
    over = [place for place, amount in named.items() if amount > ordered[place]]
    if over:
        return f"is answered with more for {over[0]} than was ordered there"
    total = sum(named.values(), Decimal(0))
    return "" if total == promised else f"is promised {promised:f}, its places add up to {total:f}"


def _fill(postings: Iterable[Posting], shares: Shares) -> list[Posting]:
    """Return the postings cut by places, in the order of both."""
    left, made = dict(shares), list[Posting]()
    for one in postings:
        rest = one.quantity
        for place, room in left.items():
            part = min(rest, room)
            if part > 0:
                made.append(replace(one, quantity=part, ship_to=place))
                left[place], rest = room - part, rest - part
        if rest > 0:
            made.append(replace(one, quantity=rest))
    return made


def balances_by_place(postings: Iterable[Posting]) -> dict[str, Balance]:
    """Return what stands of a line for each place; what nobody gave a place stands under none."""
    places: dict[str, list[Posting]] = {}
    for one in postings:
        places.setdefault(one.ship_to, []).append(one)
    return {place: balance_of(said) for place, said in places.items()}
