"""A mapping compiled: what reads documents, or what writes entities."""

import functools
from typing import Any

from canonical.entities import ENTITIES
from translators.findings import Finding, has_errors
from translators.mapper.canonical_json import compile_canonical
from translators.mapper.errors import MappingError
from translators.mapper.fields import compile_fields
from translators.mapper.formats import Compiler, Format, Here, Mistakes
from translators.mapper.head import check_head, read_format
from translators.mapper.mapping import Mapping
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.row_format import RowFormat, open_rows
from translators.mapper.source import BlockNode
from translators.mapper.trace import Trace
from translators.mapper.tree_format import open_tree
from translators.mapper.write_mapping import WriteMapping, compile_write
from translators.mapper.x12_format import open_x12


@functools.lru_cache(maxsize=256)
def compile_mapping(mapping: Mapping) -> ReadMapping | WriteMapping:
    """Return the mapping as closures; raises MappingError naming every mistake in it.

    The same content is compiled once.
    """
    compiled, mistakes = try_compile(mapping)
    if compiled is None or has_errors(mistakes):
        raise MappingError(mistakes)
    return compiled


@functools.lru_cache(maxsize=32)
def compile_traced(mapping: Mapping) -> tuple[ReadMapping, Trace]:
    """Return a mapping that reads, compiled so that the trace is told where each value comes from.

    The one `compile_mapping` gives knows of no trace: it costs nothing where nobody asks.
    """
    trace, mistakes = Trace(), Mistakes()
    check_head(mapping, mistakes)
    compiled = None if has_errors(mistakes.findings) else _compile_read(mapping, mistakes, trace)
    if compiled is None or has_errors(mistakes.findings):
        raise MappingError(mistakes.findings)
    return compiled, trace


def try_compile(mapping: Mapping) -> tuple[ReadMapping | WriteMapping | None, list[Finding]]:
    """Return the compiled mapping, None where it cannot be, and all mistakes found in it."""
    mistakes = Mistakes()
    check_head(mapping, mistakes)
    if has_errors(mistakes.findings):
        return None, mistakes.findings
    if mapping.is_outbound:
        return compile_write(mapping, mistakes), mistakes.findings
    return _compile_read(mapping, mistakes), mistakes.findings


def _compile_read(
    mapping: Mapping, mistakes: Mistakes, trace: Trace | None = None
) -> ReadMapping | None:
    entity = ENTITIES[mapping.text("makes")]
    format_ = _open_format(mapping, mistakes)
    fields = mapping.root.entries.get("fields")
    if format_ is None:
        return None
    if isinstance(fields, BlockNode):
        compiler = Compiler(mapping, format_, mistakes, trace)
        here = Here(compiler, format_.root, "", mapping.where("fields"))
        build = compile_fields(fields, entity, here)
        if isinstance(format_, RowFormat):
            format_.check_aliases(mapping.root.entries.get("reads"))
    else:
        build = compile_canonical(entity, mapping.root.where)
    return ReadMapping(
        name=mapping.name,
        entity=entity.__name__,
        reads=read_format(mapping.root, "reads"),
        version=mapping.version,
        one_per=mapping.text("one_per") or None,
        files=mapping.files,
        is_strict=mapping.text("unmapped") == "reject",
        build=build,
        source=mapping,
        format=format_,
        is_canonical=not isinstance(fields, BlockNode),
    )


def _open_format(mapping: Mapping, mistakes: Mistakes) -> Format | None:
    said: Any = read_format(mapping.root, "reads")
    if isinstance(said, str):
        return open_x12(said, mapping, mistakes)
    if said["format"] in {"json", "xml"}:
        return open_tree(mapping, mistakes)
    return open_rows(mapping, mistakes)
