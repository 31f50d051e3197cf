"""Guide rules: what a partner's guide asks beyond the standard, one rule a line, as people write it.

`PO1/ACK required`, `REF(01=VR) required where BAK02=AC`, `N9 not used`, `PO1 at most 50`,
`PO1/PO103 only EA PC`, `BAK03 like 45[0-9]{8}`. Paths are those of the mapping language.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from translators.x12.grammar import ElementUse, Grammar, LoopRule, SegmentRule, SegmentUse

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
_PLAIN = frozenset(("required", "not used"))  # say all there is to say
Own = Mapping[str, frozenset[str]]
_NONE: Own = {}


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
    number: str = ""  # of the data element
    later: frozenset[str] = frozenset()  # ids that stand in its loop only after it


def read_rule(text: str, grammar: Grammar, own: Own = _NONE) -> GuideRule:
    """Return the rule; raises RuleError where it is none, or the standard has no such thing.

    `own` are codes agreed beside the standard, by element; a rule may allow them.
    """
    match = _RULE.fullmatch(text.strip())
    if match is None:
        raise RuleError(f"this is no rule; rules are written {EXAMPLES}")
    steps, element = _read_path(match["path"])
    loop, node = _find_place(grammar, steps)
    rule, is_loop = grammar.segments[node.id], isinstance(node, LoopRule)
    word: Word = match["word"]  # type: ignore[assignment]
    if word in _PLAIN and match["more"]:
        raise RuleError(
            f"`{word}` is followed by nothing, or by where, and here by {match['more']}"
        )
    _check_filters(steps, grammar, own)
    where, where_values = _read_where(match["where"], grammar)
    if where is not None:
        _check_filters((where[0],), grammar, own)
        _check_codes(where[0].id, where[1], where_values, (grammar, own))
    use = _find_use(rule, element, grammar) if element else None
    made = GuideRule(
        text=text.strip(),
        path=match["path"],
        steps=steps,
        word=word,
        element=element,
        values=_read_codes(word, match["more"], (rule.id, element), (grammar, own)),
        limit=_read_limit(word, match["more"]),
        pattern=_read_pattern(word, match["more"], element),
        where=where,
        where_values=where_values,
        is_loop=is_loop and not element,
        number=use.number if use and use.number.isdigit() else "",
        later=_list_later(loop, node.id),
    )
    _check_standard(made, node, use)
    return made


@lru_cache(maxsize=256)
def read_rules(
    texts: tuple[str, ...], grammar: Grammar, own: tuple[tuple[str, frozenset[str]], ...] = ()
) -> tuple[GuideRule, ...]:
    """Return the rules that can be; the others are told where the partner file is checked."""
    rules = list[GuideRule]()
    for text in texts:
        with suppress(RuleError):
            rules.append(read_rule(text, grammar, dict(own)))
    return tuple(rules)


def find_forbidding(rule: GuideRule, others: Iterable[GuideRule]) -> GuideRule | None:
    """Return which of the others says that what the rule speaks of is not used; None where none does."""
    if rule.word == "not used":
        return None
    same = (one for one in others if one.word == "not used" and one.where is None)
    return next(
        (one for one in same if (one.steps, one.element) == (rule.steps, rule.element)), None
    )


def _check_standard(rule: GuideRule, node: SegmentUse | LoopRule, use: ElementUse | None) -> None:
    """Raise RuleError where a rule forbids what the standard wants, or allows what it forbids."""
    if use is not None:
        if rule.word.startswith("at "):
            raise RuleError(
                f"`{rule.word}` is about a segment or loop, such as `PO1/ACK {rule.word} 3`"
            )
        if rule.word == "not used" and use.requirement == "M":
            raise RuleError(f"the standard says otherwise: {rule.path} must be filled")
        return
    most = node.repeat if isinstance(node, LoopRule) else node.max_use
    must = node.requirement == "M" and not rule.steps[-1].filters
    if must and (rule.word == "not used" or (rule.word == "at most" and rule.limit == 0)):
        raise RuleError(f"the standard says otherwise: {node.id} must stand there")
    if most is not None and rule.limit > most:
        raise RuleError(f"the standard says otherwise: {node.id} stands {most} times there at most")


def _list_later(loop: LoopRule, name: str) -> frozenset[str]:
    ids = [node.id for node in loop.nodes]
    at = max(index for index, known in enumerate(ids) if known == name)
    return frozenset(ids[at + 1 :]) - set(ids[: at + 1])


def _find_use(rule: SegmentRule, element: int, grammar: Grammar) -> ElementUse:
    if not 0 < element <= len(rule.elements):
        raise RuleError(f"{rule.id} has {len(rule.elements)} elements in {grammar.version}")
    return rule.elements[element - 1]


def _check_filters(steps: Iterable[Step], grammar: Grammar, own: Own) -> None:
    for step in steps:
        for at, values in step.filters:
            _check_codes(step.id, at, values, (grammar, own))


def _check_codes(
    segment: str, element: int, codes: frozenset[str], known: tuple[Grammar, Own]
) -> None:
    """Raise RuleError where a code is in no list; a list that is not X12's is not known."""
    grammar, own = known
    number = _find_use(grammar.segments[segment], element, grammar).number
    rule = grammar.elements.get(number)
    unknown = sorted(codes - set(rule.codes) - own.get(number, frozenset())) if rule else []
    if rule and rule.codes and unknown:
        said = (
            f"{', '.join(unknown)}: not in the list of {segment}{element:02} at {grammar.version}"
        )
        raise RuleError(
            f"{said}; a code agreed beside the standard stands in own_codes, under {number}"
        )


def _read_path(text: str) -> tuple[tuple[Step, ...], int]:
    """Return the steps of a path, and the element it ends with, 0 where it ends with a segment."""
    *outer, last = _SPLIT.split(text)
    found = _ELEMENT.fullmatch(last)
    steps = [_read_step(one) for one in outer]
    if found is None:
        return (*steps, _read_step(last)), 0
    if found[2] == "00":
        raise RuleError(f"{text}: elements are counted from 01")
    return (*steps, Step(found[1], _read_filters(found[3]))), int(found[2])


def _read_step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    if found is None:
        raise RuleError(f"{text} is no segment, loop or element, such as PO1, N1(01=ST) or PO103")
    return Step(found[1], _read_filters(found[2]))


def _read_filters(text: str | None) -> tuple[tuple[int, frozenset[str]], ...]:
    found = [(one, _FILTER.fullmatch(one.strip())) for one in (text or "").split(",") if text]
    for one, match in found:
        if match is None:
            raise RuleError(
                f"({one}) is no condition of a segment, such as (01=ST), (01=ST|BT) or (01=ST,03=92)"
            )
    return tuple((int(match[1]), frozenset(match[2].split("|"))) for _, match in found if match)


def _find_place(
    grammar: Grammar, steps: tuple[Step, ...]
) -> tuple[LoopRule, SegmentUse | LoopRule]:
    """Return the segment or loop a path leads to, behind the loop it stands in."""
    loop, walked = grammar.root, list[str]()
    for step in steps:
        node = next((one for one in loop.nodes if one.id == step.id), None)
        where = f"the loop {'/'.join(walked)}" if walked else f"the heading of an {grammar.set_id}"
        if node is None:
            raise RuleError(f"there is no {step.id} in {where} at {grammar.version}")
        walked.append(step.id)
        if len(walked) == len(steps):
            return loop, node
        if not isinstance(node, LoopRule):
            raise RuleError(f"{step.id} in {where} is a segment, and nothing stands inside it")
        loop = node
    raise RuleError("a path names a segment")


def _read_codes(
    word: Word, text: str | None, spot: tuple[str, int], known: tuple[Grammar, Own]
) -> frozenset[str]:
    if word != "only":
        return frozenset()
    if not spot[1] or not text:
        raise RuleError("`only` is about an element and its codes, such as `PO1/PO103 only EA PC`")
    codes = frozenset(text.replace(",", " ").split())
    _check_codes(*spot, codes, known)
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
