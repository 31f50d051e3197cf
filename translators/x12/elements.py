"""Elements: everything that is wrong within one segment, and a quick test that nothing is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from translators.findings import Finding
from translators.x12.catalogue import load_catalogue, make_finding
from translators.x12.delimiters import Delimiters
from translators.x12.grammar import ElementUse, Grammar, SegmentRule
from translators.x12.notes import Note, find_broken, is_kept, read_note
from translators.x12.places import locate, quote, write_place
from translators.x12.structure import Segment
from translators.x12.values import Fault, compile_value, find_value_fault, is_blank

Test = Callable[[str], bool]
_MANY_FROM = (
    "004030"  # the first version whose AK403 has 12 and 13, too many repetitions, components
)


@lru_cache(maxsize=256)
def compile_segments(grammar: Grammar, marks: str) -> "SegmentTests":
    """Return a quick test per segment id: True only if a segment is surely good.

    `marks` are the component and repetition separators. What a test doubts, `check_segment` judges.
    """
    return SegmentTests(grammar, marks)


class SegmentTests(dict[str, Callable[[Segment], bool] | None]):
    """The tests of a grammar, each made when its segment is first met; None where it has no rule.

    A set uses a dozen of some eighty segments, and odd delimiters are compiled for one file only.
    """

    def __init__(self, grammar: Grammar, marks: str) -> None:
        """Begin with no test."""
        super().__init__()
        self._grammar, self._marks = grammar, marks

    def __missing__(self, name: str) -> Callable[[Segment], bool] | None:
        """Make the test of a segment; a name without a rule is not kept, there is no end of them."""
        rule = self._grammar.segments.get(name)
        if rule is None:
            return None
        self[name] = _compile_segment(rule, self._grammar, self._marks)
        return self[name]


def check_segment(segment: Segment, grammar: Grammar, delimiters: Delimiters) -> list[Finding]:
    """Return all that is wrong with the elements of one segment (AK403 1 to 10, from 4030 on 12 and 13)."""
    rule = grammar.segments[segment[0]]
    look = _Look(segment, rule, grammar, delimiters)
    return [*look.list_faults(), *look.list_broken_notes()]


def _compile_segment(rule: SegmentRule, grammar: Grammar, marks: str) -> Callable[[Segment], bool]:
    tests = tuple(_compile_use(use, grammar, marks) for use in rule.elements)
    mandatory = tuple(at for at, use in enumerate(rule.elements, 1) if use.requirement == "M")
    most, least = len(tests) + 1, max(mandatory, default=0)
    notes = tuple(
        sorted(((_find_first(note), note) for note in map(read_note, rule.notes)), key=_at)
    )

    def is_good(segment: Segment) -> bool:
        size = len(segment)
        if not least < size <= most or not segment[-1]:
            return False
        for test, value in zip(tests, segment[1:], strict=False):
            if value and not test(value):
                return False
        for at in mandatory:
            if not segment[at]:
                return False
        return not notes or notes[0][0] >= size or _keeps(notes, segment, size)

    return is_good


def _find_first(note: Note) -> int:
    """Return the length of a segment up to which the condition cannot be broken."""
    return 0 if note.kind == "R" else min(note.positions)


def _at(item: tuple[int, Note]) -> int:
    return item[0]


def _keeps(notes: tuple[tuple[int, Note], ...], segment: Segment, size: int) -> bool:
    for first, note in notes:
        if first >= size:
            return True  # so are the positions of all notes to come
        if not is_kept(note, segment):
            return False
    return True


def _compile_use(use: ElementUse, grammar: Grammar, marks: str) -> Test:
    if not use.components:
        return compile_value(grammar.elements[use.number], marks)
    if any(part.requirement == "M" for part in use.components[1:]):
        return lambda _: False
    return compile_value(grammar.elements[use.components[0].number], marks)


@dataclass(slots=True)
class _Look:
    """A careful look at one segment."""

    segment: Segment
    rule: SegmentRule
    grammar: Grammar
    delimiters: Delimiters

    def list_faults(self) -> Iterator[Finding]:
        """Yield what is wrong with each element."""
        uses = self.rule.elements
        for at, use in enumerate(uses, 1):
            value = self.segment.element(at)
            if value:
                yield from self._list_in_use(use, value, _Spot(at, use.number))
            elif use.requirement == "M":
                yield self._find_missing(use, _Spot(at, use.number))
        if any(self.segment[len(uses) + 1 :]):
            words = {"tag": self.rule.id, "count": len(self.segment) - 1, "most": len(uses)}
            spot = _Spot(len(uses) + 1, "")
            yield self._find(Fault("too-many-elements", words), spot, self.segment[len(uses) + 1])

    def list_broken_notes(self) -> Iterator[Finding]:
        """Yield what breaks a relational condition of the segment."""
        yield from self._list_notes(self.rule.notes, self.segment, None)

    def _list_notes(
        self, notes: tuple[str, ...], values: list[str], within: "_Spot | None"
    ) -> Iterator[Finding]:
        blamed = set[int]()
        for note in map(read_note, notes):
            if is_kept(note, values):
                continue
            spots = [self._place_note(at, within) for at in note.positions]
            names = [self._name(spot) for spot in spots]
            broken = find_broken(note, names, values)
            if broken.at in blamed:
                continue  # one fault, one finding
            blamed.add(broken.at)
            advice = "fill one of them" if note.kind in "RL" else None
            fault = Fault(broken.word, broken.words, broken.form, advice)
            trigger = broken.trigger if within is None else None
            spot = replace(spots[note.positions.index(broken.at)], trigger=trigger)
            yield self._find(fault, spot, "")

    def _place_note(self, at: int, within: "_Spot | None") -> "_Spot":
        if within is None:
            return _Spot(at, self.rule.elements[at - 1].number)
        return replace(within, component=at)

    def _list_in_use(self, use: ElementUse, value: str, spot: "_Spot") -> Iterator[Finding]:
        repetition = self.delimiters.repetition
        repeats = value.split(repetition) if repetition else [value]
        if use.repeat is not None and len(repeats) > use.repeat:
            code = "12" if self.grammar.version >= _MANY_FROM else "6"
            yield self._find_mark(spot, value, (repetition, "repetition separator", code))
            return
        for at, text in enumerate(repeats, 1):
            here = replace(spot, repeat=at) if len(repeats) > 1 else spot
            if not text:
                continue
            if use.components:
                yield from self._list_in_composite(use, text, here)
            elif self.delimiters.component in text:
                mark = (self.delimiters.component, "component separator", "6")
                yield self._find_mark(here, value, mark)
            else:
                yield from self._list_in_value(use.number, text, here)

    def _list_in_composite(self, use: ElementUse, text: str, spot: "_Spot") -> Iterator[Finding]:
        parts = ["", *text.split(self.delimiters.component)]
        for at, part in enumerate(use.components, 1):
            inner = replace(spot, number=part.number, component=at)
            value = parts[at] if at < len(parts) else ""
            if value:
                yield from self._list_in_value(part.number, value, inner)
            elif part.requirement == "M":
                yield self._find_missing(part, inner)
        if any(parts[len(use.components) + 1 :]):
            code = "13" if self.grammar.version >= _MANY_FROM else "3"
            words: dict[str, object] = {
                "name": self._name(spot),
                "count": len(parts) - 1,
                "most": len(use.components),
            }
            yield self._find(Fault("too-many-components", words), replace(spot, code=code), text)
        yield from self._list_notes(use.notes, parts, spot)

    def _list_in_value(self, number: str, value: str, spot: "_Spot") -> Iterator[Finding]:
        rule = self.grammar.elements[number]
        words: dict[str, object] = {"name": self._name(spot), "value": quote(value)}
        if rule.type == "AN" and is_blank(value):
            yield self._find(Fault("blank-element", words), spot, value)
            return
        fault = find_value_fault(rule, value)
        if fault is not None:
            yield self._find(replace(fault, words=words | fault.words), spot, value)

    def _find_missing(self, use: ElementUse, spot: "_Spot") -> Finding:
        element = self.grammar.elements.get(use.number)
        title = element.name if element else "the composite"
        words: dict[str, object] = {"name": self._name(spot), "title": title}
        return self._find(Fault("missing-element", words), spot, "")

    def _find_mark(self, spot: "_Spot", value: str, said: tuple[str, str, str]) -> Finding:
        """Return the finding that a separator stands in data; `said` is it, its role and AK403."""
        mark, role, code = said
        words: dict[str, object] = {
            "name": self._name(spot),
            "value": quote(value),
            "mark": repr(mark),
            "role": role,
        }
        return self._find(Fault("delimiter-in-data", words), replace(spot, code=code), value)

    def _name(self, spot: "_Spot") -> str:
        part = f"-{spot.component}" if spot.component else ""
        return f"{self.rule.id}{spot.at:02d}{part}"

    def _find(self, fault: Fault, spot: "_Spot", value: str) -> Finding:
        x12 = locate(
            self.segment,
            self.delimiters,
            segment_code="8",
            element=spot.at,
            component=spot.component,
            repeat=spot.repeat,
            trigger=spot.trigger,
            reference=spot.number or None,
            element_code=spot.code or load_catalogue()[fault.word].ak403[0],
            value=value or None,
        )
        place = write_place(self.segment, self.delimiters)
        return make_finding(
            fault.word, x12, place, fault.words, form=fault.form, advice=fault.advice
        )


@dataclass(slots=True, frozen=True)
class _Spot:
    at: int
    number: str
    component: int | None = None
    repeat: int | None = None
    trigger: int | None = None
    code: str = ""  # AK403, where the catalogue lists several
