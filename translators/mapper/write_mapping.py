"""WriteMapping: an entity in, segments or rows out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from canonical.entities import ENTITIES
from canonical.shared import Entity
from translators.mapper.canonical_json import write_canonical
from translators.mapper.conditions import compile_when
from translators.mapper.entity_paths import EntityScope
from translators.mapper.formats import Check, Compiler, Here, Mistakes
from translators.mapper.head import is_canonical, read_format
from translators.mapper.mapping import Mapping
from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.mapper.write_each import Places, compile_each
from translators.mapper.write_levels import is_level, write_level
from translators.mapper.write_order import check_order
from translators.mapper.write_segments import compile_segment
from translators.mapper.write_tree import Dialect, compile_tree
from translators.mapper.write_values import Cell, EntityFormat, compile_cell
from translators.mapper.writers import write_text, write_typed, write_x12
from translators.mapper.written import OutNode, Written
from translators.tabular.options import table_options
from translators.x12.grammar import Grammar, load_grammar

Emit = Callable[[Any, Written], None]
TREES = frozenset(("xml", "json"))
# Here a number or a date is more than its text: a cell, a JSON number, what stands on the right.
_WRITES = {"xlsx": write_typed, "json": write_typed, "fixed": write_typed}


@dataclass(slots=True, frozen=True)
class WriteMapping:
    """A compiled mapping of one canonical entity to documents of one format."""

    name: str
    entity: str
    makes: str | dict[str, str]
    version: str
    files: tuple[str, ...]
    columns: tuple[str, ...]
    emit: Emit
    source: Mapping

    def write(self, entity: Entity) -> Written:
        """Return the entity as segments or rows, with all findings."""
        written = Written(columns=self.columns)
        self.emit((entity, None), written)
        return written


def compile_write(mapping: Mapping, mistakes: Mistakes) -> WriteMapping | None:
    """Return the mapping compiled, or None after naming why it cannot be."""
    makes = read_format(mapping.root, "makes")
    scope = EntityScope(ENTITIES[mapping.text("reads")])
    write = write_x12 if isinstance(makes, str) else _WRITES.get(makes["format"], write_text)
    compiler = Compiler(mapping, EntityFormat(mistakes, write), mistakes)  # type: ignore[arg-type]
    here = Here(compiler, scope, "", mapping.root.where)
    columns: tuple[str, ...] = ()
    if isinstance(makes, str):
        emit = _compile_set(makes, here)
    elif is_canonical(mapping):
        emit = _emit_canonical
    elif makes["format"] in TREES:
        emit = _compile_fields(makes, here)
    else:
        emit, columns = _compile_rows(here)
        _check_spans(makes, columns, here)
    if emit is None:
        return None
    entity = mapping.text("reads")
    version, files = mapping.version, mapping.files
    return WriteMapping(mapping.name, entity, makes, version, files, columns, emit, mapping)


def _emit_canonical(place: Any, written: Written) -> None:
    write_canonical(place[0], written)


def _compile_set(makes: str, here: Here) -> Emit | None:
    _, set_id, version = makes.split()
    grammar = load_grammar(set_id, version)
    node = here.mapping.root.entries.get("segments")
    if grammar is None or not isinstance(node, ListNode):
        sentence = f"there is no grammar of {set_id} at {version}"
        if grammar is not None:
            sentence = "a set is written by segments, not columns"
        here.mistakes.add(here.mapping.where("makes"), sentence, "", "unknown-format")
        return None
    check_order(node, grammar, here.mistakes)
    return _compile_items(node, grammar, here)


def _compile_items(node: ListNode, grammar: Grammar, here: Here) -> Emit:
    emits = [_compile_item(item, grammar, here) for item in node.items]
    good = tuple(emit for emit in emits if emit is not None)

    def emit_all(place: Any, written: Written) -> None:
        for emit in good:
            emit(place, written)

    return emit_all


def _compile_item(item: Node, grammar: Grammar, here: Here) -> Emit | None:
    if not isinstance(item, BlockNode):
        here.mistakes.add(item.where, "a segment wants elements such as BEG03: po_number")
        return None
    find, inside = compile_each(item, here)
    when = None
    if "when" in item.entries:
        condition = TextNode(item.text("when"), item.lines["when"])
        when = compile_when(condition, inside)
    inner = item.entries.get("segments")
    if isinstance(inner, ListNode):
        emit: Emit | None = _compile_items(inner, grammar, inside)
    else:
        emit = compile_segment(item, grammar, inside)
    if emit is not None and is_level(item, grammar, here.mistakes):
        emit = write_level(item.text("level"), emit)
    return None if emit is None else _repeated(emit, find, when)


def _repeated(emit: Emit, find: Places | None, when: Check | None) -> Emit:
    def emit_each(place: Any, written: Written) -> None:
        for inner in [place] if find is None else find(place):
            if when is None or when(inner):
                emit(inner, written)

    return emit_each


def _compile_rows(here: Here) -> tuple[Emit | None, tuple[str, ...]]:
    root = here.mapping.root
    node = root.entries.get("columns")
    if not isinstance(node, BlockNode):
        here.mistakes.add(here.mapping.where("makes"), "rows are written by columns, not segments")
        return None, ()
    find, inside = compile_each(root, here)
    cells: dict[str, Cell] = {}
    for name, item in node.entries.items():
        place = Here(inside.compiler, inside.scope, name, node.lines[name])
        cell = compile_cell(name, item, place)
        if cell is not None:
            cells[name] = cell

    def emit(place: Any, written: Written) -> None:
        row = {name: cell.give(place, written) for name, cell in cells.items()}
        written.rows.append(row)

    return _repeated(emit, find, None), tuple(cells)


def _check_spans(makes: dict[str, str], columns: tuple[str, ...], here: Here) -> None:
    """Add a mistake for each column of fixed width whose place is not said."""
    known = {one.name for one in table_options(makes).spans}
    for name in columns if makes["format"] == "fixed" else ():
        if name not in known:
            sentence = f"makes: columns does not say where {name} stands"
            here.mistakes.add(here.mapping.where("makes"), sentence)


def _compile_fields(makes: dict[str, str], here: Here) -> Emit | None:
    """Return what writes a tree: the outermost element or object, by its fields."""
    block = here.mapping.root.entries.get("fields")
    if not isinstance(block, BlockNode):
        sentence = f"{makes['format']} is written by fields, not columns or segments"
        here.mistakes.add(here.mapping.where("makes"), sentence)
        return None
    lines = makes.get("namespaces", "").splitlines()
    prefixes = frozenset(line.partition(":")[0].strip() for line in lines) | {"xml"}
    grow = compile_tree(block, Dialect(makes["format"] == "xml", prefixes), here)
    root = makes.get("root", "")

    def emit(place: Any, written: Written) -> None:
        written.tree = OutNode(root)
        grow(place, written, written.tree)

    return emit
