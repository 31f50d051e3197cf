"""Mapping: one file of the language, its base merged in, with the tables it uses."""

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal

from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.mapper.tables import Table

BODY_KEYS = ("fields", "segments", "columns")


@dataclass(slots=True, frozen=True, eq=False)
class Mapping:
    """Everything a compiler needs; two mappings of the same content are equal."""

    name: str
    root: BlockNode
    tables: dict[str, Table | None] = field(default_factory=dict)  # None: no such file
    units: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    version: str = ""

    def __hash__(self) -> int:
        """Return the hash of the content."""
        return hash((self.name, self.version))

    def __eq__(self, other: object) -> bool:
        """Return whether both hold the same content."""
        return isinstance(other, Mapping) and (self.name, self.version) == (
            other.name,
            other.version,
        )

    def text(self, key: str) -> str:
        """Return a key of the head, '' where it is not written."""
        return self.root.text(key)

    def where(self, key: str) -> str:
        """Return file:line of a key of the head."""
        return self.root.lines.get(key, self.root.where)

    @property
    def is_outbound(self) -> bool:
        """Return whether the mapping writes documents."""
        return "segments" in self.root.entries or "columns" in self.root.entries


def merge(base: Node, over: Node) -> Node:
    """Return the base with each key of the overlay in its place; a null drops a key."""
    if isinstance(base, TextNode | ListNode) and isinstance(over, BlockNode):
        base = long_form(base)
    if isinstance(base, BlockNode) and isinstance(over, TextNode | ListNode):
        over = long_form(over)
    if not (isinstance(base, BlockNode) and isinstance(over, BlockNode)):
        return over
    entries, lines = dict(base.entries), dict(base.lines)
    for key, node in over.entries.items():
        entries[key] = _merge_key(key, entries.get(key), node)
        lines[key] = over.lines[key]
    return BlockNode(entries, lines, over.where)


def _merge_key(key: str, base: Node | None, over: Node) -> Node:
    if base is None:
        return over
    if key == "ignore" and isinstance(base, ListNode) and isinstance(over, ListNode):
        return ListNode(base.items + over.items, over.where)
    if key == "segments" and isinstance(base, ListNode) and isinstance(over, ListNode):
        return merge_segments(base, over)
    if key in {"from", "reads", "makes", "ignore", "segments"}:
        return over
    return merge(base, over)


def long_form(node: TextNode | ListNode) -> BlockNode | ListNode:
    """Return `{from: …}` for a bare path or a list of paths; lists of blocks stay lists."""
    if isinstance(node, ListNode) and any(isinstance(item, BlockNode) for item in node.items):
        return node
    return BlockNode({"from": node}, {"from": node.where}, node.where)


def merge_segments(base: ListNode, over: ListNode) -> ListNode:
    """Return the base's segments with the overlay's merged in.

    A segment is known by its id, its `each` and its first constant (`N1(ST)`); one the base does not
    have stands after the overlay's segment before it.
    """
    items = list(base.items)
    place = 0
    for item in over.items:
        found = _find_segment(items, item)
        if found is None:
            items.insert(place, item)
            place += 1
        else:
            items[found] = merge(items[found], item)
            place = found + 1
    return ListNode(tuple(items), over.where)


def _find_segment(items: list[Node], wanted: Node) -> int | None:
    keys = [_segment_key(item) for item in items]
    key = _segment_key(wanted)
    if key in keys:
        return keys.index(key)
    same = [index for index, other in enumerate(keys) if other[:2] == key[:2]]
    return same[0] if len(same) == 1 and not key[2] else None


def _segment_key(node: Node) -> tuple[str, str, str]:
    if not isinstance(node, BlockNode):
        return ("", "", "")
    each = node.text("each") or node.text("at")
    elements = [key for key in node.entries if key[-2:].isdigit()]
    if not elements:
        return (each, "", "")
    constants = (node.entries[key] for key in elements)
    values = (item.text("value") for item in constants if isinstance(item, BlockNode))
    return (each, elements[0][:-2], next((value for value in values if value), ""))


def without_nulls(node: Node) -> Node:
    """Return the node without the keys an overlay dropped."""
    if isinstance(node, ListNode):
        return ListNode(tuple(without_nulls(item) for item in node.items), node.where)
    if not isinstance(node, BlockNode):
        return node
    kept = {
        key: without_nulls(item)
        for key, item in node.entries.items()
        if isinstance(item, TextNode | ListNode | BlockNode)
    }
    return BlockNode(kept, node.lines, node.where)


def list_texts(node: Node, key: str) -> list[TextNode]:
    """Return every text under the key, at any depth, in the order of the file."""
    found: list[TextNode] = []
    if isinstance(node, ListNode):
        for item in node.items:
            found += list_texts(item, key)
    elif isinstance(node, BlockNode):
        for name, item in node.entries.items():
            if name == key and isinstance(item, TextNode):
                found.append(item)
            else:
                found += list_texts(item, key)
    return found


def version_of(texts: list[str]) -> str:
    """Return one SHA-256 over all texts, each told from the next."""
    digest = hashlib.sha256()
    for text in texts:
        encoded = text.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()
