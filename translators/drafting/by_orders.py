"""By orders: columns whose values are numbers, parts, amounts and prices of the orders we sent."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from canonical.purchase_order import OrderLine, PurchaseOrder
from translators.drafting.evidence import Evidence, strength
from translators.drafting.pictures import read_number
from translators.drafting.pool import Column, Pool, key_of

ITEMS = ("buyer", "vendor", "revision", "description")
_SAID = {
    "buyer": "our parts",
    "vendor": "the maker's parts",
    "revision": "revisions",
    "description": "descriptions",
}


def find_orders(pool: Pool) -> Evidence | None:
    """Return the column that holds our order numbers, after putting each row beside its order."""
    hits = {
        column.name: sum(key_of(text) in pool.orders for text in column.filled)
        for column in pool.columns
    }
    best = max(
        pool.columns, key=lambda one: strength(hits[one.name], len(one.filled)), default=None
    )
    if best is None or not hits[best.name]:
        return None
    pool.order_of = [pool.orders.get(key_of(text)) for text in best.texts]
    said = f"{hits[best.name]} of {len(best.filled)} values are open PO numbers of this partner"
    return Evidence("po_number", best.name, strength(hits[best.name], len(best.filled)), said)


def list_items(pool: Pool) -> Iterator[Evidence]:
    """Yield columns that hold parts, revisions or descriptions of the orders their rows name."""
    for column in pool.columns:
        for name in ITEMS:
            pairs = [(text, order) for text, order in _rows(column, pool) if _has(order, name)]
            hits = sum(_names(order, name, text) for text, order in pairs)
            if hits:
                said = f"{hits} of {len(pairs)} values are {_SAID[name]} of these orders"
                yield Evidence(f"item.{name}", column.name, strength(hits, len(pairs)), said)


def find_lines(pool: Pool, item: Evidence | None, taken: set[str]) -> Evidence | None:
    """Return the column that holds our line numbers, after putting each row beside its order line.

    A small number may be anything; where the part beside it is that line's, it is no chance.
    """
    items = pool.find(item.column) if item else None
    best: tuple[float, Column | None, int, int] = (0.0, None, 0, 0)
    for column in pool.columns:
        if column.name in taken:
            continue
        hits, of = _count_lines(column, pool, items)
        doubt = 1.0 if items else 0.8
        if strength(hits, of) * doubt > best[0]:
            best = (strength(hits, of) * doubt, column, hits, of)
    score, chosen, hits, of = best
    if chosen is None:
        pool.line_of = [_line_by_item(pool, items, at) for at in range(pool.size)]
        return None
    pool.line_of = [
        _line_of(order, text) for order, text in zip(pool.order_of, chosen.texts, strict=True)
    ]
    beside = f", each beside the part of that line in {item.column!r}" if item else ""
    said = f"{hits} of {of} values are line numbers of these orders{beside}"
    return Evidence("line_number", chosen.name, score, said)


def list_amounts(pool: Pool) -> Iterator[Evidence]:
    """Yield columns whose numbers are quantities, prices or amounts of the order lines beside them."""
    for column in pool.columns:
        for picture in column.number_pictures:
            rows = [
                (line, number)
                for line, text in zip(pool.line_of, column.texts, strict=True)
                if line and text and (number := read_number(text, picture)) is not None
            ]
            yield from _judge_amounts(column, picture, rows, pool)


def _judge_amounts(
    column: Column, picture: str, rows: list[tuple[OrderLine, Decimal]], pool: Pool
) -> Iterator[Evidence]:
    def tell(role: str, is_so: Callable[[OrderLine, Decimal], bool], said: str) -> Evidence:
        hits = sum(is_so(line, number) for line, number in rows)
        sentence = f"{hits} of {len(rows)} values are {said}"
        return Evidence(role, column.name, strength(hits, len(rows)), sentence, picture)

    priced = [one for one in rows if one[0].unit_price]
    yield tell("ordered", _is_ordered, "the quantities we ordered on these lines")
    yield _judge_quantity(column, picture, pool)
    if priced:
        yield tell("unit_price", _is_price, "the prices of these lines")
        yield tell("amount", _is_amount, "quantity times price of these lines")


def _judge_quantity(column: Column, picture: str, pool: Pool) -> Evidence:
    """Return how far the numbers are what is confirmed: never above the order, and adding up to it."""
    sums: dict[int, Decimal] = {}
    numbers: dict[int, Decimal] = {}
    for at, (line, text) in enumerate(zip(pool.line_of, column.texts, strict=True)):
        number = read_number(text, picture) if text else None
        if line is not None and number is not None:
            numbers[at] = number
            sums[id(line)] = sums.get(id(line), Decimal(0)) + number
    lines = [(pool.line_of[at], number) for at, number in numbers.items()]
    whole = sum(line is not None and sums[id(line)] == line.ordered.value for line, _ in lines)
    below = sum(line is not None and number <= line.ordered.value for line, number in lines)
    score = (strength(whole, len(lines)) + strength(below, len(lines))) / 2 if whole else 0.0
    said = f"{whole} of {len(lines)} rows add up to the quantity ordered, {below} are not above it"
    return Evidence("quantity", column.name, score, said, picture)


def _is_ordered(line: OrderLine, number: Decimal) -> bool:
    return number == line.ordered.value


def _is_price(line: OrderLine, number: Decimal) -> bool:
    return number == line.unit_price


def _is_amount(line: OrderLine, number: Decimal) -> bool:
    return number != line.unit_price and number == (line.unit_price or 0) * line.ordered.value


def _rows(column: Column, pool: Pool) -> Iterator[tuple[str, PurchaseOrder]]:
    for text, order in zip(column.texts, pool.order_of, strict=True):
        if text and order is not None:
            yield text, order


def _has(order: PurchaseOrder, name: str) -> bool:
    return any(getattr(line.item, name) for line in order.lines)


def _names(order: PurchaseOrder, name: str, text: str) -> bool:
    said = (getattr(line.item, name) for line in order.lines)
    return any(key_of(one) == key_of(text) for one in said if one)


def _count_lines(column: Column, pool: Pool, items: Column | None) -> tuple[int, int]:
    hits = of = 0
    for at, (text, order) in enumerate(zip(column.texts, pool.order_of, strict=True)):
        if not text or order is None:
            continue
        of += 1
        line = _line_of(order, text)
        hits += line is not None and (items is None or _is_item(line, items.texts[at]))
    return hits, of


def _line_of(order: PurchaseOrder | None, text: str) -> OrderLine | None:
    lines = order.lines if order else ()
    return next((one for one in lines if key_of(one.line_number) == key_of(text)), None)


def _is_item(line: OrderLine, text: str) -> bool:
    return any(key_of(getattr(line.item, name) or "") == key_of(text) for name in ITEMS if text)


def _line_by_item(pool: Pool, items: Column | None, at: int) -> OrderLine | None:
    order = pool.order_of[at]
    found = (
        [one for one in order.lines if _is_item(one, items.texts[at])] if order and items else []
    )
    return found[0] if len(found) == 1 else None
