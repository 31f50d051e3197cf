"""Paths into a canonical entity: `po_number`, `item.buyer`, `parties(role=ship_to)/name`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from translators.mapper.formats import Mistakes
from translators.mapper.paths import Filter, Step, read_path
from translators.mapper.shape import FieldShape, fields_of
from translators.mapper.source import TextNode
from translators.mapper.suggest import did_you_mean

Place = tuple[Any, "Place | None"]  # a value and the place around it; of a group, a GroupPlace
Get = Callable[[Any], Any]


@dataclass(slots=True, frozen=True)
class EntityScope:
    """What the compiler is inside of while writing: an entity, an item of a list, or one text."""

    struct: type | None
    name: str = ""
    parent: "EntityScope | None" = None
    group: FieldShape | None = None  # the list this is a group of: its name means the members


class GroupPlace(NamedTuple):
    """The items of a list that share one text: the first of them speaks for all."""

    value: Any
    parent: Any
    name: str
    members: tuple[Any, ...]


def list_groups(items: list[Any], by: Sequence[Get], name: str, place: Any) -> list[GroupPlace]:
    """Return the items grouped by all that `by` finds in each, in the order of their first."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for item in items:
        key = tuple(find((item, place)) for find in by)
        groups.setdefault(key, []).append(item)
    return [GroupPlace(found[0], place, name, tuple(found)) for found in groups.values()]


@dataclass(slots=True, frozen=True)
class EntityPath:
    """A compiled path: `list_all` gives every value there is, without the empty ones."""

    text: str
    list_all: Callable[[Any], list[Any]]
    shape: FieldShape | None

    def get(self, place: Any) -> Any:
        """Return the first value, or None."""
        values = self.list_all(place)
        return values[0] if values else None


def compile_path(path: TextNode, scope: EntityScope, mistakes: Mistakes) -> EntityPath | None:
    """Return the compiled path, or None after naming the mistake."""
    steps = _read_steps(path.text)
    if steps is None:
        mistakes.add(path.where, f"{path.text!r} is no path", "", "bad-path")
        return None
    around: EntityScope | None = scope
    hops = 0
    while around is not None and not _has(around, steps[0].name):
        around, hops = around.parent, hops + 1
    if around is None:
        known = fields_of(scope.struct) if scope.struct else [scope.name]
        sentence = f"nothing here is called {steps[0].name}"
        mistakes.add(path.where, sentence, did_you_mean(steps[0].name, known), "unknown-field")
        return None
    if around.struct is None:
        return EntityPath(path.text, lambda place: [_climb(place, hops)[0]], None)
    if around.group is not None and around.group.name == steps[0].name:
        return _compile_members(steps, around.group, hops, path, mistakes)
    shape = _shape_at(steps, around.struct, path, mistakes)
    if shape is None:
        return None
    plan = tuple(steps)
    return EntityPath(path.text, lambda place: _walk([_climb(place, hops)[0]], plan), shape)


def _compile_members(
    steps: tuple[Step, ...], group: FieldShape, hops: int, path: TextNode, mistakes: Mistakes
) -> EntityPath | None:
    """Return the path into the members of a group: `lines` inside `each: lines` with `by`."""
    rest, filters = steps[1:], steps[0].filters
    shape: FieldShape | None = group
    if rest and group.struct is not None:
        shape = _shape_at(rest, group.struct, path, mistakes)
    if shape is None:
        return None

    def list_all(place: Any) -> list[Any]:
        members = [one for one in _climb(place, hops).members if _passes(one, filters)]
        return _walk(members, rest)

    return EntityPath(path.text, list_all, shape)


def _read_steps(text: str) -> tuple[Step, ...] | None:
    """Dots and slashes both go inward."""
    return read_path(re.sub(r"\.(?![^()]*\))", "/", text))


def _has(scope: EntityScope, name: str) -> bool:
    if scope.group is not None and scope.group.name == name:
        return True
    return name in fields_of(scope.struct) if scope.struct else name == scope.name


def _shape_at(
    steps: tuple[Step, ...], struct: type, path: TextNode, mistakes: Mistakes
) -> FieldShape | None:
    inside: type | None = struct
    shape = None
    for step in steps:
        shapes = fields_of(inside) if inside else {}
        shape = shapes.get(step.name)
        if shape is None:
            owner = inside.__name__ if inside else path.text
            sentence = f"{owner} has no field {step.name}"
            mistakes.add(path.where, sentence, did_you_mean(step.name, shapes), "unknown-field")
            return None
        inside = shape.struct
        for one in step.filters:
            if inside is None or one.key not in fields_of(inside):
                mistakes.add(path.where, f"{step.name} has no {one.key} to ask for", "", "bad-path")
                return None
    return shape


def _climb(place: Any, hops: int) -> Any:
    for _ in range(hops):
        place = place[1]
    return place


def _walk(values: list[Any], steps: tuple[Step, ...]) -> list[Any]:
    for step in steps:
        found: list[Any] = []
        for one in values:
            inner = getattr(one, step.name)
            found += inner if isinstance(inner, tuple) else [inner]
        values = [one for one in found if one is not None and _passes(one, step.filters)]
    return [one for one in values if one != ""]


def _passes(value: Any, filters: tuple[Filter, ...]) -> bool:
    return all(str(getattr(value, one.key)) in one.values for one in filters)
