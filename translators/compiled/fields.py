"""Fields: a block of a mapping as code that builds one struct of the entity."""

import re
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from translators.compiled.json_text import Form, Member, sort_members
from translators.compiled.listing import Listing
from translators.compiled.products import Made, mark_items, mark_made
from translators.compiled.records import KEPT, Record, UnsupportedError
from translators.compiled.values import Writer, write_value, write_when
from translators.mapper.fields import required_text
from translators.mapper.merge import long_form
from translators.mapper.paths import read_path
from translators.mapper.shape import FieldShape, fields_of, measures_of
from translators.mapper.source import BlockNode, ListNode, Node, TextNode

_WALK = re.compile(r" in (\w+) or \(\):$")


@dataclass(slots=True, frozen=True, kw_only=True)
class Built:
    """A field as built: its variable, and what it means that it is filled or empty."""

    name: str
    variable: str
    form: Form  # what the variable holds where JSON is made
    literal: str = ""  # its JSON, where that is known beforehand
    maker: str = ""  # the variable that, where filled, makes the struct around it
    needed: bool = False
    insists: bool = False


def write_struct(writer: Writer, block: BlockNode, struct: type, *, always: bool) -> str:
    """Write what builds a struct and return its variable; None where nothing makes it.

    With `always` it is made in any case, as an entity and the items of a list are.
    """
    return _write_entries(writer, list(block.entries.items()), struct, always=always)


def _write_entries(
    writer: Writer, entries: list[tuple[str, Node]], struct: type, *, always: bool
) -> str:
    groups: dict[str, list[tuple[str, Node]]] = {}
    for key, node in entries:
        first, _, rest = key.partition(".")
        groups.setdefault(first, []).append((rest, node))
    fields = [_write_field(writer, name, group, struct) for name, group in groups.items()]
    for field in fields:
        if field.insists or (always and field.needed):
            writer.doubt(f"{field.variable} is None")
    return _write_made(writer, fields, struct, always=always)


def _write_made(writer: Writer, fields: list[Built], struct: type, *, always: bool) -> str:
    made = writer.out.fresh("v")
    makers = [f"{field.maker} is not None" for field in fields if field.maker]
    sure = {field.name for field in fields if field.needed or field.insists}
    if len(makers) == 1 and not always:
        sure |= {field.name for field in fields if field.maker and field.maker == field.variable}
    line = _write_making(writer, fields, struct, (made, sure))
    if always:
        writer.out.add(line)
        return made
    if not makers:
        writer.out.add(f"{made} = None")
        return made
    with writer.out.block(f"if {' or '.join(makers)}:"):
        for field in fields:
            if field.needed and [f"{field.variable} is not None"] != makers:
                writer.doubt(f"{field.variable} is None")
        writer.out.add(line)
    with writer.out.block("else:"):
        writer.out.add(f"{made} = None")
    return made


def _write_making(
    writer: Writer, fields: list[Built], struct: type, said: tuple[str, set[str]]
) -> str:
    """Return the mark of what makes a struct of its fields, of which some are surely filled."""
    made, sure = said
    name = writer.out.name(struct.__name__, struct)
    infos = {field.name: field for field in msgspec.structs.fields(struct)}
    arguments, members = [], []
    for field in fields:
        default = _name_default(writer, infos[field.name])
        arguments.append(_write_argument(field, default))
        members.append(
            Member(
                name=field.name,
                variable=field.variable,
                form=field.form,
                default="" if default in {"None", "()"} else default,
                sure=field.name in sure,
                literal=field.literal,
            )
        )
    call = f"{made} = {name}({', '.join(arguments)})"
    return mark_made(writer.out, Made(made, call, sort_members(struct, members)))


def _name_default(writer: Writer, info: Any) -> str:
    """Return the name of a field's default, '' where it has none."""
    if info.required:
        return ""
    default = info.default if info.default_factory is msgspec.NODEFAULT else info.default_factory()
    return str(default) if default is None or default == () else writer.out.name("DEFAULT", default)


def _write_argument(field: Built, default: str) -> str:
    """Return `name=variable`; an empty field gets the struct's own default."""
    if default in {"", "None"}:
        return f"{field.name}={field.variable}"
    if default == "()":
        return f"{field.name}={field.variable} or ()"
    return f"{field.name}={default} if {field.variable} is None else {field.variable}"


def _write_field(writer: Writer, name: str, group: list[tuple[str, Node]], struct: type) -> Built:
    shape = fields_of(struct)[name]
    if any(rest for rest, _ in group):
        if shape.struct is None:
            raise UnsupportedError(name)
        variable = _write_entries(writer, group, shape.struct, always=False)
        return Built(
            name=name, variable=variable, form="struct", maker=variable, needed=shape.required
        )
    node = long_form(group[0][1]) if isinstance(group[0][1], TextNode | ListNode) else group[0][1]
    if isinstance(node, ListNode):
        return _write_list(writer, node.items, shape, node)
    if not isinstance(node, BlockNode) or "compute" in node.entries:
        raise UnsupportedError(name)
    if "each" in node.entries:
        return _write_list(writer, (node,), shape, node)
    if "at" in node.entries:
        return _listed(shape, node, _write_at(writer, node, shape), "struct")
    return _write_scalar(writer, node, shape, struct)


def _write_scalar(writer: Writer, node: BlockNode, shape: FieldShape, struct: type) -> Built:
    value = write_value(writer, node, shape)
    makes = "value" not in node.entries and "lookup" not in node.entries
    measures = measures_of(struct)
    if measures and shape.name not in measures:
        makes = False
    needed = shape.required or bool(required_text(node))
    insists = bool(required_text(node))
    return Built(
        name=shape.name,
        variable=value.variable,
        form=value.form,
        literal=value.literal,
        maker=value.data if makes else "",
        needed=needed,
        insists=insists,
    )


def _listed(shape: FieldShape, node: Node, variable: str, form: Form) -> Built:
    insists = bool(required_text(node))
    return Built(
        name=shape.name,
        variable=variable,
        form=form,
        maker=variable,
        needed=shape.required or shape.nonempty or insists,
        insists=insists,
    )


def _write_list(writer: Writer, nodes: tuple[Node, ...], shape: FieldShape, node: Node) -> Built:
    items, variable = writer.out.fresh("l"), writer.out.fresh("v")
    start = len(writer.out.lines)
    writer.out.add(f"{items} = []")
    writer.told.add(f"{items} = 0")
    for one in nodes:
        if not isinstance(one, BlockNode):
            raise UnsupportedError(shape.name)
        _write_each(writer, one, shape, items)
    writer.out.add(f"{variable} = {mark_items(items)} or None")
    _spare_empty(writer.out, start, variable)
    return _listed(shape, node, variable, "structs")


def _spare_empty(out: Listing, start: int, variable: str) -> None:
    """Have a list that goes through one other list, once or more, made only where that has something."""
    made = out.lines[start:]
    pad = "    " * out.depth
    walks = {line[line.rindex(" in ") :] for line in made if line.startswith(f"{pad}for ")}
    walk = _WALK.search(walks.pop()) if len(walks) == 1 else None
    if walk is None:
        return
    out.lines[start:] = [
        f"{pad}{variable} = None",
        f"{pad}if {walk[1]}:",
        *(f"    {line}" for line in made),
    ]


def _write_each(writer: Writer, node: BlockNode, shape: FieldShape, items: str) -> None:
    fields = node.entries["fields"]
    if not isinstance(fields, BlockNode) or shape.struct is None:
        raise UnsupportedError(node.text("each"))
    records, inside = _go_into(writer, node.text("each"))
    depths = writer.out.depth, writer.told.depth
    for out in (writer.out, writer.told):
        _write_loops(replace(inside, out=out), records, node)
    stands, _ = records[-1].find_slot("stands", "s")
    path = writer.out.fresh("p")
    writer.told.add(
        f"{path} = f'{writer.prefix}{shape.name}[{{{items}}}]'",
        f"places[{path}] = show({records[-1].refer(stands, building=True)})",
        f"{items} += 1",
    )
    made = write_struct(inside.below(f"{{{path}}}"), fields, shape.struct, always=True)
    writer.out.add(f"{items}.append({made})")
    writer.out.depth, writer.told.depth = depths


def _write_loops(inside: Writer, records: list[Record], node: BlockNode) -> None:
    """Write the loops over the records of a list, and what keeps an item out of it."""
    out = inside.out
    for record in records:
        parent, slot = inside.finder.plan.list_slot(record)
        each = record.building if record.is_hl else record.unpacking
        out.add(f"for {each} in {parent.refer(slot, building=True)} or ():")
        out.depth += 1
        if record.is_hl:
            out.add(f"{record.unpacking} = {record.building}[{KEPT}]")
    if "when" in node.entries:
        out.add(f"if not ({write_when(inside, node.text('when'))}):", "    continue")


def _go_into(writer: Writer, path: str) -> tuple[list[Record], Writer]:
    steps = read_path(path)
    if steps is None:
        raise UnsupportedError(path)
    place, records = writer.place, list[Record]()
    for step in steps:
        place = writer.finder.enter(step, place, outward=not records)
        records.append(place.record)
    return records, writer.within(place)


def _write_at(writer: Writer, node: BlockNode, shape: FieldShape) -> str:
    """Write one nested thing; a second place for it is for the careful pass to tell."""
    records, inside = _go_into(writer, node.text("at"))
    fields = node.entries["fields"]
    if len(records) > 1 or shape.struct is None or not isinstance(fields, BlockNode):
        raise UnsupportedError(node.text("at"))
    parent, slot = writer.finder.plan.list_slot(records[0])
    listed = parent.refer(slot, building=True)
    result = writer.out.fresh("v")
    writer.doubt(f"{listed} and len({listed}) > 1")
    writer.out.add(f"{result} = None")
    with writer.out.block(f"if {listed}:"), writer.told.block(f"if {listed}:"):
        for out in (writer.out, writer.told):
            _write_one(out, records[0], f"{listed}[0]")
        within = inside.below(f"{writer.prefix}{shape.name}")
        made = write_struct(within, fields, shape.struct, always=False)
        writer.out.add(f"{result} = {made}")
    return result


def _write_one(out: Listing, record: Record, one: str) -> None:
    """Write what unpacks the only record of a list."""
    if record.is_hl:
        out.add(f"{record.building} = {one}")
    out.add(f"{record.unpacking} = {f'{record.building}[{KEPT}]' if record.is_hl else one}")
