"""The third ring of lint: mappings nobody proves, lines of an overlay no case needs, tables nobody uses."""

from collections.abc import Iterator
from typing import Any

import msgspec

from translators.findings import Finding
from translators.mapper.case_files import Case, list_cases
from translators.mapper.cases import run_reading, run_writing
from translators.mapper.compile import try_compile
from translators.mapper.errors import MappingError
from translators.mapper.load import UNITS, Library
from translators.mapper.mapping import Mapping
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.source import BlockNode, ListNode, Node, TextNode

HEAD = frozenset(("mapping", "extends", "reads", "makes"))


def check_house(library: Library, name: str) -> list[Finding]:
    """Return a warning for a mapping without a case, else for each line of an overlay that is dead."""
    cases = list_cases(library, name)
    root, text = library.load_own(name)
    if not cases:
        advice = f"put a sample into {name}.cases/ and run cmgateway mapping test {name} --update"
        return [_warn("no-case", f"no case proves {name}", advice, f"{name}.yaml")]
    if not root.text("extends"):
        return []
    return [
        _warn(
            "dead-line", f"without {path} every case is the same", "drop it, or add a case", where
        )
        for path, where in _list_dead(library, name, (root, text), cases)
    ]


def check_tables(library: Library) -> list[Finding]:
    """Return a warning for each table no mapping looks anything up in."""
    used = set[str]()
    for name in library.list_mappings():
        try:
            used.update(library.load_mapping(name).files)
        except MappingError:
            return []  # what it would use is not known
    tables = {
        path.relative_to(root).as_posix()
        for root in library.roots
        for path in root.glob("*/tables/*.csv")
        if path.stem != UNITS
    }
    advice = "drop it, or name it in a lookup"
    return [
        _warn("unused-table", "no mapping uses this table", advice, file)
        for file in sorted(tables - used)
    ]


def _list_dead(
    library: Library, name: str, own: tuple[BlockNode, str], cases: list[Case]
) -> Iterator[tuple[str, str]]:
    root, text = own
    before = _run(library.assemble_mapping(name, root, text), cases)
    for path, where, variant in list_variants(root):
        if path[0] in HEAD or not isinstance(variant, BlockNode):
            continue
        mapping = library.assemble_mapping(name, variant, f"{text}{path}")
        if _run(mapping, cases) == before:
            yield "/".join(path), where


def _run(mapping: Mapping, cases: list[Case]) -> list[Any] | None:
    """Return what a mapping makes of all samples, None where it cannot be used."""
    compiled, mistakes = try_compile(mapping)
    if compiled is None or mistakes:
        return None
    try:
        if isinstance(compiled, ReadMapping):
            return [run_reading(compiled, case.sample.read_bytes()) for case in cases]
        return [run_writing(compiled, case.sample.read_bytes()) for case in cases]
    except msgspec.MsgspecError:
        return None


Variant = tuple[tuple[str, ...], str, Node]


def list_variants(node: Node, path: tuple[str, ...] = (), where: str = "") -> Iterator[Variant]:
    """Yield the tree once without each of its leaves, with the path and file:line of the leaf."""
    if isinstance(node, BlockNode):
        yield from _vary_block(node, path)
    elif isinstance(node, ListNode) and any(isinstance(item, BlockNode) for item in node.items):
        for at, item in enumerate(node.items):
            for inner, line, variant in list_variants(item, (*path, str(at)), where):
                kept = (variant,) if isinstance(variant, BlockNode) and _says(variant) else ()
                items = (*node.items[:at], *kept, *node.items[at + 1 :])
                yield inner, line, ListNode(items, node.where)
    elif isinstance(node, ListNode) and path[-1:] == ("ignore",) and len(node.items) > 1:
        for at, item in enumerate(node.items):
            rest = (*node.items[:at], *node.items[at + 1 :])
            said = item.text if isinstance(item, TextNode) else str(at)
            yield (*path, said), item.where, ListNode(rest, node.where)


def _vary_block(node: BlockNode, path: tuple[str, ...]) -> Iterator[Variant]:
    for key, value in node.entries.items():
        inner = list(list_variants(value, (*path, key), node.lines[key]))
        if not inner or key == "from":
            rest = {k: v for k, v in node.entries.items() if k != key}
            yield (*path, key), node.lines[key], BlockNode(rest, node.lines, node.where)
            continue
        for found, line, variant in inner:
            yield found, line, BlockNode({**node.entries, key: variant}, node.lines, node.where)


def _says(node: BlockNode) -> bool:
    """Return whether more than `each` is left of a segment."""
    return bool(set(node.entries) - {"each", "when"})


def _warn(code: str, sentence: str, advice: str, where: str) -> Finding:
    return Finding(level="warning", code=code, sentence=sentence, advice=advice, rule=where)
