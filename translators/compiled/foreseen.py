"""Foreseen: a description that mostly follows a segment: one met before is neither split nor judged again."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from translators.compiled.automaton import Node
from translators.compiled.dispatch import SOMETIMES, Block
from translators.compiled.limits import may_exceed
from translators.compiled.listing import Listing
from translators.compiled.records import Plan
from translators.compiled.usual import Usual
from translators.x12.grammar import Grammar

MOST_KNOWN, LONGEST_KNOWN = 1000, 100  # texts, letters of each
_WORDY = 60  # letters; what may be so long says what something is, not which one: it comes again
_NEAR = 3  # segments before a description after which it is looked for
Known = dict[str, tuple[str, ...]]
Keep = Callable[[Known, str, tuple[str, ...]], None]
_NAME = "KNOWN"  # of a list, with the number of the node behind which they were met
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
            self.out.add(f"{' = '.join(f'near{number}' for number in self._all)} = None")

    def write_keep(self, node: Node, size: int) -> None:
        """Write what keeps a good description, where it is one, of so many parts."""
        found = self._all.get(node.number)
        if found is not None and found.size == size:
            self.out.add(f"if near{node.number} is not None:")
            self.out.add(f"    keep(near{node.number}, s, ({', '.join(found.values)},))")

    def write_look(self, node: Node) -> None:
        """Write, at the end of a good segment, what looks for a description behind it."""
        found = self._behind.get(node.number)
        if found is None:
            return
        near, name = f"near{found.node.number}", f"{_NAME}{self.numbers[node.number]}"
        self.out.names.setdefault(name, Known())
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


def bind_keep(scope: dict[str, Any]) -> Keep:
    """Return what keeps a good description among those known by a name of the scope.

    Where too many different ones come, few come again: the name then holds None, until `renew`.
    """

    def keep(known: Known, text: str, values: tuple[str, ...]) -> None:
        if len(text) <= LONGEST_KNOWN:
            known[text] = values
        if len(known) > MOST_KNOWN:
            scope.update({name: None for name, held in scope.items() if held is known})

    return keep


def renew(scope: dict[str, Any]) -> None:
    """Have descriptions looked for where there were too many: in another file they may come again."""
    given_up = [name for name, held in scope.items() if held is None and name.startswith(_NAME)]
    scope.update({name: Known() for name in given_up})
