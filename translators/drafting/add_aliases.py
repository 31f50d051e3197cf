"""Add: aliases of columns written into the text of a mapping; not a character else is changed."""

from collections.abc import Mapping
from typing import Any

from translators.drafting.yaml_text import quote


def add_aliases(text: str, aliases: Mapping[str, str]) -> str | None:
    """Return the text with the aliases under `reads`, None where it has no such block of its own."""
    from ruamel.yaml import YAML  # noqa: PLC0415 only authors need it

    root = YAML(typ="safe", pure=True).compose(text)
    reads = _find(root, "reads")
    if reads is None or reads.id != "mapping":
        return None
    told = ", ".join(f"{quote(alias)}: {quote(name)}" for alias, name in aliases.items())
    known = _find(reads, "aliases")
    if known is not None:
        return _insert(text, known, told)
    return _insert(text, reads, f"aliases: {{{told}}}")


def _find(node: Any, key: str) -> Any:
    """Return the value under a key of a block, None where there is none."""
    pairs = node.value if getattr(node, "id", "") == "mapping" else ()
    return next((value for name, value in pairs if name.value == key), None)


def _insert(text: str, block: Any, told: str) -> str:
    """Put an entry at the end of a block in braces, or as the first line of one in lines."""
    if block.flow_style:
        end = block.end_mark.index - 1
        comma = ", " if block.value else ""
        return f"{text[:end].rstrip()}{comma}{told}{text[end:]}"
    start = block.start_mark.index
    indent = " " * block.start_mark.column
    lines = told if told.startswith("aliases:") else told.replace(", ", f"\n{indent}")
    return f"{text[:start]}{lines}\n{indent}{text[start:]}"
