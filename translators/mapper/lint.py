"""What is wrong with a mapping file: by its schema, by the compiler, as sentences with file and line."""

import functools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from translators.findings import Finding
from translators.mapper.compile import try_compile
from translators.mapper.errors import MappingError
from translators.mapper.load import Library
from translators.mapper.source import BlockNode, ListNode, Node, mistake, plain

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

SCHEMA = "mapping.schema.json"


def check_mapping(library: Library, name: str) -> list[Finding]:
    """Return every mistake of a mapping; those of the schema only where the compiler is content."""
    try:
        root, text = library.load_own(name)
        _, findings = try_compile(library.assemble_mapping(name, root, text))
    except MappingError as error:
        return error.findings
    path = library.find_file(SCHEMA)
    if findings or path is None:
        return findings
    return list(check_schema(root, path))


def check_schema(root: BlockNode, path: Path) -> Iterable[Finding]:
    """Yield what the JSON Schema for editors says about a file."""
    validator = _load_validator(path.read_text(encoding="utf-8"))
    for error in validator.iter_errors(plain(root)):
        yield _finding(root, error)


@functools.lru_cache(maxsize=4)
def _load_validator(text: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only lint needs it

    return Draft202012Validator(json.loads(text))


def _finding(root: BlockNode, error: "ValidationError") -> Finding:
    where = _where_of(root, list(error.absolute_path))
    path = ".".join(map(str, error.absolute_path)) or "the file"
    return mistake(where, f"{path}: {error.message}", "", "schema")


def _where_of(node: Node, path: list[Any]) -> str:
    where = node.where
    for key in path:
        if isinstance(node, BlockNode) and key in node.entries:
            where, node = node.lines[key], node.entries[key]
        elif isinstance(node, ListNode) and isinstance(key, int) and key < len(node.items):
            node = node.items[key]
            where = node.where
    return where
