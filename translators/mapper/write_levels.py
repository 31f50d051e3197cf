"""Levels: HL segments that number themselves and point to the one around them (B-69)."""

from collections.abc import Callable
from typing import Any

from translators.mapper.formats import Mistakes
from translators.mapper.source import BlockNode
from translators.mapper.suggest import did_you_mean
from translators.mapper.written import Written
from translators.x12.grammar import Grammar

Emit = Callable[[Any, Written], None]
LEVEL = "level"
CODE, CHILD = 3, 4  # of HL: element 735, and 736 that says whether levels follow inside


def is_level(item: BlockNode, grammar: Grammar, mistakes: Mistakes) -> bool:
    """Return whether the item writes a level this set can have; what is wrong is named."""
    if LEVEL not in item.entries:
        return False
    code, where = item.text(LEVEL), item.lines[LEVEL]
    rule = grammar.segments.get("HL")
    known = grammar.elements[rule.elements[CODE - 1].number].codes if rule else {}
    if code not in known:
        advice = did_you_mean(code, list(known))
        mistakes.add(where, f"{code!r} is no level such as S, O, P or I", advice, "bad-path")
    return True


def write_level(code: str, inside: Emit) -> Emit:
    """Return what writes an HL and, below it, what is inside; HL04 is 1 once a level is."""

    def emit(place: Any, written: Written) -> None:
        above = written.levels[-1] if written.levels else None
        if above is not None:
            above[CHILD] = "1"
        number = str(written.counts.get("HL", 0) + 1)
        level = ["HL", number, above[1] if above is not None else "", code, "0"]
        written.add(level)
        written.levels.append(level)
        inside(place, written)
        written.levels.pop()

    return emit
