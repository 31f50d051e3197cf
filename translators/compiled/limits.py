"""Limits: how often loops and segments may stand where they do, as code that counts them."""

from collections.abc import Iterable
from dataclasses import dataclass

from translators.compiled.automaton import Node
from translators.compiled.listing import Listing
from translators.x12.reader import MOST_SEGMENTS

_LONG = 100  # repeats; no set of fewer segments can hold too many, so they are not counted in it


@dataclass(slots=True, frozen=True)
class Limits:
    """Writes what counts; loops are counted one by one inside the loop around them."""

    out: Listing
    loops: list[Node]

    def write_start(self) -> None:
        """Write what stands before the first segment."""
        longs = [node.limit for node in self.loops if node.limit and _is_long(node)]
        if longs:
            self.out.add(f"many = len(segs) > {min(longs)}")
        if self.loops:
            self.out.add(_zero(self.loops))
        self.out.add("k = 1")

    def list_resets(self, parent: Node) -> list[str]:
        """Return the lines that begin to count anew the loops inside one that begins."""
        inside = [node for node in self.loops if node.parent is parent]
        short = [node for node in inside if not _is_long(node)]
        long = [node for node in inside if _is_long(node)]
        lines = [_zero(short)] if short else []
        return [*lines, "if many:", f"    {_zero(long)}"] if long else lines

    def write(self, node: Node) -> None:
        """Write what declines one too many of a node."""
        if not may_exceed(node):
            return
        if not node.is_loop:
            self._write_repeats(f"if k > {node.limit}:")
            return
        name = f"c{node.number}"
        lines = [f"{name} += 1", f"if {name} > {node.limit}:", "    return None"]
        if _is_long(node):
            lines = ["if many:", *(f"    {line}" for line in lines)]
        self.out.add(*lines)

    def write_shared(self, limits: dict[int, int | None]) -> None:
        """Write what declines one too many of nodes that share a block, by their numbers; no loops."""
        if limits:
            self._write_repeats(f"if k > {self.out.name('LIMITS', limits)}.get(q, k):")

    def _write_repeats(self, limit: str) -> None:
        lines = ("    k += 1", f"    {limit}", "        return None", "else:", "    k = 1")
        self.out.add("if again:", *lines)


def may_exceed(node: Node) -> bool:
    """Return whether a segment may stand too often: once is part of the moves, some limits are none."""
    return node.limit is not None and 1 < node.limit < MOST_SEGMENTS


def _is_long(node: Node) -> bool:
    return node.limit is not None and node.limit >= _LONG


def _zero(nodes: Iterable[Node]) -> str:
    return f"{' = '.join(f'c{node.number}' for node in nodes)} = 0"
