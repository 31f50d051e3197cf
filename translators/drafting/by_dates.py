"""By dates: of columns that hold days, which is the order's, which the answer's, which what is promised."""

from collections.abc import Iterator
from datetime import date
from statistics import median

from canonical.purchase_order import OrderLine, PurchaseOrder
from translators.drafting.evidence import Evidence, strength
from translators.drafting.pictures import read_day
from translators.drafting.pool import Column, Pool

NEAR_DAYS = 120  # what is promised lies so near to what is needed

Row = tuple[PurchaseOrder, OrderLine | None, date]


def list_dates(pool: Pool) -> Iterator[Evidence]:
    """Yield what each column of days may be, by every picture that reads it."""
    for column in pool.columns:
        for picture in column.date_pictures:
            rows = [
                (order, line, day)
                for order, line, text in zip(pool.order_of, pool.line_of, column.texts, strict=True)
                if order is not None and text and (day := read_day(text, picture)) is not None
            ]
            if rows:
                yield from _judge(column, picture, rows)


def _judge(column: Column, picture: str, rows: list[Row]) -> Iterator[Evidence]:
    of = len(rows)
    ordered = sum(day == order.ordered_on for order, _, day in rows)
    if ordered:
        said = f"{ordered} of {of} values are the days these orders are of"
        yield Evidence("ordered_on", column.name, strength(ordered, of), said, picture)
    needed = [(need, day) for order, line, day in rows if (need := _needed(order, line))]
    same = sum(need == day for need, day in needed)
    if same:
        said = f"{same} of {len(needed)} values are the days we need these lines by"
        yield Evidence("requested", column.name, strength(same, len(needed)) * 0.9, said, picture)
    yield from _judge_promise(column, picture, rows, needed)
    yield from _judge_answer(column, picture, rows)


def _judge_promise(
    column: Column, picture: str, rows: list[Row], needed: list[tuple[date, date]]
) -> Iterator[Evidence]:
    after = sum(day > order.ordered_on for order, _, day in rows)
    near = sum(abs((day - need).days) <= NEAR_DAYS for need, day in needed)
    if not after or (needed and not near):
        return
    score = strength(near, len(needed)) if needed else strength(after, len(rows)) * 0.7
    far = median(abs((day - need).days) for need, day in needed) if needed else 0
    said = f"{after} of {len(rows)} values are after the order"
    if needed:
        said += f", and half of them at most {far:g} days from when we need it"
    score *= strength(after, len(rows)) * (1 - 0.3 * min(1.0, far / NEAR_DAYS))
    yield Evidence("promised", column.name, score, said, picture)


def _judge_answer(column: Column, picture: str, rows: list[Row]) -> Iterator[Evidence]:
    """Yield that one day stands beside each order, not before it, and before its goods are needed."""
    days: dict[str, set[date]] = {}
    for order, _, day in rows:
        days.setdefault(order.po_number, set()).add(day)
    between = sum(
        order.ordered_on <= day < (_needed(order, line) or date.max) for order, line, day in rows
    )
    if between and all(len(found) == 1 for found in days.values()):
        said = f"{between} of {len(rows)} values are between order and need, one a document"
        score = strength(between, len(rows)) * 0.75
        yield Evidence("acknowledged_on", column.name, score, said, picture)


def _needed(order: PurchaseOrder, line: OrderLine | None) -> date | None:
    need = (line.needed if line else None) or order.needed
    return need.on if need else None
