"""What is wrong with a mapping file: by its schema, by the compiler, as sentences with file and line."""

import functools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from translators.findings import Finding
from translators.mapper.columns import with_columns
from translators.mapper.compile import try_compile
from translators.mapper.errors import MappingError
from translators.mapper.house import check_house
from translators.mapper.load import Library
from translators.mapper.source import BlockNode, ListNode, Node, mistake, plain

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

SCHEMA = "mapping.schema.json"


def check_mapping(library: Library, name: str) -> list[Finding]:
    """Return every mistake of a mapping, each with file, line and column.

    Those of the schema only where the compiler is content, and only then what no case proves.
    """
    findings = _check(library, name)
    for file in _list_files(library, name):
        path = library.find_file(file)
        if path is not None and findings:
            text = path.read_text(encoding="utf-8", errors="replace")
            findings = with_columns(findings, text, file)
    return findings


def _check(library: Library, name: str) -> list[Finding]:
    try:
        root, text = library.load_own(name)
        _, findings = try_compile(library.assemble_mapping(name, root, text))
    except MappingError as error:
        return error.findings
    path = library.find_file(SCHEMA)
    if not findings and path is not None:
        findings = list(check_schema(root, path))
    return findings or check_house(library, name)


def _list_files(library: Library, name: str) -> list[str]:
    """Return the file of a mapping and that of its base, where they can be read."""
    try:
        root, _ = library.load_own(name)
    except MappingError:
        return [f"{name}.yaml"]
    return [f"{one}.yaml" for one in (name, root.text("extends")) if one]


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
