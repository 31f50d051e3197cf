"""Tolerances: how far an answer may be from its order before a person is asked, or it is refused (B-53, B-65)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from canonical.order_ack import AckLine
from canonical.purchase_order import OrderLine
from canonical.schedules import Part
from canonical.shared import Entity, Item, PromisedDate

Verdict = Literal["accept", "ask", "reject"]
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")


class Band(Entity, frozen=True, kw_only=True):
    """Up to `accept` it is taken, up to `ask` a person decides, beyond it is refused; without a number there is no limit."""

    accept: Decimal | None = None
    ask: Decimal | None = None

    def judge(self, value: Decimal) -> Verdict:
        """Return what becomes of a deviation of this size."""
        if value <= 0 or self.accept is None or value <= self.accept:
            return "accept"
        return "ask" if self.ask is None or value <= self.ask else "reject"


class Tolerances(Entity, frozen=True, kw_only=True):
    """What is done about each way in which an answer differs from its order."""

    price_percent: Annotated[Band, Meta(description="above or below the price agreed")] = Band()
    quantity_percent: Annotated[Band, Meta(description="less than is ordered")] = Band()
    days_late: Annotated[Band, Meta(description="after the day of need")] = Band()
    part: Verdict = "accept"
    revision: Verdict = "accept"


class Judged(Entity, frozen=True, kw_only=True):
    """One difference, what becomes of it, and which answer of the line says so."""

    verdict: Verdict
    code: str
    sentence: str
    advice: str
    index: int | str = 0  # of its answers, or `schedule[1]`


def judge_line(
    line: OrderLine,
    answer: AckLine,
    parts: Iterable[Part],
    needed: PromisedDate | None,
    tolerances: Tolerances,
) -> list[Judged]:
    """Return each way in which an answered line differs from what was ordered."""
    said = list(parts)
    return [
        *_judge_price(line, answer, tolerances.price_percent),
        *_judge_part(line, answer, said, tolerances),
        *_judge_quantity(line, said, tolerances.quantity_percent),
        *_judge_dates(said, needed, tolerances.days_late),
    ]


def price_of_one(price: Decimal | None, per: Decimal | None) -> Decimal | None:
    """Return the price of one unit, whatever number of them it was said for (PO105)."""
    return price if price is None or not per else price / per


def _judge_price(line: OrderLine, answer: AckLine, band: Band) -> Iterator[Judged]:
    ours = price_of_one(line.unit_price, line.price_per)
    theirs = price_of_one(answer.unit_price, answer.price_per)
    if ours is None or theirs is None or ours == theirs:
        return
    percent = abs(theirs - ours) / ours * HUNDRED if ours else HUNDRED
    per = f" for {answer.price_per:f}" if answer.price_per else ""
    yield Judged(
        verdict=band.judge(percent),
        code="price-differs",
        sentence=f"price {answer.unit_price}{per}, ordered at {line.unit_price}",
        advice="correct the price, or agree it with the buyer",
    )


def _judge_part(
    line: OrderLine, answer: AckLine, parts: list[Part], tolerances: Tolerances
) -> Iterator[Judged]:
    """Yield another part or revision than was ordered, in the line or in one of its answers."""
    items: list[tuple[int | str, Item]] = [(0, answer.item)]
    items += ((at, one.item) for at, one, _ in parts if one.item is not None)
    seen = set[str]()
    for at, item in items:
        pairs = (
            ("part", line.item.buyer, item.buyer, tolerances.part),
            ("revision", line.item.revision, item.revision, tolerances.revision),
        )
        for word, ours, theirs, verdict in pairs:
            if not ours or not theirs or ours == theirs or word in seen:
                continue
            seen.add(word)
            yield Judged(
                verdict=verdict,
                code=f"{word}-differs",
                sentence=f"{word} {theirs}, ordered is {ours}",
                advice=f"make {word} {ours}, or agree the other with the buyer",
                index=at,
            )


def _judge_quantity(line: OrderLine, parts: list[Part], band: Band) -> Iterator[Judged]:
    """Yield that less is taken on than was ordered; what is said to be rejected as a whole is no deviation."""
    reduced = [one for one in parts if one[1].status == "quantity_changed"]
    if not reduced or not line.ordered.value:
        return
    taken = sum((amount for _, one, amount in parts if one.status != "rejected"), Decimal(0))
    percent = (line.ordered.value - taken) / line.ordered.value * HUNDRED
    verdict = band.judge(percent)
    if percent > 0 and verdict != "accept":
        yield Judged(
            verdict=verdict,
            code="quantity-differs",
            sentence=f"{taken:f} of {line.ordered.value:f} {line.ordered.unit}, {percent.quantize(TENTH)} % less",
            advice="make what was ordered, or agree less with the buyer",
            index=reduced[0][0],
        )


def _judge_dates(parts: list[Part], needed: PromisedDate | None, band: Band) -> Iterator[Judged]:
    for at, status, _ in parts:
        if status.promised is None or needed is None or status.status == "rejected":
            continue
        days = (status.promised.on - needed.on).days
        if days > 0:
            yield Judged(
                verdict=band.judge(Decimal(days)),
                code="promised-late",
                sentence=f"promised {status.promised.on}, needed {needed.on}: {days} days late",
                advice="promise an earlier date if you can",
                index=at,
            )
