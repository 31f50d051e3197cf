"""Dispatch: where the next segment goes: one look-up by its id, whose answer leads through a tree of code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from translators.compiled.automaton import START, Automaton, Node
from translators.compiled.listing import Listing

SOMETIMES, SELDOM = 1.0, 0.1  # how often a node is met, to balance the tree


@dataclass(slots=True)
class Block:
    """Code for one node, or for all nodes of a segment id, or for all ids the mapping never names."""

    nodes: list[Node]
    weight: float
    kind: str


Tree = Block | tuple["Tree", "Tree"]


@dataclass(slots=True)
class Dispatch:
    """Writes the choice of a block, each written by `write_block`.

    A move answers the questions of the tree beforehand: asking a truth is half as dear as comparing
    numbers. What is seldom met has further answers, which come in a bundle.
    """

    out: Listing
    automaton: Automaton
    numbers: dict[int, int]  # of a node: its number in the code
    write_block: Callable[[Block], None]
    width: int = 0  # answers that do not come in the bundle
    depth: int = 0  # all answers

    def write(self, blocks: list[Block]) -> None:
        """Write the move of a segment, and the tree."""
        tree = _balance(blocks)
        ways = dict(_list_ways(tree, ()))
        often = [node.number for one in blocks if one.weight > SOMETIMES for node in one.nodes]
        self.width = max((len(ways[number]) for number in often), default=0)
        self.depth = max(map(len, ways.values()))
        self.out.names["MOVES"] = self._list_moves(ways)
        answers = "".join(f"b{turn}, " for turn in range(self.width))
        self.out.add(f"q, moves, again, {answers}more = moves[e[0]]")
        self._write_tree(tree, 0)

    def _list_moves(self, ways: dict[int, tuple[bool, ...]]) -> tuple[dict[str, Any], ...]:
        """Return for each node, by its number, where each segment id leads from it.

        That is the node's number, its own moves, whether it was there already, the answers.
        """
        moves = tuple(dict[str, Any]() for _ in range(len(self.numbers) + 1))
        for number, found in enumerate(self.automaton.moves):
            own = self.numbers[number] if number != START else START
            for name, to in found.items():
                way = (*ways[to], *[False] * (self.depth - len(ways[to])))
                at, more = self.numbers[to], way[self.width :]
                moves[own][name] = (at, moves[at], at == own, *way[: self.width], more)
        return moves

    def _write_tree(self, tree: Tree, depth: int) -> None:
        if isinstance(tree, Block):
            self.write_block(tree)
            return
        if depth == self.width:
            self.out.add(f"{', '.join(f'b{at}' for at in range(depth, self.depth))}, = more")
        with self.out.block(f"if b{depth}:"):
            self._write_tree(tree[0], depth + 1)
        with self.out.block("else:"):
            self._write_tree(tree[1], depth + 1)


def _balance(blocks: list[Block]) -> Tree:
    """Return a tree whose halves weigh about the same."""
    if len(blocks) == 1:
        return blocks[0]
    total, passed, cut = sum(block.weight for block in blocks), 0.0, 1
    for at, block in enumerate(blocks[:-1], 1):
        passed += block.weight
        cut = at
        if passed >= total / 2:
            break
    return _balance(blocks[:cut]), _balance(blocks[cut:])


def _list_ways(tree: Tree, way: tuple[bool, ...]) -> Iterator[tuple[int, tuple[bool, ...]]]:
    """Yield for each node the answers that lead to its block."""
    if isinstance(tree, Block):
        yield from ((node.number, way) for node in tree.nodes)
        return
    for part, answer in zip(tree, (True, False), strict=True):
        yield from _list_ways(part, (*way, answer))
