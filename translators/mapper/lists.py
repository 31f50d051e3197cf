"""Lists and nested things: `each` makes one item per place, `at` one thing at one place."""

from collections.abc import Sequence
from typing import Any

from translators.findings import Finding
from translators.mapper.conditions import compile_when
from translators.mapper.formats import Check, Here
from translators.mapper.running import BAD, MISSING, Find, Run, Step
from translators.mapper.shape import FieldShape
from translators.mapper.source import BlockNode, Node, TextNode


def compile_list(nodes: Sequence[Node], shape: FieldShape, here: Here) -> Step | None:
    """Return the step of a list; several `each` follow one another in it."""
    if shape.kind != "structs" or shape.struct is None:
        here.mistakes.add(here.where, f"{shape.name} is no list of things; each cannot make it")
        return None
    steps = [_compile_each(node, shape, here) for node in nodes]
    good = tuple(step for step in steps if step is not None)
    return _list_step(good, shape.name, here) if len(good) == len(steps) else None


def _compile_each(
    node: Node, shape: FieldShape, here: Here
) -> "tuple[Find, Check | None, Step] | None":
    from translators.mapper.fields import compile_fields  # noqa: PLC0415 - fields hold lists hold fields

    if not isinstance(node, BlockNode) or "each" not in node.entries:
        here.mistakes.add(node.where, "every item of this list wants each and fields")
        return None
    by = TextNode(node.text("by"), node.lines["by"]) if "by" in node.entries else None
    each = TextNode(node.text("each"), node.lines["each"])
    found = here.format.compile_each(each, by, here.scope)
    fields = node.entries.get("fields")
    if not isinstance(fields, BlockNode):
        here.mistakes.add(node.where, f"{shape.name} wants fields: what is inside each item")
        return None
    if found is None or shape.struct is None:
        return None
    find, inside = found
    when = None
    if "when" in node.entries:
        condition = TextNode(node.text("when"), node.lines["when"])
        when = compile_when(condition, here.within(inside))
    return find, when, compile_fields(fields, shape.struct, here.within(inside))


def _list_step(parts: "tuple[tuple[Find, Check | None, Step], ...]", name: str, here: Here) -> Step:
    place_of = here.format.place_of

    def step(place: Any, run: Run, prefix: str) -> Any:
        items: list[Any] = []
        bad = False
        for find, when, build in parts:
            for inner in find(place):
                if when is not None and not when(inner):
                    continue
                path = f"{prefix}{name}[{len(items)}]"
                run.places[path] = place_of(inner)
                item = build(inner, run, f"{path}.")
                bad = bad or item is BAD
                items.append(item)
        if bad:
            return BAD
        return tuple(items) or MISSING

    return step


def compile_at(node: BlockNode, shape: FieldShape, here: Here) -> Step | None:
    """Return the step of one nested thing; a second place for it is told, not dropped."""
    from translators.mapper.fields import compile_nested  # noqa: PLC0415 - as above

    fields = node.entries.get("fields")
    if shape.kind != "struct" or shape.struct is None or not isinstance(fields, BlockNode):
        here.mistakes.add(
            here.where, f"at makes one nested thing with fields; {shape.name} is none"
        )
        return None
    found = here.format.compile_each(TextNode(node.text("at"), node.lines["at"]), None, here.scope)
    if found is None:
        return None
    find, inside = found
    build = compile_nested(fields, shape.struct, here.within(inside))
    return _at_step(find, build, here)


def _at_step(find: Find, build: Step, here: Here) -> Step:
    name = here.path.rsplit(".", maxsplit=1)[-1]
    place_of = here.format.place_of

    def step(place: Any, run: Run, prefix: str) -> Any:
        places = find(place)
        if not places:
            return MISSING
        for extra in places[1:]:
            sentence = f"this is a second {name}; only the first is read"
            run.findings.append(
                Finding(
                    level="note",
                    code="second-place",
                    sentence=sentence,
                    place=place_of(extra),
                    field=here.path,
                    rule=here.where,
                )
            )
        return build(places[0], run, f"{prefix}{name}.")

    return step
