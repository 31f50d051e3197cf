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
        makes = self.root.entries.get("makes")
        is_written = "segments" in self.root.entries or "columns" in self.root.entries
        return is_written or isinstance(makes, BlockNode)


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
