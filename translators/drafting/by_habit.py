"""By habit: columns that change with the order or the part, as numbers of the maker's own do."""

from collections.abc import Hashable, Iterator, Sequence

from translators.drafting.evidence import Evidence
from translators.drafting.pool import Column, Pool

PERHAPS = 0.45  # a habit alone is no proof: the header must say the same
_LEAST = 2


def list_habits(pool: Pool, item: Evidence | None) -> Iterator[Evidence]:
    """Yield columns with one text for each order or part, and another for each other."""
    items = pool.find(item.column) if item else None
    numbers = [order.po_number if order else "" for order in pool.order_of]
    for column in pool.columns:
        if column.date_pictures or _has_decimals(column) or (items and column.name == items.name):
            continue
        if _goes_with(column.texts, numbers) and _has_digits(column):
            said = "one text for each order, another for each other order"
            yield Evidence("vendor_order_no", column.name, PERHAPS, said)
        elif items and _goes_with(column.texts, items.texts):
            said = "one text for each part, another for each other part"
            is_text = any(" " in text for text in column.filled)
            role = "item.description" if is_text else "item.vendor"
            yield Evidence(role, column.name, PERHAPS, said)


def _goes_with(texts: Sequence[str], keys: Sequence[Hashable]) -> bool:
    """Return whether texts and keys tell each other, for two keys at least."""
    pairs = {(text, key) for text, key in zip(texts, keys, strict=True) if text and key}
    said, known = {text for text, _ in pairs}, {key for _, key in pairs}
    return len(said) == len(known) == len(pairs) >= _LEAST


def _has_digits(column: Column) -> bool:
    return all(any(char.isdigit() for char in text) for text in column.filled)


def _has_decimals(column: Column) -> bool:
    return bool(column.number_pictures) and not all(text.isdigit() for text in column.filled)
