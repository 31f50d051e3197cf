"""X12 as the compiler sees it: paths by segment and element, lists by loop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from translators.findings import Finding
from translators.mapper.formats import Mistakes
from translators.mapper.mapping import Mapping
from translators.mapper.paths import (
    Element,
    Filter,
    Step,
    has_positions,
    read_element,
    read_path,
)
from translators.mapper.running import Find, Source, Spot
from translators.mapper.source import ListNode, TextNode
from translators.mapper.suggest import did_you_mean
from translators.mapper.x12_getters import (
    Reach,
    Segments,
    compile_loops,
    compile_read,
    compile_segments,
    compile_test,
    find_position,
    first_filled,
    first_of_head,
    first_of_inner,
    first_of_own,
    spot_of,
)
from translators.mapper.x12_scopes import HL, Cover, Scope
from translators.mapper.x12_unread import Ignored, Unread, compile_unread
from translators.x12.grammar import Grammar, load_grammar
from translators.x12.structure import Loop, Segment


@dataclass(slots=True, frozen=True)
class X12Format:
    """One set of one version; `root` is the scope of the whole set."""

    grammar: Grammar
    mistakes: Mistakes
    root: Scope
    ignored: Ignored
    rule: str  # file:line of what is said about unread segments
    unread: list[Unread] = field(default_factory=list)  # compiled when all paths are known
    is_typed: bool = False

    def compile_source(self, path: TextNode, scope: Scope) -> Source | None:
        """Return the compiled path, or None after naming the mistake."""
        steps = read_path(path.text)
        element = read_element(steps[-1]) if steps else None
        if steps is None or element is None or not all(map(has_positions, steps)):
            advice = "a path such as BAK03, N104(01=ST) or N1(01=ST)/N401 is wanted"
            self.mistakes.add(path.where, f"{path.text!r} is not an element", advice, "bad-path")
            return None
        if not self._is_known(element, path):
            return None
        inner = self._follow(steps[:-1], path, scope)
        if inner is None:
            return None
        loops, around = inner
        return self._source(path, element, loops, around)

    def _source(
        self, path: TextNode, element: Element, loops: Find | None, scope: Scope
    ) -> Source | None:
        found = scope.find_holder(element.segment)
        if found is None:
            advice = did_you_mean(element.segment, dict.fromkeys(scope.list_ids()))
            sentence = f"{element.segment} cannot stand in {scope.id} or around it"
            self.mistakes.add(path.where, sentence, advice, "bad-path")
            return None
        hops, holder = found
        filters = () if element.pairs else element.filters
        _cover(holder, element.segment, filters)
        root = holder.outermost()
        reach = Reach(hops, holder.is_hl, root.has_segment(element.segment))
        find = compile_segments(element.segment, filters, reach)
        read = compile_read(element)
        get = _quick_get(holder, element, hops) or first_filled(find, read)
        if loops is not None:
            get = _first_inside(loops, get)
            find = _inside(loops, find)
        return Source(
            path.text,
            get,
            lambda place: [read(segment) for segment in find(place)],
            lambda place: _locate(find, read, place, element),
        )

    def need(self, source: Source) -> None:
        """Do nothing: what a document may leave out is said by its grammar and by `required`."""

    def compile_each(
        self, path: TextNode, by: TextNode | None, scope: Scope
    ) -> tuple[Find, Scope] | None:
        """Return what finds the loops (or lone segments) of a list, and the scope inside one."""
        steps = read_path(path.text)
        if steps is None or by is not None or not all(map(has_positions, steps)):
            sentence = "by groups rows, not segments" if by else f"{path.text!r} is no loop"
            self.mistakes.add(path.where, sentence, "a loop such as PO1 or N1(01=ST) is wanted")
            return None
        found = self._follow(steps, path, scope)
        return None if found is None or found[0] is None else (found[0], found[1])

    def _follow(
        self, steps: tuple[Step, ...], path: TextNode, scope: Scope
    ) -> tuple[Find | None, Scope] | None:
        """Go into one loop after the other."""
        find: Find | None = None
        for step in steps:
            entered = self._enter(step, path, scope, outward=find is None)
            if entered is None:
                return None
            inner, scope = entered
            find = inner if find is None else _both(find, inner)
        return find, scope

    def _enter(
        self, step: Step, path: TextNode, scope: Scope, *, outward: bool
    ) -> tuple[Find, Scope] | None:
        found = scope.find_loop_holder(step.name)
        if found is None or (found[0] and not outward):
            advice = did_you_mean(step.name, dict.fromkeys(scope.list_ids()))
            sentence = f"there is no {step.name} loop inside {scope.id}"
            self.mistakes.add(path.where, sentence, advice, "bad-path")
            return None
        hops, holder = found
        rules = holder.loop_rules(step.name)
        find = compile_loops(step, hops, is_segment=not rules)
        if not rules:
            holder.cover.add_segment(step.name, step.filters)
            return find, Scope(step.name, (), Cover(), holder)
        cover = (self.root if step.name == HL else holder).cover.inside(step.name, step.filters)
        cover.add_segment(step.name, ())
        return find, Scope(step.name, rules, cover, holder)

    def _is_known(self, element: Element, path: TextNode) -> bool:
        rule = self.grammar.segments.get(element.segment)
        if rule is None or element.position > len(rule.elements):
            sentence = f"there is no segment {element.segment} in {self.grammar.version}"
            if rule is not None:
                last = len(rule.elements)
                sentence = f"{element.segment} has {last} elements, not {element.position}"
            advice = "" if rule else did_you_mean(element.segment, self.root.list_ids())
            self.mistakes.add(path.where, sentence, advice, "bad-path")
            return False
        return True

    def place_of(self, place: Loop) -> str:
        """Return `segment 14: ACK*IR` for a loop by its first segment."""
        return "header" if place.parent is None else spot_of(place.segments[0]).text

    def open(self, content: Any) -> Loop | None:
        """Return the root loop of a set."""
        return content if isinstance(content, Loop) else None

    def check_unread(self, content: Loop) -> list[Finding]:
        """Return a note for every segment nobody reads and nobody ignores."""
        if not self.unread:
            self.unread.append(compile_unread(self.root.cover, self.ignored, self.rule))
        return self.unread[0].check(content)


def _quick_get(holder: Scope, element: Element, hops: int) -> Callable[[Loop], str] | None:
    """Return a closure for the common shapes, which find nothing else than the general one."""
    name, read = element.segment, compile_read(element)
    if holder.is_hl:
        return None
    if holder.id == name and (element.pairs or not element.filters):
        return first_of_head(read, hops)
    if hops:
        return None
    test = None if element.pairs else compile_test(element.filters)
    if not holder.loop_rules(name):
        return first_of_own(name, test, read)
    return None if holder.has_own(name) else first_of_inner(name, test, read)


def open_x12(reads: str, mapping: Mapping, mistakes: Mistakes) -> X12Format | None:
    """Return the format `x12 855 004010` names, or None after naming the mistake."""
    _, set_id, version = reads.split()
    grammar = load_grammar(set_id, version)
    if grammar is None:
        sentence = f"there is no grammar of {set_id} at {version}"
        mistakes.add(mapping.where("reads"), sentence, "", "unknown-format")
        return None
    root = Scope(set_id, (grammar.root,), Cover())
    ignored = _read_ignored(mapping, grammar, mistakes)
    return X12Format(grammar, mistakes, root, ignored, mapping.where("ignore"))


def _read_ignored(mapping: Mapping, grammar: Grammar, mistakes: Mistakes) -> Ignored:
    node = mapping.root.entries.get("ignore")
    ignored: Ignored = {}
    for item in node.items if isinstance(node, ListNode) else ():
        steps = read_path(item.text) if isinstance(item, TextNode) else None
        is_step = steps is not None and len(steps) == 1 and has_positions(steps[0])
        if steps is None or not is_step or steps[0].name not in grammar.segments:
            said = item.text if isinstance(item, TextNode) else "this"
            sentence = f"ignore: {said} is no segment of {grammar.version}"
            mistakes.add(item.where, sentence, did_you_mean(said, grammar.segments), "bad-path")
            continue
        ignored.setdefault(steps[0].name, []).append(steps[0].filters)
    return ignored


def _cover(holder: Scope, name: str, filters: tuple[Filter, ...]) -> None:
    """Say that the segment is read in the loop that holds it; from an HL, in those around it too."""
    covers = [holder.cover]
    if holder.is_hl:
        root = holder.outermost()
        covers.append(root.cover.around_hl())
        if root.has_segment(name):
            covers.append(root.cover)
    for cover in covers:
        cover.add_segment(name, filters)
        if holder.loop_rules(name) and name != HL:
            cover.inside(name, filters).add_segment(name, ())


def _locate(find: Segments, read: Callable[[Segment], str], place: Loop, element: Element) -> Spot:
    for segment in find(place):
        if read(segment):
            return spot_of(segment, find_position(segment, element))
    return Spot("header")


def _both(outer: Find, inner: Find) -> Find:
    return lambda place: [found for loop in outer(place) for found in inner(loop)]


def _inside(loops: Find, find: Segments) -> Segments:
    return lambda place: (segment for loop in loops(place) for segment in find(loop))


def _first_inside(loops: Find, get: Callable[[Loop], str]) -> Callable[[Loop], str]:
    def get_inside(place: Loop) -> str:
        for loop in loops(place):
            text = get(loop)
            if text:
                return text
        return ""

    return get_inside
