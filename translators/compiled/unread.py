"""Unread: where a set may hold what its mapping neither reads nor ignores, as code that keeps it."""

import re
from dataclasses import dataclass, field

from translators.compiled.automaton import Node
from translators.compiled.records import Plan, write_filters
from translators.compiled.segment_checks import find_least
from translators.mapper.paths import Filter
from translators.mapper.x12_scopes import HL, Cover
from translators.mapper.x12_unread import FRAME, Ignored
from translators.x12.grammar import Grammar

Filters = tuple[Filter, ...]
_VALUE = re.compile(r"((?:\w+ and )*e\[\d+\]) == ('[^']*')")


@dataclass(slots=True, frozen=True)
class _Reach:
    """A cover that holds in a loop while the flags, set where loops begin, are true."""

    flags: tuple[str, ...]
    cover: Cover
    below: bool = False  # only where the HL loop holds other HL loops, which is known at the end


@dataclass(slots=True)
class Unread:
    """Writes for each node what becomes of a segment there that nobody reads."""

    plan: Plan
    root: Cover
    ignored: Ignored
    grammar: Grammar
    loud: set[int] = field(default_factory=set)  # nodes where nobody reads a segment, ever
    flags: dict[tuple[int, object], str] = field(default_factory=dict)

    def write(self, node: Node) -> None:
        """Add to a node's actions what keeps a segment nobody reads, where that may happen."""
        if node.id in FRAME or self._is_ignored(node):
            return
        sure, below = self._list_conditions(node)
        if "True" in sure:
            return
        if not sure and not below:
            self.loud.add(node.number)
            return
        lines = ["unread.append(s)"]
        if below:
            held = f"if {' or '.join(join(below))}:"
            lines = [held, "    perhaps.append(s)", "else:", "    unread.append(s)"]
            if "True" in below:
                lines = ["perhaps.append(s)"]
        if sure:
            lines = [f"if not ({' or '.join(join(sure))}):", *(f"    {line}" for line in lines)]
        self.plan.act(node).after += lines

    def _is_ignored(self, node: Node) -> bool:
        """Return whether the segment, or a loop around it, is ignored whatever it holds."""
        return any(() in self.ignored.get(one.id, ()) for one in (*node.loops, node))

    def _list_conditions(self, node: Node) -> tuple[list[str], list[str]]:
        """Return the conditions under which the segment is read or ignored; of any HL, of one with HL below."""
        reaches = [_Reach((), self.root)]
        sure, below = list[str](), list[str]()
        for loop in node.loops:
            sure += [
                self._flag(loop, filters)
                for filters in self.ignored.get(loop.id, ())
                if loop is not node
            ]
            reaches = self._enter(loop, reaches)
        sure += [self._test(node, filters) for filters in self.ignored.get(node.id, ())]
        for reach in reaches:
            for filters in reach.cover.segments.get(node.id, ()):
                said = (
                    " and ".join(filter(None, (*reach.flags, self._test(node, filters)))) or "True"
                )
                (below if reach.below else sure).append(said)
        return sure, below

    def _enter(self, loop: Node, around: list[_Reach]) -> list[_Reach]:
        is_hl = loop.id == HL
        outer = [_Reach((), self.root)] if is_hl else around
        found = []
        for reach in outer:
            for filters, cover in reach.cover.loops.get(loop.id, ()):
                flags = (*reach.flags, self._flag(loop, filters)) if filters else reach.flags
                found.append(_Reach(flags, cover, reach.below))
        if is_hl and self.root.hl is not None:
            found.append(_Reach((), self.root.hl, below=True))
        return found

    def _test(self, node: Node, filters: Filters) -> str:
        return write_filters(filters, find_least(self.grammar.segments[node.id]))

    def _flag(self, loop: Node, filters: Filters) -> str:
        """Return the variable that says whether a loop's first segment passes the filters."""
        key = (loop.number, filters)
        if key not in self.flags:
            self.flags[key] = f"f{len(self.flags)}"
            self.plan.act(loop).after.insert(0, f"{self.flags[key]} = {self._test(loop, filters)}")
        return self.flags[key]


def join(conditions: list[str]) -> list[str]:
    """Return conditions any of which may hold, without those that others hold, each element asked once."""
    alone = [
        one
        for one in dict.fromkeys(conditions)
        if not (set(one.split(" and ")) - {one} & set(conditions))
    ]
    found, values = list[str](), dict[str, list[str]]()
    for one in alone:
        asked = _VALUE.fullmatch(one)
        if asked is None:
            found.append(one)
        else:
            values.setdefault(asked[1], []).append(asked[2])
    for start, several in values.items():
        said = f"== {several[0]}" if len(several) == 1 else f"in ({', '.join(several)})"
        found.append(f"{start} {said}")
    return found


def write_unread(plan: Plan, grammar: Grammar, cover: Cover, ignored: Ignored) -> set[int]:
    """Add to the plan what keeps unread segments; return the nodes where every one is unread."""
    unread = Unread(plan, cover, ignored, grammar)
    for node in plan.automaton.nodes:
        unread.write(node)
    return unread.loud
