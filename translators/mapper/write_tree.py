"""XML and JSON written: each key is a path, each value where it stands in the entity."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from translators.mapper.conditions import compile_when
from translators.mapper.formats import Check, Here
from translators.mapper.paths import Step, read_path
from translators.mapper.source import BlockNode, Node, TextNode
from translators.mapper.write_each import Places, compile_each
from translators.mapper.write_values import Cell, compile_cell
from translators.mapper.written import OutNode, Written

OWN_TEXT = "."
_NAME = re.compile(r"@?(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*")
Grow = Callable[[Any, Written, OutNode], None]


@dataclass(slots=True, frozen=True)
class Leaf:
    """One path and what gives its text."""

    steps: tuple[Step, ...]
    cell: Cell


@dataclass(slots=True, frozen=True)
class Branch:
    """A list: one element or object for each of its places."""

    steps: tuple[Step, ...]
    find: Places
    when: Check | None
    grow: Grow


@dataclass(slots=True, frozen=True)
class Dialect:
    """What a format allows on the left side: XML names and attributes, with declared prefixes."""

    is_xml: bool
    prefixes: frozenset[str] = field(default_factory=frozenset)

    def find_fault(self, steps: tuple[Step, ...] | None) -> str:
        """Return why a path cannot be written, '' where it can."""
        if steps is None:
            return "this is no path"
        names = [step.name for step in steps] + [one.key for step in steps for one in step.filters]
        if any(len(one.values) != 1 for step in steps for one in step.filters):
            return "what is written has one value"
        if any(name.startswith("@") for name in [step.name for step in steps[:-1]]):
            return "nothing stands inside an attribute"
        if not self.is_xml:
            odd = next((name for name in names if name.startswith("@")), "")
            return f"{odd} is an attribute, which JSON does not have" if odd else ""
        faults = (self._find_name_fault(name) for name in names)
        return next(filter(None, faults), "")

    def _find_name_fault(self, name: str) -> str:
        prefix = name.lstrip("@").rpartition(":")[0]
        if name != OWN_TEXT and not _NAME.fullmatch(name):
            return f"{name!r} is no name of XML"
        is_known = not prefix or prefix in self.prefixes
        return "" if is_known else f"prefix {prefix} is not among namespaces"


def compile_tree(block: BlockNode, dialect: Dialect, here: Here) -> Grow:
    """Return what grows an element or object by the fields of a block, in their order."""
    parts = [
        _compile_part(key, node, dialect, here.inside(key, block.lines[key]))
        for key, node in block.entries.items()
    ]
    good = tuple(part for part in parts if part is not None)

    def grow(place: Any, written: Written, node: OutNode) -> None:
        texts = [part.cell.give(place, written) if isinstance(part, Leaf) else "" for part in good]
        filled = _list_filled(good, texts)
        for part, text in zip(good, texts, strict=True):
            if isinstance(part, Branch):
                _grow_branch(part, place, written, node)
            elif text and (not part.cell.is_constant or _stands(part.steps, filled)):
                _put(node, part.steps, text)

    return grow


def _compile_part(key: str, node: Node, dialect: Dialect, here: Here) -> Leaf | Branch | None:
    steps = read_path(key)
    fault = dialect.find_fault(steps)
    if fault or steps is None:
        advice = "write a path such as Header/PONumber or Party(@role=ShipTo)/Name"
        here.mistakes.add(here.where, f"{key}: {fault}", advice, "bad-path")
        return None
    if not isinstance(node, BlockNode) or "each" not in node.entries:
        cell = compile_cell(key, node, here)
        return None if cell is None else Leaf(steps, cell)
    fields = node.entries.get("fields")
    find, inside = compile_each(node, here)
    if not isinstance(fields, BlockNode) or find is None:
        here.mistakes.add(here.where, f"{key} wants fields: what is inside each item")
        return None
    when = None
    if "when" in node.entries:
        when = compile_when(TextNode(node.text("when"), node.lines["when"]), inside)
    return Branch(steps, find, when, compile_tree(fields, dialect, inside))


def _list_filled(parts: tuple[Leaf | Branch, ...], texts: list[str]) -> set[tuple[Step, ...]]:
    """Return the paths that data fills, and all around them."""
    filled = set[tuple[Step, ...]]()
    for part, text in zip(parts, texts, strict=True):
        if isinstance(part, Leaf) and text and not part.cell.is_constant:
            filled.update(part.steps[:depth] for depth in range(len(part.steps) + 1))
    return filled


def _stands(steps: tuple[Step, ...], filled: set[tuple[Step, ...]]) -> bool:
    """Return whether a constant is written: not where all around it is empty."""
    return len(steps) == 1 or steps[:-1] in filled


def _grow_branch(part: Branch, place: Any, written: Written, node: OutNode) -> None:
    for inner in part.find(place):
        if part.when is None or part.when(inner):
            item = _make(part.steps[-1])
            item.is_item = True
            part.grow(inner, written, item)
            _reach(node, part.steps[:-1]).children.append(item)


def _put(node: OutNode, steps: tuple[Step, ...], text: str) -> None:
    last = steps[-1]
    if last.name.startswith("@"):
        _reach(node, steps[:-1]).attributes[last.name[1:]] = text
    elif last.name == OWN_TEXT:
        _reach(node, steps[:-1]).text = text
    else:
        _reach(node, steps).text = text


def _reach(node: OutNode, steps: tuple[Step, ...]) -> OutNode:
    """Return the element at the end of a path; those that are not there are made."""
    for step in steps:
        found = next((one for one in node.children if one.step == step), None)
        if found is None:
            found = _make(step)
            node.children.append(found)
        node = found
    return node


def _make(step: Step) -> OutNode:
    """Return an element as the filters of its step want it."""
    node = OutNode(step.name, step=step)
    for one in step.filters:
        value = next(iter(one.values))
        if one.key.startswith("@"):
            node.attributes[one.key[1:]] = value
        else:
            node.children.append(OutNode(one.key, text=value, step=Step(one.key)))
    return node
