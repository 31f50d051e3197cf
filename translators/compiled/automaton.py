"""Automaton: the loops of a grammar as moves from the segment just read to the next one."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from translators.x12.grammar import Grammar, LoopRule, SegmentUse

START = 0


@dataclass(slots=True, eq=False)
class Node:
    """One place of the grammar where a segment may stand; of a loop it is its first segment."""

    number: int
    rule: SegmentUse | LoopRule
    parent: "Node | None"  # the loop around it, None at the top
    at: int  # position among its siblings
    children: "list[Node]" = field(default_factory=list)  # of a loop, without its first segment

    @property
    def id(self) -> str:
        """Return the segment id."""
        return self.rule.id

    @property
    def is_loop(self) -> bool:
        """Return whether a loop begins here."""
        return isinstance(self.rule, LoopRule)

    @property
    def limit(self) -> int | None:
        """Return how often it may stand here; None is any number."""
        return self.rule.repeat if isinstance(self.rule, LoopRule) else self.rule.max_use

    @property
    def loops(self) -> "tuple[Node, ...]":
        """Return the loops that hold it, outermost first, its own included."""
        above = self.parent.loops if self.parent else ()
        return (*above, self) if self.is_loop else above


@dataclass(slots=True, frozen=True)
class Automaton:
    """All nodes of a grammar, by number from 1, and where each segment id leads from each."""

    nodes: tuple[Node, ...]
    top: tuple[Node, ...]
    moves: tuple[dict[str, int], ...]  # by the number of the node just read, START at first

    def list_children(self, loop: Node | None) -> "list[Node] | tuple[Node, ...]":
        """Return the nodes inside a loop, or those at the top."""
        return loop.children if loop else self.top


def compile_automaton(grammar: Grammar) -> Automaton:
    """Return the moves of a set without fault.

    A segment goes where the careful reading puts it: to the innermost loop it fits, never
    backwards. A move that would leave out a mandatory segment is none. Limits above one are not
    part of the moves.
    """
    top = _list_nodes(grammar.root.nodes, None)
    nodes = tuple(_walk(top))
    for number, node in enumerate(nodes, START + 1):
        node.number = number
    moves = (_list_moves(None, top), *(_list_moves(node, top) for node in nodes))
    return Automaton(nodes, tuple(top), moves)


def _list_nodes(rules: tuple[SegmentUse | LoopRule, ...], parent: Node | None) -> list[Node]:
    nodes = []
    for at, rule in enumerate(rules):
        if at == 0 and parent is not None:
            continue  # the loop itself stands for its first segment
        node = Node(0, rule, parent, at)
        if isinstance(rule, LoopRule):
            node.children = _list_nodes(rule.nodes, node)
        nodes.append(node)
    return nodes


def _walk(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _list_moves(node: Node | None, top: list[Node]) -> dict[str, int]:
    """Return the moves from a node: its own loop's first, then those of the loops around it."""
    moves: dict[str, int] = {}
    closed: set[str] = set()
    for siblings, at in _list_frames(node, top):
        found: set[str] = set()
        missed = False
        for sibling in siblings:
            if sibling.at < at or (sibling.at == at and sibling.limit == 1):
                continue
            if sibling.id not in closed and sibling.id not in found:
                found.add(sibling.id)
                if not missed:
                    moves[sibling.id] = sibling.number
            missed = missed or _is_missed(sibling, at)
        closed |= found
        if missed:
            break  # this loop cannot be left yet
    return moves


def _list_frames(node: Node | None, top: list[Node]) -> Iterator[tuple[list[Node], int]]:
    """Yield each open loop's nodes and how far along them the reading is, innermost first."""
    if node is None:
        yield top, -1
        return
    if node.is_loop:
        yield node.children, 0
    place: Node | None = node
    while place is not None:
        yield (place.parent.children if place.parent else top), place.at
        place = place.parent


def _is_missed(node: Node, at: int) -> bool:
    return node.at > at and node.rule.requirement == "M"
