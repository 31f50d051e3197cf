"""Foreseen: a description that mostly follows a segment: one met before is neither split nor judged again."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from translators.compiled.automaton import Node
from translators.compiled.dispatch import SOMETIMES, Block
from translators.compiled.limits import may_exceed
from translators.compiled.listing import Listing
from translators.compiled.records import Plan
from translators.compiled.usual import Usual
from translators.x12.grammar import Grammar

MOST_KNOWN, LONGEST_KNOWN = 5000, 100  # texts, letters of each
_WORDY = 60  # letters; what may be so long says what something is, not which one: it comes again
_NEAR = 3  # segments before a description after which it is looked for
_VALUE = re.compile(r"\bx\d+\b")
_SPLIT = re.compile(r"\b(?:e|n)\b")


@dataclass(slots=True)
class _Description:
    """A node where descriptions stand: what is done for a good one, and with which of its elements."""

    node: Node
    lines: list[str]
    values: list[str]
    size: int


@dataclass(slots=True)
class Foreseen:
    """Writes what looks ahead; what was met behind a segment is known by the list of each such segment."""

    out: Listing
    plan: Plan
    grammar: Grammar
    numbers: dict[int, int]  # of a node: its number in the code
    finish: Callable[[Node], None]  # writes what is left to do at a node
    _behind: dict[int, _Description] = field(default_factory=dict)  # by the node before
    _all: dict[int, _Description] = field(default_factory=dict)  # by its own node

    def find(self, blocks: list[Block]) -> None:
        """Find the descriptions of a set, and after which of the segments before them they are looked for."""
        often = [one.nodes[0] for one in blocks if one.kind == "node" and one.weight > SOMETIMES]
        for node in sorted(often, key=lambda one: one.number):
            found = self._describe(node)
            before = [one for one in often if one.number < node.number and self._leads(one, node)]
            if found is None or not before:
                continue
            self._all[node.number] = found
            for one in islice(sorted(before, key=lambda one: -one.number), _NEAR):
                self._behind.setdefault(one.number, found)

    def write_start(self) -> None:
        """Write what stands before the first segment."""
        if self._all:
            self.out.add(f"{' = '.join(f'near{number}' for number in self._all)} = {{}}")

    def write_keep(self, node: Node, size: int) -> None:
        """Write what keeps a good description, where it is one, of so many parts."""
        found = self._all.get(node.number)
        if found is not None and found.size == size:
            self.out.add(f"keep(near{node.number}, s, ({', '.join(found.values)},))")

    def write_look(self, node: Node) -> None:
        """Write, at the end of a good segment, what looks for a description behind it."""
        found = self._behind.get(node.number)
        if found is None:
            return
        near, name = f"near{found.node.number}", f"KNOWN{self.numbers[node.number]}"
        self.out.names.setdefault(name, dict[str, tuple[str, ...]]())
        self.out.add(f"{near} = {name}")
        with self.out.block(f"if {near}:"):
            self.out.add("for s in rest:", "    break", "else:", "    return None")
            self.out.add(f"known = {near}.get(s)")
            with self.out.block("if known is not None:"):
                self._write_known(found)
            self.out.add("continue")

    def _write_known(self, found: _Description) -> None:
        self.out.add(f"{', '.join(found.values)}, = known")
        if may_exceed(found.node) and not found.node.is_loop:
            self.out.add("again = False")
        self.out.add(*found.lines)
        self.finish(found.node)
        self.out.add(f"moves = MOVES[{self.numbers[found.node.number]}]", "break")

    def _leads(self, one: Node, other: Node) -> bool:
        return self.plan.automaton.moves[one.number].get(other.id) == other.number

    def _describe(self, node: Node) -> _Description | None:
        actions, rule = self.plan.act(node), self.grammar.segments[node.id]
        if actions.fresh or actions.jumps or not any(map(self._is_wordy, self._list_kept(node))):
            return None
        usual = Usual(self.out, rule, self.grammar, actions)
        for shape in usual.list_shapes()[:1]:
            lines = usual.list_before(shape) + usual.list_after(shape)
            values = sorted(set(_VALUE.findall(" ".join(lines))))
            if values and not _SPLIT.search(" ".join(lines)):
                return _Description(node, lines, values, shape.size)
        return None

    def _list_kept(self, node: Node) -> list[str]:
        """Return the elements of which something is kept, by their numbers."""
        uses = self.grammar.segments[node.id].elements
        return [uses[at - 1].number for at in self.plan.act(node).stores]

    def _is_wordy(self, number: str) -> bool:
        rule = self.grammar.elements.get(number)
        return rule is not None and rule.type == "AN" and rule.max >= _WORDY


def keep(known: dict[str, tuple[str, ...]], text: str, values: tuple[str, ...]) -> None:
    """Keep what a description says; all are forgotten where there are many."""
    if len(text) <= LONGEST_KNOWN:
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[text] = values
