"""What a mapping neither reads nor ignores of a set: told segment by segment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from translators.findings import Finding
from translators.mapper.paths import Filter
from translators.mapper.x12_getters import Test, compile_test, spot_of
from translators.mapper.x12_scopes import HL, Cover
from translators.x12.structure import Loop, Segment

FRAME = frozenset(("ST", "SE", "LS", "LE", HL))  # they say how the rest hangs together
Ignored = dict[str, list[tuple[Filter, ...]]]
Tests = tuple[Test, ...] | None  # None: every segment of that id


@dataclass(slots=True, eq=False)
class Reach:
    """A cover with its filters compiled."""

    segments: dict[str, Tests]
    loops: "dict[str, list[tuple[Test | None, Reach]]]"


@dataclass(slots=True, frozen=True)
class Unread:
    """What is needed to tell the unread segments of documents of one mapping."""

    root: Reach
    around_hl: Reach | None
    ignored: dict[str, Tests]
    rule: str

    def check(self, root: Loop) -> list[Finding]:
        """Return one note for each segment that is neither read nor ignored, in the set's order."""
        found = sorted(self._list(root), key=lambda segment: segment.ordinal)
        return [find_unmapped(segment, self.rule) for segment in found]

    def _list(self, root: Loop) -> Iterator[Segment]:
        """Yield unread segments; a stack, since HL loops may nest deep."""
        waiting: list[tuple[Loop, Sequence[Reach]]] = [(root, (self.root,))]
        while waiting:
            loop, reaches = waiting.pop()
            if loop.parent is not None and _passes(loop.segments[0], self.ignored):
                continue
            for segment in loop.segments:
                if not any(_passes(segment, reach.segments) for reach in reaches) and not (
                    segment[0] in FRAME or _passes(segment, self.ignored)
                ):
                    yield segment
            inner = ((one, self._reaches_of(one, reaches)) for one in reversed(loop.loops))
            waiting.extend(inner)

    def _reaches_of(self, loop: Loop, around: Sequence[Reach]) -> list[Reach]:
        is_hl = loop.id == HL
        found = [
            inside
            for reach in ((self.root,) if is_hl else around)
            for test, inside in reach.loops.get(loop.id, ())
            if test is None or test(loop.segments[0])
        ]
        if is_hl and self.around_hl and any(inner.id == HL for inner in loop.loops):
            found.append(self.around_hl)
        return found


def compile_unread(cover: Cover, ignored: Ignored, rule: str) -> Unread:
    """Return what tells the unread segments of a set."""
    around = compile_reach(cover.hl) if cover.hl else None
    tests = {name: _compile_tests(filters) for name, filters in ignored.items()}
    return Unread(compile_reach(cover), around, tests, rule)


def compile_reach(cover: Cover) -> Reach:
    """Return a cover with its filters compiled, ready to be asked."""
    return Reach(
        {name: _compile_tests(filters) for name, filters in cover.segments.items()},
        {
            name: [(compile_test(filters), compile_reach(inner)) for filters, inner in entries]
            for name, entries in cover.loops.items()
        },
    )


def _compile_tests(filters: list[tuple[Filter, ...]]) -> Tests:
    tests = [compile_test(one) for one in filters]
    return None if None in tests else tuple(test for test in tests if test is not None)


def _passes(segment: Segment, known: dict[str, Tests]) -> bool:
    tests = known.get(segment[0], ())
    return tests is None or any(test(segment) for test in tests)


def find_unmapped(segment: Segment, rule: str) -> Finding:
    """Return the note that nobody reads a segment."""
    spot = spot_of(segment)
    return Finding(
        level="note",
        code="unmapped-segment",
        sentence=f"nothing reads this {segment[0]}",
        advice="map it, or name it in ignore",
        place=spot.text,
        rule=rule,
        x12=spot.x12,
    )
