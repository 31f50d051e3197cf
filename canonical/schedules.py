"""Schedules: what a line's answers promise, spread over the dates the CM gives (X12 855 SCH)."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from canonical.order_ack import LineStatus, PromisedPart
from canonical.postings import PostingKind

# Where it stands under its line (an answer's index, or `schedule[1]`), what is said, of how much.
Part = tuple[int | str, LineStatus, Decimal]
Kinds = Mapping[str, PostingKind]


def spread(
    parts: list[Part], schedule: tuple[PromisedPart, ...], kinds: Kinds
) -> list[Part] | None:
    """Return the parts with each promise cut by its schedule lines; None where they do not meet.

    A schedule dates what is promised, in the order of the answers: first tried with what is
    backordered, then without. Lines of 0 say nothing; where nothing is decided, neither does it.
    """
    dated = [(at, one) for at, one in enumerate(schedule) if one.quantity.value]
    if not dated or all(status.status not in kinds for _, status, _ in parts):
        return parts
    for promises in (("accepted", "backordered"), ("accepted",)):
        found = _fill(parts, dated, {said for said, kind in kinds.items() if kind in promises})
        if found is not None:
            return found
    return None


def _fill(
    parts: list[Part], dated: list[tuple[int, PromisedPart]], promises: set[str]
) -> list[Part] | None:
    made: list[Part] = []
    rest = iter(dated)
    for part in parts:
        if part[1].status not in promises:
            made.append(part)
            continue
        left = part[2]
        while left > 0 and (found := next(rest, None)) is not None:
            made.append(_dated(part[1], *found))
            left -= found[1].quantity.value
        if left:
            return None
    return made if next(rest, None) is None else None


def _dated(status: LineStatus, at: int, one: PromisedPart) -> Part:
    promised = one.promised or status.promised
    said = msgspec.structs.replace(status, quantity=one.quantity, promised=promised)
    return f"schedule[{at}]", said, one.quantity.value
