"""Guide rules: what a partner's guide asks beyond the standard, one rule a line, as people write it.

`PO1/ACK required`, `REF(01=VR) required where BAK02=AC`, `N9 not used`, `PO1 at most 50`,
`PO1/PO103 only EA PC`, `BAK03 like 45[0-9]{8}`. Paths are those of the mapping language.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from translators.x12.grammar import Grammar, LoopRule, SegmentRule

Word = Literal["required", "not used", "at most", "at least", "only", "like"]
EXAMPLES = "`PO1/ACK required`, `N9 not used`, `PO1 at most 50`, `PO1/PO103 only EA PC`, `BAK03 like 45[0-9]{8}`"
_RULE = re.compile(
    r"(?P<path>\S+)\s+(?P<word>required|not used|at most|at least|only|like)"
    r"(?:\s+(?P<more>(?!where\b).+?))?(?:\s+where\s+(?P<where>\S+))?"
)
_STEP = re.compile(r"([A-Z][A-Z0-9]{1,2})(?:\(([^()]*)\))?")
_ELEMENT = re.compile(r"([A-Z][A-Z0-9]{1,2})([0-9]{2})(?:\(([^()]*)\))?")
_FILTER = re.compile(r"([0-9]{2})=(\S+)")
_SPLIT = re.compile(r"/(?![^()]*\))")


class RuleError(ValueError):
    """A rule cannot be; the sentence says why."""


@dataclass(slots=True, frozen=True)
class Step:
    """A segment or loop by its id, of which some elements hold one of some values."""

    id: str
    filters: tuple[tuple[int, frozenset[str]], ...] = ()

    def fits(self, segment: list[str]) -> bool:
        """Return whether a segment is meant."""
        return segment[0] == self.id and all(
            at < len(segment) and segment[at] in values for at, values in self.filters
        )


@dataclass(slots=True, frozen=True)
class GuideRule:
    """One rule as read; `element` is 0 where it is about a segment or loop."""

    text: str
    path: str
    steps: tuple[Step, ...]
    word: Word
    element: int = 0
    values: frozenset[str] = frozenset()
    limit: int = 0
    pattern: re.Pattern[str] | None = None
    where: tuple[Step, int] | None = None  # the element whose value makes the rule hold
    where_values: frozenset[str] = frozenset()
    is_loop: bool = False


def read_rule(text: str, grammar: Grammar) -> GuideRule:
    """Return the rule; raises RuleError where it is none, or the set has no such place or code."""
    match = _RULE.fullmatch(text.strip())
    if match is None:
        raise RuleError(f"this is no rule; rules are written {EXAMPLES}")
    steps, element = _read_path(match["path"])
    rule, is_loop = _find_place(grammar, steps)
    word: Word = match["word"]  # type: ignore[assignment]
    if element > len(rule.elements):
        raise RuleError(f"{rule.id} has {len(rule.elements)} elements in {grammar.version}")
    where, where_values = _read_where(match["where"], grammar)
    return GuideRule(
        text=text.strip(),
        path=match["path"],
        steps=steps,
        word=word,
        element=element,
        values=_read_codes(word, match["more"], grammar, rule, element),
        limit=_read_limit(word, match["more"]),
        pattern=_read_pattern(word, match["more"], element),
        where=where,
        where_values=where_values,
        is_loop=is_loop and not element,
    )


@lru_cache(maxsize=256)
def read_rules(texts: tuple[str, ...], grammar: Grammar) -> tuple[GuideRule, ...]:
    """Return the rules that can be; the others are told where the partner file is checked."""
    rules = list[GuideRule]()
    for text in texts:
        with suppress(RuleError):
            rules.append(read_rule(text, grammar))
    return tuple(rules)


def _read_path(text: str) -> tuple[tuple[Step, ...], int]:
    """Return the steps of a path, and the element it ends with, 0 where it ends with a segment."""
    *outer, last = _SPLIT.split(text)
    found = _ELEMENT.fullmatch(last)
    steps = [_read_step(one) for one in outer]
    if found is None:
        return (*steps, _read_step(last)), 0
    return (*steps, Step(found[1], _read_filters(found[3]))), int(found[2])


def _read_step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    if found is None:
        raise RuleError(f"{text} is no segment, loop or element, such as PO1, N1(01=ST) or PO103")
    return Step(found[1], _read_filters(found[2]))


def _read_filters(text: str | None) -> tuple[tuple[int, frozenset[str]], ...]:
    found = [(one, _FILTER.fullmatch(one)) for one in (text or "").split() if text]
    for one, match in found:
        if match is None:
            raise RuleError(f"({one}) is no condition of a segment, such as (01=ST) or (01=ST|BT)")
    return tuple((int(match[1]), frozenset(match[2].split("|"))) for _, match in found if match)


def _find_place(grammar: Grammar, steps: Iterable[Step]) -> tuple[SegmentRule, bool]:
    """Return the segment a path leads to, and whether it begins a loop."""
    loop, is_loop, walked = grammar.root, False, list[str]()
    for step in steps:
        node = next((one for one in loop.nodes if one.id == step.id), None)
        if node is None:
            where = (
                f"the loop {'/'.join(walked)}" if walked else f"the heading of an {grammar.set_id}"
            )
            raise RuleError(f"there is no {step.id} in {where} at {grammar.version}")
        is_loop = isinstance(node, LoopRule)
        loop = node if isinstance(node, LoopRule) else loop
        walked.append(step.id)
    return grammar.segments[walked[-1]], is_loop


def _read_codes(
    word: Word, text: str | None, grammar: Grammar, rule: SegmentRule, element: int
) -> frozenset[str]:
    if word != "only":
        return frozenset()
    if not element or not text:
        raise RuleError("`only` is about an element and its codes, such as `PO1/PO103 only EA PC`")
    codes = frozenset(text.split())
    known = grammar.elements.get(rule.elements[element - 1].number)
    unknown = sorted(codes - set(known.codes)) if known is not None and known.codes else []
    if unknown:
        said = (
            f"{', '.join(unknown)}: not in the list of {rule.id}{element:02} at {grammar.version}"
        )
        raise RuleError(f"{said}; codes agreed beside the standard stand in own_codes as well")
    return codes


def _read_limit(word: Word, text: str | None) -> int:
    if not word.startswith("at "):
        return 0
    if not (text or "").isdigit():
        raise RuleError(f"`{word}` wants a number, such as `PO1/ACK {word} 3`")
    return int(text or "")


def _read_pattern(word: Word, text: str | None, element: int) -> re.Pattern[str] | None:
    if word != "like":
        return None
    if not element or not text:
        raise RuleError("`like` is about an element and its form, such as `BAK03 like 45[0-9]{8}`")
    try:
        return re.compile(text)
    except re.error as error:
        raise RuleError(f"{text} is no pattern: {error}") from None


def _read_where(
    text: str | None, grammar: Grammar
) -> tuple[tuple[Step, int] | None, frozenset[str]]:
    """Return the element of a condition `BAK02=AC|RD`, and its values."""
    if text is None:
        return None, frozenset()
    path, sign, values = text.partition("=")
    found = _ELEMENT.fullmatch(path)
    if found is None or not sign or found[1] not in grammar.segments:
        raise RuleError(f"{text} is no condition, such as `where BAK02=AC|RD`")
    return (Step(found[1], _read_filters(found[3])), int(found[2])), frozenset(values.split("|"))
