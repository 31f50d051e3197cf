"""WriteMapping: an entity in, segments or rows out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from canonical.entities import ENTITIES
from canonical.shared import Entity
from translators.mapper.conditions import compile_when
from translators.mapper.entity_paths import EntityScope, compile_path, list_groups
from translators.mapper.formats import Check, Compiler, Here, Mistakes
from translators.mapper.head import read_format
from translators.mapper.mapping import Mapping
from translators.mapper.source import BlockNode, ListNode, Node, TextNode, list_texts
from translators.mapper.write_levels import is_level, write_level
from translators.mapper.write_order import check_order
from translators.mapper.write_segments import compile_segment
from translators.mapper.write_values import Cell, EntityFormat, compile_cell
from translators.mapper.writers import write_text, write_x12
from translators.mapper.written import Written
from translators.x12.grammar import Grammar, load_grammar

Emit = Callable[[Any, Written], None]
Places = Callable[[Any], list[Any]]


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

    def write(self, entity: Entity) -> Written:
        """Return the entity as segments or rows, with all findings."""
        written = Written(columns=self.columns)
        self.emit((entity, None), written)
        return written


def compile_write(mapping: Mapping, mistakes: Mistakes) -> WriteMapping | None:
    """Return the mapping compiled, or None after naming why it cannot be."""
    makes = read_format(mapping.root, "makes")
    scope = EntityScope(ENTITIES[mapping.text("reads")])
    write = write_x12 if isinstance(makes, str) else write_text
    compiler = Compiler(mapping, EntityFormat(mistakes, write), mistakes)  # type: ignore[arg-type]
    here = Here(compiler, scope, "", mapping.root.where)
    columns: tuple[str, ...] = ()
    if isinstance(makes, str):
        emit = _compile_set(makes, here)
    else:
        emit, columns = _compile_rows(here)
    if emit is None:
        return None
    entity = mapping.text("reads")
    return WriteMapping(mapping.name, entity, makes, mapping.version, mapping.files, columns, emit)


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
    find, inside = _compile_each(item, here)
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


def _compile_each(item: BlockNode, here: Here) -> tuple[Places | None, Here]:
    """Return what lists the places of an item, None where it stands once, and the scope inside."""
    if "each" not in item.entries:
        if "by" in item.entries:
            here.mistakes.add(item.lines["by"], "by groups the items of each; there is no each")
        return None, here
    path = TextNode(item.text("each"), item.lines["each"])
    compiled = compile_path(path, here.scope, here.mistakes)
    if compiled is None:
        return None, here
    shape = compiled.shape
    struct, name = (shape.struct, shape.name) if shape else (None, "")
    scope = EntityScope(struct, name, here.scope)
    if "by" not in item.entries:
        find = _list_lines if shape and shape.kind == "text" else list
        inner = here.within(scope)
        return lambda place: [(one, place) for one in find(compiled.list_all(place))], inner
    found = [compile_path(one, scope, here.mistakes) for one in list_texts(item.entries["by"])]
    by = [path.get for path in found if path is not None]
    inner = here.within(EntityScope(struct, name, here.scope, group=shape))
    return lambda place: list(list_groups(compiled.list_all(place), by, name, place)), inner


def _list_lines(texts: list[str]) -> list[str]:
    """Return the lines of a text that are not blank: one `MSG` for each line of a note."""
    return [line for text in texts for line in text.splitlines() if line.strip()]


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
    find, inside = _compile_each(root, here)
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
