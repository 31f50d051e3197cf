"""Paths: where a path of a mapping stands, as slots that are filled and expressions that read them."""

from dataclasses import dataclass

from translators.compiled.automaton import Node
from translators.compiled.pairs import Jump
from translators.compiled.records import (
    CODE,
    Plan,
    Record,
    UnsupportedError,
    write_choice,
    write_filters,
)
from translators.compiled.segment_checks import list_pairs
from translators.mapper.paths import Element, Step, read_element, read_path
from translators.mapper.x12_scopes import HL, Cover, Scope
from translators.x12.grammar import Grammar, LoopRule

NO_PAIRS = "NO_PAIRS"


@dataclass(slots=True, frozen=True, eq=False)
class Place:
    """One loop while the mapping is inside it: the grammar's view and what is kept of it."""

    scope: Scope
    record: Record
    parent: "Place | None" = None

    def climb(self, hops: int) -> "Place":
        """Return the place so many loops further out."""
        if not hops:
            return self
        if self.parent is None:
            raise UnsupportedError(self.scope.id)
        return self.parent.climb(hops - 1)


@dataclass(slots=True, frozen=True)
class Found:
    """A path: the text expression inside the innermost of the loops it goes through."""

    loops: tuple[Record, ...]
    text: str  # '' where the path can lead to nothing


@dataclass(slots=True, frozen=True)
class Finder:
    """Finds paths of one mapping; the plan grows as it does."""

    plan: Plan
    grammar: Grammar

    def find(self, paths: str | list[str], place: Place, *, every: bool = False) -> Found:
        """Return a path's expression; with `every`, it gives all texts as a sequence.

        Several paths are one run of pairs that differ in their qualifier (`list_runs`).
        """
        path, *others = [paths] if isinstance(paths, str) else paths
        steps = read_path(path)
        element = read_element(steps[-1]) if steps else None
        if steps is None or element is None:
            raise UnsupportedError(path)
        loops: list[Record] = []
        inner = place
        for step in steps[:-1]:
            if inner.scope.is_hl and step.name == HL:
                self.plan.childless.append(_write_childless(inner.record))
                return Found((), "")
            inner = self.enter(step, inner, outward=not loops)
            loops.append(inner.record)
        held = inner.scope.find_holder(element.segment)
        if held is None or (loops and held[0]):
            raise UnsupportedError(path)
        holder = inner.climb(held[0])
        if every:
            return Found(tuple(loops), self._write_every(holder, element))
        run = (element, *(pair for pair in map(read_pair, others) if pair is not None))
        return Found(tuple(loops), self._write_run(holder, run))

    def enter(self, step: Step, place: Place, *, outward: bool = True) -> Place:
        """Return the place inside a loop, or lone segment, as the list of a mapping goes into it."""
        found = place.scope.find_loop_holder(step.name)
        if found is None or (found[0] and not outward):
            raise UnsupportedError(step.name)
        holder = place.climb(found[0])
        rules = holder.scope.loop_rules(step.name)
        if step.name == HL and holder.scope.parent is not None:
            raise UnsupportedError("HL inside a loop")
        nodes = self._list_begins(holder, step.name, rules)
        record = self.plan.add_record(holder.record, step, nodes, is_lone=not rules)
        return Place(Scope(step.name, rules, Cover(), holder.scope), record, holder)

    def _list_begins(self, holder: Place, name: str, rules: tuple[LoopRule, ...]) -> list[Node]:
        inside = self._list_inside(holder.record)
        if rules:
            return [node for node in inside if node.id == name and node.is_loop]
        heads = [node for node in holder.record.nodes if node.id == name]
        return heads + [node for node in inside if node.id == name and not node.is_loop]

    def _list_inside(self, record: Record) -> list[Node]:
        if record.parent is None:
            return list(self.plan.automaton.top)
        return [child for node in record.nodes if not record.is_lone for child in node.children]

    def _write_run(self, holder: Place, run: tuple[Element, ...]) -> str:
        """Return the expression of the first of a run of pairs that is filled: of one slot, if may be."""
        own, inner = self._list_nodes(holder, run[0])
        slot = None
        if run[0].pairs and bool(own) != bool(inner) and not self._is_above(holder, run[0]):
            slot = self._jump_slot(holder.record, own or inner, run)
        if slot is None:
            return " or ".join(self._write_text(holder, element) for element in run)
        if holder.scope.is_hl:
            return holder.record.refer_kept(slot, building=True)
        return holder.record.refer(slot, building=True)

    def _is_above(self, holder: Place, element: Element) -> bool:
        """Return whether a level's segment may stand at the top of the set, too."""
        root = _outermost(holder)
        is_other = holder.scope.is_hl and element.segment != HL
        return is_other and root.scope.has_segment(element.segment)

    def _write_text(self, holder: Place, element: Element) -> str:
        own, inner = self._list_nodes(holder, element)
        if not holder.scope.is_hl:
            return self._join(holder.record, own, inner, element)
        text = self._read_level(holder.record, own, inner, element)
        if not self._is_above(holder, element):
            return text
        root = _outermost(holder)
        return f"({text} or {self._join(root.record, *self._list_nodes(root, element), element)})"

    def _list_nodes(self, holder: Place, element: Element) -> tuple[list[Node], list[Node]]:
        """Return the nodes in the loop itself, and the loops inside it that begin so."""
        name, record = element.segment, holder.record
        heads = [node for node in record.nodes if node.id == name]
        if heads and not holder.scope.is_hl and (element.pairs or not element.filters):
            return heads, []
        inside = self._list_inside(record)
        own = heads + [node for node in inside if node.id == name and not node.is_loop]
        inner = [node for node in inside if node.id == name and node.is_loop]
        return own, [] if name == HL else inner

    def _join(self, record: Record, own: list[Node], inner: list[Node], element: Element) -> str:
        said = [self._read(record, nodes, element) for nodes in (own, inner) if nodes]
        if not said:
            raise UnsupportedError(element.segment)
        return said[0] if len(said) == 1 else f"({' or '.join(said)})"

    def _read_level(
        self, record: Record, own: list[Node], inner: list[Node], element: Element
    ) -> str:
        """Return the text that holds for a level: its own, or that of the nearest level around it."""
        if bool(own) == bool(inner):
            raise UnsupportedError(f"{element.segment} in HL and in loops of it")
        if element.pairs:
            raise UnsupportedError("pairs of a level")
        nodes = own or inner
        key = (element, tuple(node.number for node in nodes))
        slot, is_new = record.find_kept(key)
        if is_new:
            for node in nodes:
                first = "" if _is_once(node, nodes, record) else record.refer_own(key)
                self._keep(node, element, record.refer_kept(slot), first)
        return record.refer_kept(slot, building=True)

    def _read(self, record: Record, nodes: list[Node], element: Element) -> str:
        return _read_slot(record.refer(self._slot(record, nodes, element), building=True), element)

    def _jump_slot(self, record: Record, nodes: list[Node], run: tuple[Element, ...]) -> int | None:
        """Return the slot that qualifiers lead to as they are checked; None where that is not done."""
        segment, first = run[0].segment, int(run[0].filters[0].key)
        wanted = tuple(one.filters[0].values for one in run)
        codes = find_pair_codes(self.grammar, run[0])
        if record.parent is None or not frozenset().union(*wanted) <= codes:
            return None
        if len(nodes) > 1 or not _is_once(nodes[0], nodes, record):
            return None
        find = record.find_kept if record.is_hl else lambda key: record.find_slot(key, "''")
        key = ("jump", segment, first, wanted, nodes[0].number)
        if key in record.known or key in record.kept:
            return find(key)[0]
        target = "kept" if record.is_hl else record.reading
        fresh = Jump(target, record.is_hl, dict.fromkeys(codes, (0, 0)))
        places = range(first, len(self.grammar.segments[segment].elements), 2)
        jumps = [self.plan.act(nodes[0]).jumps.setdefault(at, fresh) for at in places]
        if any(jump is not jumps[0] for jump in jumps) or jumps[0].target != target:
            return None
        if any(jumps[0].slots[code][0] for values in wanted for code in values):
            return None
        slot, _ = find(key)
        for rank, values in reversed(list(enumerate(wanted))):
            jumps[0].slots.update(dict.fromkeys(values, (slot, rank)))
        return slot

    def _slot(self, record: Record, nodes: list[Node], element: Element) -> int:
        if element.pairs:
            return self._pairs_slot(record, nodes, element)
        key = ("text", element, tuple(node.number for node in nodes))
        slot, is_new = record.find_slot(key, "''")
        if is_new:
            for node in nodes:
                target = record.refer(slot)
                guard = "" if _is_once(node, nodes, record) else target
                self._store(node, element, target, guard)
        return slot

    def _store(self, node: Node, element: Element, target: str, guard: str) -> None:
        """Keep an element; where `guard` is said, only while it is empty: the first one counts."""
        at, value = _place_store(element)
        self._store_if(node, at, f"not {guard}" if guard else "", element, f"{target} = {value}")

    def _keep(self, node: Node, element: Element, kept: str, own: str) -> None:
        """Keep an element for a level; where `own` is said, only the first one of the level counts."""
        at, value = _place_store(element)
        if not own:
            self._store_if(node, at, "", element, f"{kept} = {value}")
            return
        first = f"{own} is not level" if value == "$" else f"{own} is not level and {value}"
        self._store_if(node, at, first, element, f"{kept}, {own} = {value}, level")

    def _store_if(self, node: Node, at: int, first: str, element: Element, line: str) -> None:
        filters = write_filters(element.filters, guarded=False)
        conditions = [one for one in (first, filters) if one]
        lines = [f"if {' and '.join(conditions)}:", f"    {line}"] if conditions else [line]
        self.plan.act(node).stores.setdefault(at, []).extend(lines)

    def _pairs_slot(self, record: Record, nodes: list[Node], element: Element) -> int:
        """Return the slot that holds qualifiers and their values as a dict."""
        first = int(element.filters[0].key)
        distance = element.position - first
        if distance < 1 or len(element.filters[0].values) > 1:
            raise UnsupportedError("pairs of another shape")
        key = ("pairs", element.segment, first, distance, tuple(node.number for node in nodes))
        slot, is_new = record.find_slot(key, NO_PAIRS)
        if is_new:
            lines = self._write_pairs(element.segment, first, distance)
            target = record.refer(slot)
            for node in nodes:
                merged = [f"    if {target}:", f"        m = {{**m, **{target}}}"]
                more = [] if _is_once(node, nodes, record) else merged
                self.plan.act(node).after += [*lines, *more, f"    {target} = m"]
        return slot

    def _write_pairs(self, segment: str, first: int, distance: int) -> list[str]:
        at = first + distance
        lines = [
            f"if n > {at}:",
            f"    m = dict(zip(e[{first}::2], e[{at}::2]))",
            f"    if len(m) != (n - {at - 1}) // 2:",
            "        return None",
        ]
        noted = self.grammar.segments[segment].notes
        last = len(self.grammar.segments[segment].elements)
        wanted = [f"P{one:02d}{one + distance:02d}" for one in range(first, last - distance + 1, 2)]
        if not set(wanted) <= set(noted):
            lines += ["    if '' in m.values():", "        return None"]
        return lines

    def _write_every(self, holder: Place, element: Element) -> str:
        if holder.scope.is_hl or element.pairs:
            raise UnsupportedError("all texts of levels or pairs")
        name, record = element.segment, holder.record
        inside = self._list_inside(record)
        own = [node for node in record.nodes if node.id == name]
        own += [node for node in inside if node.id == name and not node.is_loop]
        inner = [node for node in inside if node.id == name and node.is_loop]
        said = []
        for nodes in filter(None, (own, inner)):
            key = ("every", element, tuple(node.number for node in nodes))
            slot, is_new = record.find_slot(key, "()")
            if is_new:
                for node in nodes:
                    self._store_every(node, element, record.refer(slot))
            said.append(record.refer(slot, building=True))
        return said[0] if len(said) == 1 else f"({' + '.join(said)})"

    def _store_every(self, node: Node, element: Element, target: str) -> None:
        at, value = _place_store(element)
        filters = write_filters(element.filters, guarded=False)
        conditions = [filters] if filters else []
        if value != "$":
            conditions.append(value)
        lines = [f"{target} += ({value},)"]
        if conditions:
            lines = [f"if {' and '.join(conditions)}:", f"    {target} += ({value},)"]
        self.plan.act(node).stores.setdefault(at, []).extend(lines)


def read_pair(path: str) -> Element | None:
    """Return the element of a path that ends in pairs, such as `PO107+(06=BP)`; None where it does not."""
    steps = read_path(path)
    element = read_element(steps[-1]) if steps else None
    return element if element is not None and element.pairs else None


def list_runs(paths: list[str]) -> list[list[str]]:
    """Return the paths in their order, neighbours that differ in the qualifier of a pair together."""
    runs: list[list[str]] = []
    for path in paths:
        pair, last = read_pair(path), read_pair(runs[-1][-1]) if runs else None
        is_alike = pair is not None and last is not None and _differs_in_code(pair, last)
        if is_alike and _list_loops(path) == _list_loops(runs[-1][-1]):
            runs[-1].append(path)
        else:
            runs.append([path])
    return runs


def _differs_in_code(one: Element, other: Element) -> bool:
    return (one.segment, one.position, one.component, one.filters[0].key) == (
        other.segment,
        other.position,
        other.component,
        other.filters[0].key,
    )


def _list_loops(path: str) -> tuple[Step, ...]:
    return tuple(read_path(path) or ())[:-1]


def find_pair_codes(grammar: Grammar, element: Element) -> frozenset[str]:
    """Return the codes of a qualifier that is followed by its value all along the segment, or none."""
    rule, first = grammar.segments[element.segment], int(element.filters[0].key)
    places = set(range(first, len(rule.elements), 2))
    if element.position != first + 1 or not places <= list_pairs(rule):
        return frozenset()
    numbers = {rule.elements[at - 1].number for at in places}
    codes = grammar.elements[numbers.pop()].codes if len(numbers) == 1 else {}
    return frozenset(codes)


def _place_store(element: Element) -> tuple[int, str]:
    """Return at which position a store runs, and what it keeps: all it needs is known by then."""
    at = max([element.position, *(int(one.key) for one in element.filters)])
    value = "$" if at == element.position else f"e[{element.position}]"
    return at, f"read_component({value}, {element.component})" if element.component else value


def _read_slot(reference: str, element: Element) -> str:
    if not element.pairs:
        return reference
    (value,) = element.filters[0].values
    return f"({reference}.get({value!r}) if {reference} else '')"


def _is_once(node: Node, nodes: list[Node], record: Record) -> bool:
    """Return whether a slot is filled at this node alone, once a record."""
    if node in record.nodes:
        return not any(one.parent is node for one in nodes)
    beside = [one for one in nodes if one.parent is node.parent or one is node.parent]
    return node.limit == 1 and len(beside) == 1


def _write_childless(record: Record) -> str:
    """Return the condition, over `above`, that an HL is one whose lower levels are looked into."""
    if any(one.key != "03" for one in record.filters):
        raise UnsupportedError("HL by another element than its code")
    parts = [f"above[{CODE}] {write_choice(one.values)}" for one in record.filters]
    return " and ".join(parts) or "True"


def _outermost(place: Place) -> Place:
    return _outermost(place.parent) if place.parent else place
