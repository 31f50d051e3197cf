"""WriteMapping: an entity in, segments or rows out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from canonical.entities import ENTITIES
from canonical.shared import Entity
from translators.findings import Finding
from translators.mapper.conditions import compile_when
from translators.mapper.entity_paths import EntityScope, compile_path
from translators.mapper.formats import Check, Compiler, Here, Mistakes
from translators.mapper.head import read_format
from translators.mapper.mapping import Mapping
from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.mapper.suggest import did_you_mean
from translators.mapper.write_order import check_order
from translators.mapper.write_values import Cell, EntityFormat, compile_cell
from translators.mapper.writers import write_text, write_x12
from translators.x12.grammar import Grammar, load_grammar

Emit = Callable[[Any, "Written"], None]
_ELEMENT = re.compile(r"([A-Z][A-Z0-9]{1,2})([0-9]{2})")
_ITEM_KEYS = frozenset(("each", "when", "segments"))


@dataclass(slots=True)
class Written:
    """What stands in the document: segments without ST and SE, or rows by column."""

    segments: list[list[str]] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    rows: list[dict[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


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
        emit = _compile_segment(item, grammar, inside)
    return None if emit is None else _repeated(emit, find, when)


def _compile_each(item: BlockNode, here: Here) -> tuple[Callable[[Any], list[Any]] | None, Here]:
    if "each" not in item.entries:
        return None, here
    path = TextNode(item.text("each"), item.lines["each"])
    compiled = compile_path(path, here.scope, here.mistakes)
    if compiled is None:
        return None, here
    struct = compiled.shape.struct if compiled.shape else None
    name = compiled.shape.name if compiled.shape else ""
    return compiled.list_all, here.within(EntityScope(struct, name, here.scope))


def _repeated(emit: Emit, find: Callable[[Any], list[Any]] | None, when: Check | None) -> Emit:
    def emit_each(place: Any, written: Written) -> None:
        places = [place] if find is None else [(item, place) for item in find(place)]
        for inner in places:
            if when is None or when(inner):
                emit(inner, written)

    return emit_each


def _compile_segment(item: BlockNode, grammar: Grammar, here: Here) -> Emit | None:
    cells: dict[int, Cell] = {}
    name = ""
    for key, node in item.entries.items():
        if key in _ITEM_KEYS:
            continue
        match = _ELEMENT.fullmatch(key)
        where = item.lines[key]
        if match is None or (name and match.group(1) != name):
            advice = "one list item is one segment; start the next with -"
            here.mistakes.add(where, f"{key} is no element of {name or 'a segment'}", advice)
            return None
        name = match.group(1)
        position = int(match.group(2))
        _check_position(key, name, position, where, grammar, here)
        cell = compile_cell(key, node, Here(here.compiler, here.scope, key, where))
        if cell is not None:
            cells[position] = cell
    if not cells:
        return None
    return _segment_emit(name, cells)


def _check_position(  # noqa: PLR0913, PLR0917 - one check, told with everything about it
    key: str, name: str, position: int, where: str, grammar: Grammar, here: Here
) -> None:
    rule = grammar.segments.get(name)
    if rule is None:
        advice = did_you_mean(name, grammar.segments)
        here.mistakes.add(where, f"there is no segment {name}", advice, "bad-path")
    elif not 0 < position <= len(rule.elements):
        last = len(rule.elements)
        here.mistakes.add(where, f"{key}: {name} has {last} elements", "", "bad-path")


def _segment_emit(name: str, cells: dict[int, Cell]) -> Emit:
    """Return what writes a segment; one whose data is all empty is left out with its constants."""
    last = max(cells)
    has_data = any(not cell.is_constant for cell in cells.values())

    def emit(place: Any, written: Written) -> None:
        texts = {at: cell.give(place, written.findings) for at, cell in cells.items()}
        filled = any(texts[at] for at, cell in cells.items() if not cell.is_constant)
        if has_data and not filled:
            return
        elements = [texts.get(at, "") for at in range(1, last + 1)]
        while elements and not elements[-1]:
            elements.pop()
        written.segments.append([name, *elements])

    return emit


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
        row = {name: cell.give(place, written.findings) for name, cell in cells.items()}
        written.rows.append(row)

    return _repeated(emit, find, None), tuple(cells)
