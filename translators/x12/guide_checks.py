"""Guide checks: what of a set breaks the guide agreed with its sender, judged after the standard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from msgspec.structs import replace

from translators.findings import Finding
from translators.x12.catalogue import make_finding
from translators.x12.delimiters import Delimiters
from translators.x12.guide_rules import GuideRule, Step
from translators.x12.places import locate, quote, write_place
from translators.x12.structure import Loop, Segment, Set

_HL = "HL"
_MOST = 1001  # findings of one set: one more than are kept, so that it is told that there are more
_LONGEST = 1000  # letters of a value that a form is held against; no element we know has more
_CONVENTION = ("ST", 3)  # names the guide a set is sent by, from 005010 on


@dataclass(slots=True, frozen=True)
class _Scope:
    """Where a rule holds: a loop, and the loops around it."""

    loop: Loop

    def list_segments(self, step: Step, *, with_first: bool) -> list[Segment]:
        """Return what a step means here: segments of the loop, and those that begin loops inside."""
        inner = [one.segments[0] for one in _list_loops(self.loop, step.id) if one.segments]
        own = [one for one in self.loop.segments if with_first or one is not self.first]
        return [one for one in (*own, *inner) if step.fits(one)]

    @property
    def first(self) -> Segment | None:
        """Return the segment that begins the loop; the set itself is begun by none."""
        if self.loop.parent is None or not self.loop.segments:
            return None
        return self.loop.segments[0]

    @property
    def name(self) -> str | None:
        """Return the loop's id; None for the set itself."""
        return None if self.loop.parent is None else self.loop.id

    def find(self, step: Step, at: int) -> str:
        """Return the element of the nearest such segment, going outward; '' where there is none."""
        loop: Loop | None = self.loop
        while loop is not None:
            for segment in loop.segments:
                if step.fits(segment):
                    return segment.element(at)
            loop = loop.parent
        return ""


def check_guide(set_: Set, rules: Iterable[GuideRule]) -> list[Finding]:
    """Return where a set breaks the rules of a guide (B-39, B-49); none where it could not be read.

    `rule` of a finding is the rule as written.
    """
    if set_.root is None or not any(loop.segments for loop in set_.root.walk()):
        return []
    root = set_.root
    found = ((rule, one) for rule in rules for one in _check_rule(set_, root, rule))
    return [replace(one, rule=rule.text) for rule, one in islice(found, _MOST)]


def _check_rule(set_: Set, root: Loop, rule: GuideRule) -> Iterator[Finding]:
    marks = set_.group.interchange.delimiters
    for scope in _list_scopes(root, rule.steps[:-1]):
        if rule.where is not None and scope.find(*rule.where) not in rule.where_values:
            continue
        found = scope.list_segments(rule.steps[-1], with_first=bool(rule.element))
        if rule.element:
            for segment in found:
                yield from _check_element(segment, rule, marks)
        else:
            yield from _check_segments(set_, scope, found, rule)


def _list_scopes(root: Loop, steps: tuple[Step, ...]) -> list[_Scope]:
    loops = [root]
    for step in steps:
        loops = [
            inner
            for loop in loops
            for inner in _list_loops(loop, step.id)
            if inner.segments and step.fits(inner.segments[0])
        ]
    return [_Scope(loop) for loop in loops]


def _list_loops(loop: Loop, name: str) -> list[Loop]:
    """Return the loops of a name inside one; those of a hierarchy at any depth."""
    if name != _HL:
        return [one for one in loop.loops if one.id == name]
    return [one for one in loop.walk() if one.id == name and one is not loop]


def _find_next(set_: Set, loop: Loop, rule: GuideRule) -> Segment:
    """Return the segment before which a missing one belongs, as AK302 wants it."""
    heads = [inner.segments[0] for inner in loop.loops if inner.segments]
    inside = sorted([*loop.segments, *heads], key=lambda segment: segment.ordinal)
    after = next((one for one in inside[1:] if one[0] in rule.later), None)
    if after is not None:
        return after
    last = max(one.ordinal for inner in loop.walk() for one in inner.segments)
    return set_.segments[min(last, len(set_.segments) - 1)]  # ordinals count from 1


def _check_segments(
    set_: Set, scope: _Scope, found: list[Segment], rule: GuideRule
) -> Iterator[Finding]:
    """Yield what is wrong with how often a segment or loop stands."""
    marks = set_.group.interchange.delimiters
    count = len(found)
    least = 1 if rule.word == "required" else rule.limit if rule.word == "at least" else 0
    if count < least:
        here = _find_next(set_, scope.loop, rule)
        tag, code = rule.steps[-1].id, _name_missing(rule)
        x12 = locate(here, marks, tag=tag, loop=scope.name, segment_code=code)
        words = {"path": rule.path, "count": count, "least": least, "rule": rule.text}
        form = "" if count == 0 else "few"
        yield make_finding("guide-missing", x12, write_place(here, marks), words, form=form)
    if rule.word == "not used":
        for segment in found:
            code = "I9" if rule.where else "I4"
            yield _tell_segment("guide-not-used", segment, rule, (code, scope.name, marks))
    if rule.word == "at most" and count > rule.limit:
        code = "4" if rule.is_loop else "5"
        said = (code, scope.name, marks)
        yield _tell_segment("guide-too-many", found[rule.limit], rule, said)


def _name_missing(rule: GuideRule) -> str:
    """Return IK304: below the minimum, or missing by a condition."""
    if rule.where is not None:
        return "I6"
    return "I7" if rule.is_loop else "I8"


def _tell_segment(
    word: str, segment: Segment, rule: GuideRule, said: tuple[str, str | None, Delimiters]
) -> Finding:
    code, loop, marks = said
    x12 = locate(segment, marks, loop=loop, segment_code=code)
    words = {"path": rule.path, "limit": rule.limit, "rule": rule.text}
    return make_finding(word, x12, write_place(segment, marks), words)


def _check_element(segment: Segment, rule: GuideRule, marks: Delimiters) -> Iterator[Finding]:
    """Yield what is wrong with one element; each repetition is held to its codes and form."""
    value = segment.element(rule.element)
    for one in value.split(marks.repetition) if marks.repetition else [value]:
        found = list(_check_value(segment, rule, one, marks))
        yield from found
        if found and rule.word not in {"only", "like"}:
            return


def _check_value(
    segment: Segment, rule: GuideRule, value: str, marks: Delimiters
) -> Iterator[Finding]:
    word = code = ""
    match rule.word:
        case "required" if not segment.element(rule.element):
            word, code = "guide-empty", "I9" if rule.where else "1"
        case "not used" if value:
            word, code = "guide-filled", "I13" if rule.where else "I10"
        case "only" if value and value not in rule.values:
            word, code = "guide-code", "I6"
        case "like" if value and not _is_like(value, rule):
            word, code = "guide-form", "I12"
    if word == "guide-code" and (segment[0], rule.element) == _CONVENTION:
        x12 = locate(segment, marks, set_code="I6")
        words = _words_of(rule, value)
        yield make_finding("guide-other", x12, write_place(segment, marks), words)
    elif word:
        x12 = locate(
            segment,
            marks,
            segment_code="8",
            trigger=_find_trigger(segment, rule),
            element=rule.element,
            reference=rule.number or None,
            element_code=code,
            value=value or None,
        )
        yield make_finding(word, x12, write_place(segment, marks), _words_of(rule, value))


def _is_like(value: str, rule: GuideRule) -> bool:
    is_short = len(value) <= _LONGEST  # a pattern may take long for a text without end
    return rule.pattern is None or (is_short and rule.pattern.fullmatch(value) is not None)


def _words_of(rule: GuideRule, value: str) -> dict[str, object]:
    codes = ", ".join(sorted(rule.values))
    return {"path": rule.path, "value": quote(value), "codes": codes, "rule": rule.text}


def _find_trigger(segment: Segment, rule: GuideRule) -> int | None:
    """Return the element whose value makes a rule hold, where it stands in the same segment (CTX)."""
    if rule.where is None or rule.where[0].id != segment[0]:
        return None
    return rule.where[1]
