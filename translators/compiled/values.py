"""Values: one field of an entity as code: from text through reader, table and canonical type."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from translators.compiled.json_text import Form, is_clean, show_any
from translators.compiled.listing import Listing
from translators.compiled.paths import Finder, Found, Place, list_runs
from translators.compiled.products import mark_date, mark_number, mark_quantity
from translators.compiled.records import Record, UnsupportedError
from translators.compiled.segment_checks import is_quantity
from translators.mapper.conditions import TERM
from translators.mapper.mapping import Mapping
from translators.mapper.paths import read_element, read_path
from translators.mapper.readers import JOINED, compile_reader
from translators.mapper.shape import FieldShape
from translators.mapper.source import BlockNode, ListNode, TextNode
from translators.mapper.tables import Table
from translators.mapper.typing_text import typed_reader
from translators.x12.grammar import ElementRule, Grammar

_SURE_DIGITS = 20  # a number of the standard this long is one for `read_decimal` too


@dataclass(slots=True, frozen=True)
class Writer:
    """What code is written with: the listing, the paths, the mapping; and where it stands.

    `told` tells where each item of a list stands; `prefix` is the path of what is around.
    """

    out: Listing
    told: Listing
    finder: Finder
    mapping: Mapping
    grammar: Grammar
    place: Place
    prefix: str = ""

    def within(self, place: Place) -> "Writer":
        """Return the same writer inside another loop."""
        return replace(self, place=place)

    def below(self, prefix: str) -> "Writer":
        """Return the same writer inside something that has a path."""
        return replace(self, prefix=f"{prefix}.")

    def doubt(self, condition: str) -> None:
        """Write that the pass declines where the condition holds."""
        with self.out.block(f"if {condition}:"):
            self.out.add("return None")


@dataclass(slots=True, frozen=True)
class Value:
    """A scalar field as read: its variable, None where missing, and that of its data.

    They differ where a default stands in for data. `form` says what the variable holds where JSON is
    made, `literal` is its JSON where that is known beforehand.
    """

    variable: str
    data: str
    form: Form = "text"
    literal: str = ""


def write_value(writer: Writer, node: BlockNode, shape: FieldShape) -> Value:
    """Write what reads a scalar field; return where its value is, and in which form."""
    found = writer.out.fresh("v")
    if "value" in node.entries:
        return _write_constant(writer, node, shape, found)
    form: Form = "text"
    if "from" in node.entries:
        form = _write_from(writer, node, shape, found)
    else:
        writer.out.add(f"{found} = None")
    if "default" not in node.entries:
        return Value(found, found, form)
    filled, constant = writer.out.fresh("v"), _read_constant(node, "default", shape)
    default = writer.out.name("CONST", constant)
    writer.out.add(f"{filled} = {default} if {found} is None else {found}")
    return Value(filled, found, form if form == "text" and is_clean(constant) else "any")


def _write_constant(writer: Writer, node: BlockNode, shape: FieldShape, found: str) -> Value:
    value = _read_constant(node, "value", shape)
    constant, condition = writer.out.name("CONST", value), _write_when(writer, node)
    otherwise = f" if {condition} else None" if condition else ""
    writer.out.add(f"{found} = {constant}{otherwise}")
    return Value(found, found, "any", show_any(value))


def write_when(writer: Writer, text: str) -> str:
    """Return the condition of a `when`, as code."""
    return " and ".join(_write_term(writer, term) for term in text.split(" and "))


def _write_when(writer: Writer, node: BlockNode) -> str:
    return write_when(writer, node.text("when")) if "when" in node.entries else ""


def _write_term(writer: Writer, text: str) -> str:
    match = TERM.fullmatch(text.strip())
    if match is None:
        raise UnsupportedError(text)
    got = f"({_write_text(writer, match['path'].strip())} or '')"
    if match["sign"]:
        sign = "==" if match["sign"] == "=" else "!="
        return f"{got} {sign} {match['value'].strip()!r}"
    if match["values"]:
        values = writer.out.name("VALUES", frozenset(match["values"].split()))
        return f"{got} {'not in' if match['none'] else 'in'} {values}"
    return f"not {got}" if match["negated"] else f"bool({got})"


def _write_from(writer: Writer, node: BlockNode, shape: FieldShape, found: str) -> Form:
    """Write what reads a field from its paths; return what its variable then holds."""
    paths = _list_paths(node, "from")
    condition = _write_when(writer, node)
    if shape.kind == "texts":
        _write_texts(writer, node, shape, (paths, condition, found))
        return "texts"
    is_joined = node.text("as") == JOINED
    if is_joined:
        parts = [_write_joined(writer, path) for path in paths]
    else:
        parts = [_write_text(writer, run) for run in list_runs(paths)]
    text = " or ".join(parts) or "''"
    if condition:
        text = f"({text}) if {condition} else ''"
    form = _write_conversion(writer, node, shape, (text, paths, found))
    return "any" if is_joined else form


def _write_texts(
    writer: Writer, node: BlockNode, shape: FieldShape, said: tuple[list[str], str, str]
) -> None:
    paths, condition, found = said
    if {"as", "lookup", "to_unit"} & set(node.entries) or shape.pattern:
        raise UnsupportedError("conversion of several texts")
    texts = " + ".join(_write_every(writer, path) for path in paths)
    guard = f" if {condition} else None" if condition else ""
    writer.out.add(f"{found} = ({texts} or None){guard}")


def _list_paths(node: BlockNode, key: str) -> list[str]:
    entry = node.entries.get(key)
    items = entry.items if isinstance(entry, ListNode) else (entry,)
    return [item.text for item in items if isinstance(item, TextNode)]


def _write_text(writer: Writer, paths: str | list[str]) -> str:
    """Return the expression of the first filled text of a path, or of a run of them."""
    found = writer.finder.find(paths, writer.place)
    if not found.text:
        return "''"
    if not found.loops:
        return found.text
    listed = _write_listed(writer, found.loops[0])
    first = f"next(filter(None, ({_write_walk(writer, found)})), '')"
    if len(found.loops) == 1:  # the first one mostly has it
        loop = found.loops[0]
        text = loop.index(found.text).replace(f"{loop.building}[", f"{listed}[0][")
        first = f"({text} or {first})"
    return f"({listed} and {first})"


def _write_listed(writer: Writer, loop: Record) -> str:
    """Return the variable that holds the list of a loop."""
    parent, slot = writer.finder.plan.list_slot(loop)
    return parent.refer(slot, building=True)


def _write_walk(writer: Writer, found: Found, each: str = "") -> str:
    """Return what goes through all loops of a path and gives its expression, or its items."""
    walk = " ".join(
        f"for {loop.building} in {_write_listed(writer, loop)} or ()" for loop in found.loops
    )
    text = f"{each} {walk} for {each} in {found.text}" if each else f"{found.text} {walk}"
    for loop in found.loops:
        text = loop.index(text)
    return text


def _write_every(writer: Writer, path: str) -> str:
    """Return the expression of all texts of a path, a tuple."""
    found = writer.finder.find(path, writer.place, every=True)
    if not found.loops:
        return found.text
    texts = f"tuple({_write_walk(writer, found, writer.out.fresh('t'))})"
    return f"({texts} if {_write_listed(writer, found.loops[0])} else ())"


def _write_joined(writer: Writer, path: str) -> str:
    texts = writer.out.fresh("t")
    writer.out.add(f"{texts} = {_write_every(writer, path)}")
    return rf"({texts} and '\n'.join({texts}))"


def _write_conversion(
    writer: Writer, node: BlockNode, shape: FieldShape, said: tuple[str, list[str], str]
) -> Form:
    """Write how the text becomes the field's value; a text that cannot makes the pass decline."""
    text, paths, found = said
    table = writer.mapping.tables.get(node.text("lookup")) if "lookup" in node.entries else None
    is_plain = not {"as", "to_unit"} & set(node.entries) or node.text("as") == JOINED
    if "to_unit" in node.entries:
        raise UnsupportedError("conversion of units")
    if is_plain and table is not None and _is_sure(table, shape):
        writer.out.add(f"{found} = {_write_lookup(writer, table, text)}")
        return "text" if all(is_clean(ours) for ours in table.rows.values()) else "any"
    stages = _list_stages(node, shape, table)
    if not stages:
        writer.out.add(
            f"{found} = {text} or None" if " if " not in text else f"{found} = ({text}) or None"
        )
        return "text"
    temp = writer.out.fresh("t")
    writer.out.add(f"{temp} = {text}")
    reader = compile_reader(node.text("as")) if len(stages) == 1 and "as" in node.entries else None
    if reader is not None:
        name = writer.out.name(f"read_{shape.name}", reader)
        writer.out.add(f"{found} = ({name}({temp}) or decline()) if {temp} else None")
        return "text"  # readers make nothing of a clean text that is not clean itself
    staged, form = _write_stages(writer, shape, (stages, paths, temp))
    writer.out.add(f"{found} = {staged} if {temp} else None")
    return form


def _is_sure(table: Table, shape: FieldShape) -> bool:
    """Return whether what a table gives is surely a value of the field."""
    if shape.kind == "text" and not shape.pattern:
        return True
    known = {ours for ours in table.rows.values() if ours}
    return shape.kind == "choice" and known <= shape.choices and table.rest != "="


def _write_lookup(writer: Writer, table: Table, text: str) -> str:
    """Return the lookup; a code without a row is a KeyError, by which the pass declines."""
    rows: dict[str, str | None] = {theirs: ours or None for theirs, ours in table.rows.items()}
    rows[""] = None
    name = writer.out.name("TABLE", rows)
    temp = writer.out.fresh("t")
    writer.out.add(f"{temp} = {text}")
    if table.rest == "=":
        return f"{name}.get({temp}, {temp}) or None"
    if table.rest == "":
        return f"{name}.get({temp})"
    return f"{name}[{temp}] if {temp} else None"


def _list_stages(
    node: BlockNode, shape: FieldShape, table: Table | None
) -> list[Callable[[str], Any]]:
    stages: list[Callable[[str], Any]] = []
    if "as" in node.entries and node.text("as") != JOINED:
        reader = compile_reader(node.text("as"))
        if reader is None:
            raise UnsupportedError(node.text("as"))
        stages.append(lambda text: reader(text) or None)
    if table is not None:
        stages.append(_look_up(table))
    if shape.kind != "text" or shape.pattern:
        stages.append(typed_reader(shape).read)
    return stages


def _look_up(table: Table) -> Callable[[str], str]:
    def look_up(text: str) -> str:
        if table.rest == "":  # any other code, too, is nothing
            return table.rows.get(text, "")
        return table.rows[text]  # a code without a row makes the pass decline

    return look_up


def _write_stages(
    writer: Writer, shape: FieldShape, said: tuple[list[Callable[[str], Any]], list[str], str]
) -> tuple[str, Form]:
    stages, paths, temp = said
    if len(stages) == 1 and shape.kind == "date":
        return mark_date(temp), "text"
    rules = [_find_number(writer, path) for path in paths]
    if len(stages) == 1 and shape.kind == "decimal" and None not in rules:
        whole = any(rule is not None and is_quantity(rule) for rule in rules)
        return (mark_quantity(temp) if whole else mark_number(temp)), "text"
    return f"{writer.out.name('convert', _chain(stages))}({temp})", "any"


def _find_number(writer: Writer, path: str) -> ElementRule | None:
    """Return the element of a path if the grammar lets nothing but a number stand there."""
    steps = read_path(path)
    element = read_element(steps[-1]) if steps else None
    if element is None:
        return None
    use = writer.grammar.segments[element.segment].elements[element.position - 1]
    rule = writer.grammar.elements.get(use.number)
    if rule is None or use.components or element.pairs:
        return None
    is_number = rule.type == "R" or rule.type[0] == "N"
    return rule if is_number and rule.max <= _SURE_DIGITS else None


def _chain(stages: list[Callable[[str], Any]]) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        value: Any = text
        for stage in stages:
            value = stage(value)
            if value == "":
                return None
            if value is None:
                raise KeyError(text)
        return value

    return convert


def _read_constant(node: BlockNode, key: str, shape: FieldShape) -> Any:
    text = node.text(key)
    return (text,) if shape.kind == "texts" else typed_reader(shape).read(text)
