"""Show: an X12 file as indented lines, loop by loop, with the names the standard gives."""

from collections.abc import Iterator

from translators.x12.delimiters import NO_COMPONENT, Delimiters
from translators.x12.files import X12File
from translators.x12.grammar import (
    ElementUse,
    Grammar,
    SegmentRule,
    find_version,
    load_elements,
    load_grammar,
    load_segments,
)
from translators.x12.structure import Group, Interchange, Loop, Segment, Set


def list_lines(file: X12File, *, elements: bool = False) -> Iterator[str]:
    """Yield a listing of the file; `elements` adds a line per element with its name and meaning."""
    for interchange in file.interchanges:
        shower = _Shower(interchange.delimiters, elements=elements)
        yield from shower.list_interchange(interchange)


def list_set_lines(set_: Set, *, elements: bool = False) -> Iterator[str]:
    """Yield the listing of one set, checked before; segments that fit nowhere are marked."""
    yield from _Shower(set_.group.interchange.delimiters, elements=elements).list_set(set_, 0)


class _Shower:
    """Knows how to write the segments of one interchange as lines."""

    def __init__(self, delimiters: Delimiters, *, elements: bool) -> None:
        """Write with these delimiters, with or without elements."""
        self._delimiters = delimiters
        self._elements = elements

    def list_interchange(self, interchange: Interchange) -> Iterator[str]:
        """Yield the interchange, its groups and sets."""
        version = find_version(next(iter(_list_versions(interchange)), "")) or "004010"
        rules = load_segments(version)
        if interchange.header:
            yield from self._list_segment(interchange.header, rules, version, 0)
        for ack in interchange.acks:
            yield from self._list_segment(ack, rules, version, 1)
        for group in interchange.groups:
            yield from self._list_group(group, rules, version)
        if interchange.trailer:
            yield from self._list_segment(interchange.trailer, rules, version, 0)

    def list_set(self, set_: Set, depth: int) -> Iterator[str]:
        """Yield the set by its loops, or flat where there is no grammar."""
        grammar = load_grammar(set_.set_id, set_.version or "004010")
        if grammar is None or set_.root is None:
            for segment in set_.segments:
                yield self._write(segment, "", depth)
            return
        placed = {id(segment) for loop in set_.root.walk() for segment in loop.segments}
        lost = [segment for segment in set_.segments if id(segment) not in placed]
        for segment, deep in _list_in_order(set_.root, depth):
            while lost and lost[0].ordinal < segment.ordinal and depth <= deep:
                yield self._write(lost.pop(0), "?? fits nowhere", deep)
            yield from self._list_placed(segment, grammar, deep)
        for segment in lost:
            yield self._write(segment, "?? fits nowhere", depth)

    def _list_group(
        self, group: Group, rules: dict[str, SegmentRule], version: str
    ) -> Iterator[str]:
        if group.header:
            yield from self._list_segment(group.header, rules, version, 1)
        for set_ in group.sets:
            yield from self.list_set(set_, 2)
        if group.trailer:
            yield from self._list_segment(group.trailer, rules, version, 1)

    def _list_placed(self, segment: Segment, grammar: Grammar, depth: int) -> Iterator[str]:
        yield from self._list_segment(segment, grammar.segments, grammar.version, depth)

    def _list_segment(
        self, segment: Segment, rules: dict[str, SegmentRule], version: str, depth: int
    ) -> Iterator[str]:
        rule = rules.get(segment[0])
        yield self._write(segment, rule.name if rule else "", depth)
        if not self._elements or rule is None:
            return
        for at, (use, value) in enumerate(zip(rule.elements, segment[1:], strict=False), 1):
            for name, number, text in self._list_values(f"{rule.id}{at:02d}", use, value):
                yield _write_element(name, number, text, version, depth)

    def _list_values(
        self, name: str, use: ElementUse, value: str
    ) -> Iterator[tuple[str, str, str]]:
        if not value.strip():
            return
        component = self._delimiters.component
        if not use.components or component == NO_COMPONENT:
            yield name, use.number, value
            return
        parts = value.split(component)
        for at, (part, text) in enumerate(zip(use.components, parts, strict=False), 1):
            if text:
                yield f"{name}-{at}", part.number, text

    def _write(self, segment: Segment, name: str, depth: int) -> str:
        text = _clean(self._delimiters.element.join(segment))
        return f"{'  ' * depth}{text:<{max(1, 60 - 2 * depth)}}  {name}".rstrip()


def _write_element(name: str, number: str, value: str, version: str, depth: int) -> str:
    rule = load_elements(version).get(number)
    label = rule.name if rule else ""
    meaning = rule.codes.get(value, "") if rule else ""
    said = f"{_clean(value)} = {meaning}" if meaning else _clean(value)
    return f"{'  ' * depth}    {name:<8} {label}: {said}"


def _list_in_order(root: Loop, depth: int) -> Iterator[tuple[Segment, int]]:
    """Yield segments with their depth in the order they came, loops indented below their parent."""
    depths = {id(root): depth}
    found = list[tuple[Segment, int]]()
    for loop in root.walk():
        deep = depths[id(loop)]
        found.extend((segment, deep) for segment in loop.segments)
        depths.update((id(inner), deep + 1) for inner in loop.loops)
    return iter(sorted(found, key=lambda item: item[0].ordinal))


def _list_versions(interchange: Interchange) -> Iterator[str]:
    return (group.header.element(8) for group in interchange.groups if group.header)


def _clean(text: str) -> str:
    return "".join(char if char.isprintable() else "·" for char in text)
