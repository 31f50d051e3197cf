"""YAML as mappings use it: every scalar is text, every key knows its file and line."""

import functools
from dataclasses import dataclass
from typing import Any

from translators.findings import Finding
from translators.mapper.errors import MappingError

MAX_DEPTH = 40


@dataclass(slots=True, frozen=True)
class TextNode:
    """One scalar as it stands: `00` stays `00`, `NO` stays `NO`."""

    text: str
    where: str


@dataclass(slots=True, frozen=True)
class NullNode:
    """`null`, `~` or nothing: it drops what the base says."""

    where: str


@dataclass(slots=True, frozen=True)
class ListNode:
    """A YAML list."""

    items: "tuple[Node, ...]"
    where: str


@dataclass(slots=True, frozen=True)
class BlockNode:
    """A YAML mapping; `lines` tells for each key where it was written."""

    entries: "dict[str, Node]"
    lines: dict[str, str]
    where: str

    def text(self, key: str) -> str:
        """Return the text under the key, or '' where there is none."""
        node = self.entries.get(key)
        return node.text if isinstance(node, TextNode) else ""


Node = TextNode | NullNode | ListNode | BlockNode


def list_texts(node: Node) -> list[TextNode]:
    """Return the texts of a list, or the one text there is."""
    items = node.items if isinstance(node, ListNode) else (node,)
    return [item for item in items if isinstance(item, TextNode)]


def mistake(where: str, sentence: str, advice: str = "", code: str = "bad-mapping") -> Finding:
    """Return an author's mistake as a finding that names its file and line."""
    return Finding(level="error", code=code, sentence=sentence, advice=advice, rule=where)


@functools.lru_cache(maxsize=256)
def read_yaml(text: str, file: str) -> BlockNode:
    """Return the block a YAML text holds; raises MappingError with the line of what is wrong."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only authors' files need it
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}:{mark.line + 1}" if mark else file
        raise MappingError([mistake(where, f"this is not YAML: {error.problem}")]) from error
    except YAMLError as error:
        raise MappingError([mistake(file, f"this is not YAML: {error}")]) from error
    node = _read_node(root, file, 0) if root is not None else NullNode(f"{file}:1")
    if not isinstance(node, BlockNode):
        raise MappingError([mistake(f"{file}:1", "a file of `key: value` lines was wanted")])
    return node


def _read_node(node: Any, file: str, depth: int) -> Node:
    where = f"{file}:{node.start_mark.line + 1}"
    if depth > MAX_DEPTH:
        raise MappingError([mistake(where, f"more than {MAX_DEPTH} levels inside each other")])
    if getattr(node, "anchor", None):
        raise MappingError([mistake(where, "anchors and aliases are no part of the language")])
    kind = node.id
    if kind == "scalar":
        plain = node.style is None
        empty = plain and node.value in {"", "~", "null"}
        return NullNode(where) if empty else TextNode(node.value, where)
    if kind == "sequence":
        return ListNode(tuple(_read_node(item, file, depth + 1) for item in node.value), where)
    return _read_block(node, file, depth)


def _read_block(node: Any, file: str, depth: int) -> BlockNode:
    entries: dict[str, Node] = {}
    lines: dict[str, str] = {}
    for key, value in node.value:
        where = f"{file}:{key.start_mark.line + 1}"
        name = str(key.value)
        if name in entries:
            sentence = f"{name} stands here and in {lines[name]}"
            raise MappingError([mistake(where, sentence, "keep one of them", "duplicate-key")])
        entries[name] = _read_node(value, file, depth + 1)
        lines[name] = where
    return BlockNode(entries, lines, f"{file}:{node.start_mark.line + 1}")


def plain(node: Node) -> Any:
    """Return the node as dicts, lists and text, as a schema judges it."""
    match node:
        case TextNode(text=text):
            return text
        case NullNode():
            return None
        case ListNode(items=items):
            return [plain(item) for item in items]
        case BlockNode(entries=entries):
            return {key: plain(value) for key, value in entries.items()}
