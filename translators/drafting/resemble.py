"""Resemble: which new column of a table is one that is gone, by its header and by its values."""

from collections.abc import Sequence

import msgspec

from canonical.purchase_order import PurchaseOrder
from translators.drafting.by_words import alike, list_headers
from translators.drafting.evidence import FIRM, Evidence, both
from translators.drafting.guess import gather
from translators.drafting.pool import Column, Pool, pool_of
from translators.drafting.words import Words, simplify
from translators.tabular.rows import Row

_BY_NAME = 0.8
_BY_VALUE = 0.9


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """A new column taken for one that is gone: how sure, and why."""

    column: str  # as the mapping calls it
    found: str  # as it is called now
    confidence: float
    evidence: tuple[str, ...]


def find_aliases(
    lost: Sequence[str],
    before: Sequence[Row],
    now: Sequence[Row],
    orders: Sequence[PurchaseOrder],
    words: Words,
) -> list[Alias]:
    """Return the likeliest new column for each that is gone, each new one once."""
    old, new = pool_of(before, orders), pool_of(now, orders)
    known = {column.name for column in old.columns} | set(lost)
    told = {pool_id: _list_roles(pool, words) for pool_id, pool in (("old", old), ("new", new))}
    likely = [
        _judge(name, old.find(name), column, told["old"], told["new"])
        for name in lost
        for column in new.columns
        if column.name not in known
    ]
    chosen: list[Alias] = []
    for one in sorted(likely, key=lambda one: -one.confidence):
        is_free = all(one.column != other.column and one.found != other.found for other in chosen)
        if one.confidence >= FIRM and is_free:
            chosen.append(one)
    return chosen


def _judge(
    name: str,
    old: Column | None,
    new: Column,
    before: Sequence[Evidence],
    now: Sequence[Evidence],
) -> Alias:
    by_name = alike(new.name, simplify(name))
    evidence = [f"the headers are {round(100 * by_name)} % alike"] if by_name else []
    by_value = 0.0
    then = {one.role: one for one in before if one.column == name}
    for one in now:
        score = (
            min(one.score, then[one.role].score)
            if one.column == new.name and one.role in then
            else 0
        )
        if score > by_value:
            by_value, said = score, one.sentence
            evidence = [*evidence[:1], f"{said}, as it was with {name!r}"]
    if old is not None and not _is_same_kind(old, new):
        return Alias(column=name, found=new.name, confidence=0.0, evidence=())
    if old is not None and (shared := _share(old, new)) > by_value:
        by_value = shared
        evidence.append(f"{round(100 * shared)} % of its values stood in {name!r} before")
    sure = both(_BY_NAME * by_name, _BY_VALUE * by_value)
    return Alias(column=name, found=new.name, confidence=round(sure, 2), evidence=tuple(evidence))


def _list_roles(pool: Pool, words: Words) -> list[Evidence]:
    return [*gather(pool), *list_headers(pool, words)]


def _is_same_kind(old: Column, new: Column) -> bool:
    """Return whether both hold numbers, both days, or both words; a column without values may be any."""
    if not old.filled or not new.filled:
        return True
    return bool(old.number_pictures) == bool(new.number_pictures) and bool(
        old.date_pictures
    ) == bool(new.date_pictures)


def _share(old: Column, new: Column) -> float:
    """Return how many of the new texts stood in the old column: of words of an answer, most do."""
    known = set(old.filled)
    return sum(text in known for text in new.filled) / len(new.filled) if new.filled else 0.0
