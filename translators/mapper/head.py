"""The head of a mapping file: what it reads and makes, checked before anything is compiled."""

from typing import Any

from canonical.entities import ENTITIES
from translators.mapper.formats import Mistakes
from translators.mapper.keys import HEAD_KEYS
from translators.mapper.mapping import BODY_KEYS, Mapping
from translators.mapper.options import check_options
from translators.mapper.source import BlockNode, ListNode, TextNode, plain
from translators.mapper.suggest import did_you_mean


def read_format(root: BlockNode, key: str) -> str | dict[str, str]:
    """Return `x12 855 004010`, or the options of another format; {} where neither is written."""
    node = root.entries.get(key)
    if isinstance(node, TextNode):
        return node.text
    said = plain(node) if isinstance(node, BlockNode) else {}
    return {name: _flat(value) for name, value in said.items()}


def _flat(value: Any) -> str:
    """Return an option as text; one that is a block, such as `columns`, has a line for each entry."""
    if not isinstance(value, dict):
        return str(value)
    return "\n".join(f"{name}: {said}" for name, said in value.items())


def check_head(mapping: Mapping, mistakes: Mistakes) -> None:
    """Add every mistake of the head."""
    for key in mapping.root.entries:
        if key not in HEAD_KEYS:
            advice = did_you_mean(key, sorted(HEAD_KEYS))
            sentence = f"there is no key {key} at the head"
            mistakes.add(mapping.where(key), sentence, advice, "unknown-key")
    body = [key for key in BODY_KEYS if key in mapping.root.entries]
    if not body and is_canonical(mapping):
        _check_both(mapping, mistakes)
        return
    if len(body) != 1:
        sentence = (
            "one of fields (to read, or to write a tree), segments or columns (to write) is wanted"
        )
        mistakes.add(mapping.root.where, sentence)
        return
    kinds = {"fields": BlockNode, "columns": BlockNode, "segments": ListNode}
    if not isinstance(mapping.root.entries[body[0]], kinds[body[0]]):
        kind = "a list" if body[0] == "segments" else "lines of `key: value`"
        mistakes.add(mapping.where(body[0]), f"{body[0]} wants {kind}")
    if mapping.text("unmapped") not in {"", "note", "reject"}:
        mistakes.add(mapping.where("unmapped"), "unmapped is note or reject")
    _check_both(mapping, mistakes)


def is_canonical(mapping: Mapping) -> bool:
    """Return whether nothing is mapped: JSON in the words of our own schemas."""
    outside = read_format(mapping.root, "makes" if mapping.is_outbound else "reads")
    has_body = any(key in mapping.root.entries for key in BODY_KEYS)
    return not has_body and isinstance(outside, dict) and outside.get("format") == "json"


def _check_both(mapping: Mapping, mistakes: Mistakes) -> None:
    entity, outside = ("reads", "makes") if mapping.is_outbound else ("makes", "reads")
    _check_entity(mapping, entity, mistakes)
    _check_format(mapping, outside, mistakes)


def _check_entity(mapping: Mapping, key: str, mistakes: Mistakes) -> None:
    name = mapping.text(key)
    if name not in ENTITIES:
        sentence = f"{key}: there is no entity {name or 'of no name'}"
        mistakes.add(mapping.where(key), sentence, did_you_mean(name, ENTITIES), "unknown-entity")


def _check_format(mapping: Mapping, key: str, mistakes: Mistakes) -> None:
    said, where = read_format(mapping.root, key), mapping.where(key)
    if isinstance(said, str):
        if len(said.split()) != 3 or not said.startswith("x12 "):
            mistakes.add(where, f"{key}: {said!r} is no format", "write x12 855 004010")
        return
    check_options(key, said, where, mistakes)
