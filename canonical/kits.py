"""Kits: what the answers of a line's sub-lines mean for the line (X12 SLN with ACK, B-64)."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from canonical.order_ack import AckLine, KitPart, LineAnswer, LineStatus
from canonical.shared import PromisedDate

# What one part makes of the whole kit, the worst first.
_RANK: tuple[LineAnswer, ...] = ("rejected", "on_hold", "backordered", "accepted")
_AS: dict[LineAnswer, LineAnswer] = {"date_changed": "accepted", "shipped": "accepted"}


class Kit(Struct, frozen=True, kw_only=True):
    """What the sub-lines come to: an answer of the whole line, or the sentence why there is none."""

    status: LineStatus | None = None
    unclear: str = ""
    at: str = "parts[0]"


def read_kit(answer: AckLine, ordered: Decimal, fallback: LineStatus) -> Kit | None:
    """Return what the parts of a kit say together; None where no sub-line answers.

    A kit leaves when its last part is there: the worst answer and the latest date hold for it.
    Where the line is answered as well, its sub-lines may not say worse than it does. A sub-line
    without an answer has the `fallback`: the line's, or the header's.
    """
    if not any(part.acks for part in answer.parts):
        return None
    heard: list[tuple[str, LineStatus]] = []
    for index, part in enumerate(answer.parts):
        one = _answer_of(part, ordered, fallback)
        at = f"parts[{index}]"
        if isinstance(one, str):
            return Kit(unclear=f"sub-line {part.number or index + 1} {one}", at=at)
        heard.append((at, one))
    at, worst = min(heard, key=lambda pair: _RANK.index(pair[1].status))
    latest = _latest(one.promised for _, one in heard)
    whole = LineStatus(status=worst.status, promised=latest, reason=worst.reason, code=worst.code)
    against = _find_worse(answer, whole)
    return Kit(status=whole, unclear=against, at=at)


def _answer_of(part: KitPart, ordered: Decimal, fallback: LineStatus) -> LineStatus | str:
    """Return the one answer of a sub-line, or what is wrong with it."""
    acks = part.acks or (fallback,)
    ranked = []
    for one in acks:
        status = _AS.get(one.status, one.status)
        if status == "quantity_changed":
            status = "accepted"  # of how many, is judged below
        if status not in _RANK:
            code = f" (their code {one.code})" if one.code else ""
            return f"is answered as {one.status.replace('_', ' ')}{code}"
        ranked.append((_RANK.index(status), one))
    amounts = [one.quantity.value for one in acks if one.quantity is not None]
    rank, worst = min(ranked, key=lambda pair: pair[0])
    if amounts and rank and not _is_whole(part, sum(amounts, Decimal(0)), ordered):
        return f"is answered with {sum(amounts, Decimal(0)):f}; a kit is promised whole"
    if len({place for place, _ in ranked}) > 1 and not rank and len(amounts) > 1:
        return "is rejected in part; a kit is promised whole"
    latest = _latest(one.promised for one in acks)
    return LineStatus(status=_RANK[rank], promised=latest, reason=worst.reason, code=worst.code)


def _is_whole(part: KitPart, amount: Decimal, ordered: Decimal) -> bool:
    """Return whether so many are all of the part: of one kit, or of all kits of the line."""
    if part.quantity is None:
        return amount == ordered
    return amount in {part.quantity.value, part.quantity.value * ordered}


def _find_worse(answer: AckLine, whole: LineStatus) -> str:
    """Return the sentence that the line says better than its parts, where it is answered itself."""
    if not answer.acks:
        return ""
    own = [_AS.get(one.status, one.status) for one in answer.acks]
    ranks = [_RANK.index(one) if one in _RANK else len(_RANK) - 1 for one in own]
    if _RANK.index(whole.status) < min(ranks):
        said = whole.status.replace("_", " ")
        return f"a sub-line is {said}, and the line itself is not"
    dates = [*(one.promised for one in answer.acks), *(one.promised for one in answer.schedule)]
    last = _latest(dates)
    if last is not None and whole.promised is not None and whole.promised.on > last.on:
        return f"a sub-line is promised for {whole.promised.on}, the line itself for {last.on}"
    return ""


def _latest(dates: Iterable[PromisedDate | None]) -> PromisedDate | None:
    known = [one for one in dates if one is not None]
    return max(known, key=lambda one: one.on, default=None)
