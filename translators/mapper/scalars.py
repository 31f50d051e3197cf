"""A scalar field compiled: sources, condition and conversion put together."""

from dataclasses import dataclass, replace
from typing import Any

from translators.mapper.conditions import compile_when
from translators.mapper.formats import Here
from translators.mapper.readers import JOINED, PICTURED, READERS, Reader, compile_reader
from translators.mapper.running import MISSING, Run, Source, Step
from translators.mapper.shape import FieldShape
from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.mapper.suggest import did_you_mean
from translators.mapper.tables import Table
from translators.mapper.typing_text import typed_reader
from translators.mapper.values import (
    Conversion,
    Reporter,
    UnitStep,
    compile_conversion,
    compile_texts,
    compile_value,
)


@dataclass(slots=True, frozen=True)
class Scalar:
    """One scalar field, compiled."""

    step: Step
    reporter: Reporter
    default: Any = MISSING
    from_data: bool = True
    looked_up: bool = False
    conversion: Conversion | None = None


def compile_scalar(node: BlockNode, shape: FieldShape, here: Here) -> Scalar | None:
    """Return the field compiled, or None after naming what is wrong with it."""
    if shape.kind in {"struct", "structs"}:
        sentence = f"{shape.name} holds several values and cannot be one"
        advice = f"write {shape.name}.<field>, or each and fields"
        here.mistakes.add(here.where, sentence, advice)
        return None
    when = None
    if "when" in node.entries:
        when = compile_when(_text_of(node, "when"), here)
    if "value" in node.entries:
        value = _constant(node, "value", shape, here)
        return Scalar(_constant_step(value, when), Reporter(here, ()), from_data=False)
    sources = compile_sources(node, "from", here)
    if not sources:
        if "from" not in node.entries and "default" not in node.entries:
            sentence = f"{shape.name} says neither where it stands (from) nor what it is (value)"
            here.mistakes.add(here.where, sentence)
        if "default" not in node.entries:
            return None
    if here.format.is_typed and node.text("as").partition(" ")[0] not in PICTURED:
        sources = tuple(_plain(source) for source in sources)
    if node.text("as") == JOINED:
        sources = tuple(_joined(source) for source in sources)
    reporter = Reporter(here, sources)
    conversion = _conversion(node, shape, here)
    convert = compile_conversion(conversion, shape, reporter)
    step = _step_of(shape, sources, when, convert)
    default = _constant(node, "default", shape, here) if "default" in node.entries else MISSING
    looked_up = "lookup" in node.entries
    return Scalar(step, reporter, default, looked_up=looked_up, conversion=conversion)


def _step_of(shape: FieldShape, sources: tuple[Source, ...], when: Any, convert: Any) -> Step:
    if not sources:
        return lambda _place, _run, _prefix: MISSING
    if shape.kind == "texts":
        return compile_texts(sources, when, convert)
    return compile_value(sources, when, convert)


def _plain(source: Source) -> Source:
    """Return a source whose texts no longer know that their cells are dates or numbers."""
    return replace(
        source,
        get=lambda place: str(source.get(place)),
        list_all=lambda place: [str(text) for text in source.list_all(place)],
    )


def _joined(source: Source) -> Source:
    """Return a source whose text is all the texts found, one a line."""
    return replace(source, get=lambda place: "\n".join(filter(None, source.list_all(place))))


def compile_sources(node: BlockNode, key: str, here: Here) -> tuple[Source, ...]:
    """Return the paths under a key, compiled; the wrong ones are named and left out."""
    entry = node.entries.get(key)
    items: tuple[Node, ...] = (
        entry.items if isinstance(entry, ListNode) else (entry,) if entry else ()
    )
    sources = []
    for item in items:
        if not isinstance(item, TextNode):
            here.mistakes.add(item.where, f"{key} wants a path or a list of paths")
            continue
        source = here.format.compile_source(item, here.scope)
        if source is not None:
            sources.append(source)
    if len(items) == 1 and sources and "default" not in node.entries:
        here.format.need(sources[0])
    return tuple(sources)


def _conversion(node: BlockNode, shape: FieldShape, here: Here) -> Conversion:
    name = node.text("as")
    reader = find_reader(node, here) if "as" in node.entries else None
    table = find_table(node, here) if "lookup" in node.entries else None
    if table is not None:
        _check_table(table, shape, node, here)
    units = _units(node, here) if "to_unit" in node.entries else None
    return Conversion(typed_reader(shape), reader, name, table, units)


def find_reader(node: BlockNode, here: Here) -> Reader | None:
    """Return the reader `as` names, or None after naming the mistake."""
    name, where = node.text("as"), node.lines["as"]
    reader = compile_reader(name)
    if reader is None:
        known = [doc.name for doc in READERS]
        sentence = f"there is no reader {name!r}"
        here.mistakes.add(where, sentence, did_you_mean(name, known), "unknown-reader")
    return reader


def find_table(node: BlockNode, here: Here) -> Table | None:
    """Return the table `lookup` names, or None after naming the mistake."""
    name, where = node.text("lookup"), node.lines["lookup"]
    table = here.mapping.tables.get(name)
    if table is None:
        advice = "write its CSV with the header theirs,ours into the tables folder"
        here.mistakes.add(where, f"there is no table {name}", advice, "unknown-table")
    return table


def _check_table(table: Table, shape: FieldShape, node: BlockNode, here: Here) -> None:
    if shape.kind != "choice" or "as" in node.entries:
        return
    said = [*table.rows.items(), ("*", table.rest or "")]
    for theirs, ours in said:
        if ours and ours not in shape.choices:
            sentence = f"{theirs} becomes {ours!r}, which {shape.name} does not know"
            advice = did_you_mean(ours, sorted(shape.choices))
            here.mistakes.add(table.lines.get(theirs, table.file), sentence, advice, "bad-table")


def _units(node: BlockNode, here: Here) -> UnitStep | None:
    sources = compile_sources(node, "unit", here)
    if not sources:
        where = node.lines["to_unit"]
        here.mistakes.add(where, "to_unit needs unit, the place where the unit stands")
        return None
    return UnitStep(sources, node.text("to_unit"), here.mapping.units)


def _constant(node: BlockNode, key: str, shape: FieldShape, here: Here) -> Any:
    text = node.text(key)
    typed = typed_reader(shape)
    value = (text,) if shape.kind == "texts" else typed.read(text)
    if value is None:
        sentence = f"{key}: {text!r} is no {typed.wanted}"
        here.mistakes.add(node.lines[key], sentence, typed.advice)
        return MISSING
    return value


def _constant_step(value: Any, when: Any) -> Step:
    def step(place: Any, _run: Run, _prefix: str) -> Any:
        return value if when is None or when(place) else MISSING

    return step


def _text_of(node: BlockNode, key: str) -> TextNode:
    return TextNode(node.text(key), node.lines[key])
