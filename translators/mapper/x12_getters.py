"""Closures that find segments and elements in the loops of a set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from translators.findings import X12Place
from translators.mapper.paths import Element, Filter, Step
from translators.mapper.running import Spot
from translators.mapper.x12_scopes import HL
from translators.x12.structure import Loop, Segment

Test = Callable[[Segment], bool]
Segments = Callable[[Loop], Iterator[Segment]]
Loops = Callable[[Loop], list[Loop]]
Read = Callable[[Segment], str]
SHOWN = 48
MAX_LEVELS = 20  # of HL: a hostile chain of thousands must not cost its square
COMPONENT_MARKS = ":>\x1f<^|\\@+&!"


def compile_test(filters: tuple[Filter, ...]) -> Test | None:
    """Return what says whether a segment passes the filters; None where there are none."""
    plan = tuple((int(f.key), f.values) for f in filters)
    if not plan:
        return None
    if len(plan) == 1:
        position, values = plan[0]
        return lambda s: len(s) > position and s[position].rstrip() in values
    return lambda s: all(len(s) > at and s[at].rstrip() in values for at, values in plan)


@dataclass(slots=True, frozen=True)
class Reach:
    """How far a path looks: loops around to climb first, HL levels outward from there, the root."""

    hops: int = 0
    outward: bool = False
    at_root: bool = False


def compile_segments(name: str, filters: tuple[Filter, ...], reach: Reach) -> Segments:
    """Return what yields the segments of an id in a loop: its own, then the first of inner loops.

    Outward from an HL loop come those around it, nearest first, the root only where the grammar
    has the segment there.
    """
    hops, outward, at_root = reach.hops, reach.outward, reach.at_root
    test = compile_test(filters)

    def find(loop: Loop) -> Iterator[Segment]:
        place: Loop | None = _climb(loop, hops)
        for _ in range(MAX_LEVELS if outward else 1):
            if place is None or (outward and place.parent is None and not at_root):
                return
            for segment in _list_here(place, name):
                if test is None or test(segment):
                    yield segment
            place = place.parent

    return find


def _climb(loop: Loop, hops: int) -> Loop | None:
    place: Loop | None = loop
    for _ in range(hops):
        place = place.parent if place is not None else None
    return place


def _list_here(loop: Loop, name: str) -> Iterator[Segment]:
    for segment in loop.segments:
        if segment[0] == name:
            yield segment
    if name == HL:
        return
    for inner in loop.loops:
        if inner.id == name:
            yield inner.segments[0]


def compile_loops(step: Step, hops: int, *, is_segment: bool) -> Loops:
    """Return what lists the loops of a name; a lone segment is handed out as a loop of its own.

    HL loops are found at any depth (B-70), all others just inside.
    """
    test = compile_test(step.filters)
    name = step.name

    def find(loop: Loop) -> list[Loop]:
        place = _climb(loop, hops)
        if place is None:
            return []
        inner = _walk_levels(place) if name == HL else place.loops
        found = [
            one
            for one in inner
            if one.id == name and one is not place and (test is None or test(one.segments[0]))
        ]
        if not is_segment:
            return found
        lone = [
            Loop(name, place, [segment])
            for segment in place.segments
            if segment[0] == name and (test is None or test(segment))
        ]
        return lone + found

    return find


def _walk_levels(place: Loop) -> Iterator[Loop]:
    """Yield every loop inside; inside an HL loop not deeper than levels go in real notices."""
    if place.parent is None:
        yield from place.walk()
        return
    waiting = [(place, 0)]
    while waiting:
        loop, depth = waiting.pop()
        yield loop
        if depth < MAX_LEVELS:
            waiting.extend((inner, depth + 1) for inner in reversed(loop.loops))


def compile_read(element: Element) -> Read:
    """Return what reads one element of a segment, '' where it is empty."""
    position = element.position
    if element.pairs:
        return _paired_read(element)
    if element.component:
        component = element.component
        return lambda s: read_component(s[position], component) if len(s) > position else ""
    return lambda s: s[position].rstrip() if len(s) > position else ""


def _paired_read(element: Element) -> Read:
    def read(segment: Segment) -> str:
        at = _find_pair(segment, element)
        return segment[at].rstrip() if at else ""

    return read


def _find_pair(segment: Segment, element: Element) -> int:
    """Return the position of the first filled value whose qualifier fits, 0 where there is none."""
    qualifier, values = int(element.filters[0].key), element.filters[0].values
    distance = element.position - qualifier
    for at in range(qualifier, len(segment) - distance, 2):
        if segment[at] in values and segment[at + distance].strip():
            return at + distance
    return 0


def find_position(segment: Segment, element: Element) -> int:
    """Return at which position of a segment a path stands: of pairs, that of the one that fits."""
    return (_find_pair(segment, element) if element.pairs else 0) or element.position


def read_component(text: str, number: int) -> str:
    """Return a component of a composite, '' where it has fewer.

    The separator is the first usual one that stands in the text: a document does not carry the
    delimiters of its interchange.
    """
    mark = next((c for c in text if c in COMPONENT_MARKS), None)
    parts = text.split(mark) if mark else [text]
    return parts[number - 1].rstrip() if number <= len(parts) else ""


def first_of_head(read: Read, hops: int) -> Callable[[Loop], str]:
    """Return the quick way to an element of the first segment of a loop, here or around."""

    def get(loop: Loop) -> str:
        place = _climb(loop, hops)
        return read(place.segments[0]) if place is not None else ""

    return get if hops else lambda loop: read(loop.segments[0])


def first_of_own(name: str, test: Test | None, read: Read) -> Callable[[Loop], str]:
    """Return the quick way to an element of a loop's own segments."""

    def get(loop: Loop) -> str:
        for segment in loop.segments:
            if segment[0] == name and (test is None or test(segment)):
                text = read(segment)
                if text:
                    return text
        return ""

    return get


def first_of_inner(name: str, test: Test | None, read: Read) -> Callable[[Loop], str]:
    """Return the quick way to an element of the first segments of loops inside."""

    def get(loop: Loop) -> str:
        for inner in loop.loops:
            if inner.id == name and (test is None or test(inner.segments[0])):
                text = read(inner.segments[0])
                if text:
                    return text
        return ""

    return get


def first_filled(find: Segments, read: Read) -> Callable[[Loop], str]:
    """Return the first text that is filled among the segments found."""

    def get(loop: Loop) -> str:
        for segment in find(loop):
            text = read(segment)
            if text:
                return text
        return ""

    return get


def spot_of(segment: Segment, element: int | None = None) -> Spot:
    """Return the place of a segment: its ordinal and its text, cut where it is long."""
    shown = write_spot("*".join(segment), segment.ordinal)
    value = segment.element(element) if element else None
    place = X12Place(segment=segment[0], ordinal=segment.ordinal, element=element, value=value)
    return Spot(shown, place)


def write_spot(text: str, ordinal: int) -> str:
    """Return `segment 14: ACK*IR`, the text cut where it is long."""
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return f"segment {ordinal}: {shown}"
