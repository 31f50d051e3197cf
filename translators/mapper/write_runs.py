"""Runs: several values written into one element and those after it (`LIN02+`, `N301+`)."""

from collections.abc import Callable
from typing import Any

from translators.mapper.entity_paths import EntityScope, compile_path
from translators.mapper.formats import Here
from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.mapper.write_values import Cell, compile_cell, report
from translators.mapper.writers import write_text
from translators.mapper.written import Written

GiveAll = Callable[[Any, Written], list[str]]


def compile_run(key: str, node: Node, room: int, here: Here) -> GiveAll | None:
    """Return what gives the texts of a run, at most `room` of them; None after naming mistakes."""
    give: GiveAll | None
    if isinstance(node, BlockNode) and "pairs" in node.entries:
        give = _compile_pairs(node.entries["pairs"], here)
    elif isinstance(node, BlockNode) and "each" in node.entries:
        give = _compile_items(node, here)
    else:
        give = _compile_texts(node, here)
    if give is None:
        sentence = f"{key} wants a list of texts, pairs, or each and elements"
        here.mistakes.add(here.where, sentence)
        return None
    return _limited(key, give, room, here)


def _limited(key: str, give: GiveAll, room: int, here: Here) -> GiveAll:
    def give_some(place: Any, written: Written) -> list[str]:
        texts = give(place, written)
        if len(texts) > room:
            sentence = f"{key} has room for {room}, and {len(texts)} were to be written"
            advice = "the rest is left out; write what must not be lost elsewhere"
            report(written, here, ("too-many-elements", sentence, advice), "warning")
        return texts[:room]

    return give_some


def _compile_texts(node: Node, here: Here) -> GiveAll | None:
    source = node.entries.get("from") if isinstance(node, BlockNode) else node
    if not isinstance(source, TextNode):
        return None
    path = compile_path(source, here.scope, here.mistakes)
    if path is None:
        return None
    return lambda place, _written: [write_text(value) for value in path.list_all(place)]


def _compile_pairs(node: Node, here: Here) -> GiveAll | None:
    """Compile `{BP: item.buyer, …}`: each value that is filled follows its qualifier, no gaps."""
    if not isinstance(node, BlockNode):
        return None
    cells = [
        (name, compile_cell(name, value, here.inside(name, node.lines[name])))
        for name, value in node.entries.items()
    ]
    good = [(name, cell) for name, cell in cells if cell is not None]

    def give(place: Any, written: Written) -> list[str]:
        said = [(name, cell.give(place, written)) for name, cell in good]
        return [text for pair in said if pair[1] for text in pair]

    return give


def _compile_items(node: BlockNode, here: Here) -> GiveAll | None:
    """Compile `{each: conditions, elements: [quantity.value, …]}`: the same elements per item."""
    path = compile_path(TextNode(node.text("each"), node.lines["each"]), here.scope, here.mistakes)
    elements = node.entries.get("elements")
    if path is None or path.shape is None or not isinstance(elements, ListNode):
        return None
    scope = EntityScope(path.shape.struct, path.shape.name, here.scope)
    inside = here.within(scope)
    cells = [compile_cell(here.path, item, inside) for item in elements.items]
    good: list[Cell] = [cell for cell in cells if cell is not None]

    def give(place: Any, written: Written) -> list[str]:
        items = [(item, place) for item in path.list_all(place)]
        return [cell.give(item, written) for item in items for cell in good]

    return give
