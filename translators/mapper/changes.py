"""Changes: which canonical values of a document differ when another mapping reads it."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from canonical.entities import write_json
from canonical.shared import Entity
from translators.mapper.explain import list_leaves

Kind = Literal["added", "removed", "changed"]
NAMES_OF_ITEMS = ("line_number", "number", "id")  # by which items of two lists are the same


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One canonical value that differs; '' where one side has none."""

    path: str  # lines[0].acks[1].status, as the new one counts; '' for the whole document
    kind: Kind
    old: str = ""
    new: str = ""


def list_changes(old: Entity | None, new: Entity | None) -> Iterator[Change]:
    """Yield each value that differs; a document only one side understands is one change."""
    if old is None or new is None:
        if old is not None or new is not None:
            yield _change("", _name_of(old), _name_of(new))
        return
    if old != new:
        before, after = (msgspec.json.decode(write_json(one)) for one in (old, new))
        yield from _compare(before, after, "")


def _name_of(entity: Entity | None) -> str:
    return "" if entity is None else type(entity).__name__


def _change(path: str, old: str, new: str) -> Change:
    kind: Kind = "changed" if old and new else "added" if new else "removed"
    return Change(path=path, kind=kind, old=old, new=new)


def _compare(old: Any, new: Any, path: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            inner = f"{path}.{key}" if path else key
            yield from _compare(old.get(key), new.get(key), inner)
    elif _has_items(old) and _has_items(new):
        for at, one, other in _pair(old, new):
            yield from _compare(one, other, f"{path}[{at}]")
    elif old != new:
        yield from _compare_leaves(old, new, path)


def _has_items(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _compare_leaves(old: Any, new: Any, path: str) -> Iterator[Change]:
    before, after = ({} if one is None else dict(list_leaves(one, path)) for one in (old, new))
    for leaf in dict.fromkeys([*before, *after]):
        one, other = _text(before.get(leaf)), _text(after.get(leaf))
        if one != other:
            yield _change(leaf, one, other)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _pair(old: list[Any], new: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    """Yield items that are the same by their number, else by their place; None where one lacks."""
    name = next((one for one in NAMES_OF_ITEMS if _tells(one, old) and _tells(one, new)), None)
    if name is None:
        for at in range(max(len(old), len(new))):
            yield at, _at(old, at), _at(new, at)
        return
    before = {item[name]: item for item in old}
    after = {item[name]: at for at, item in enumerate(new)}
    for at, item in enumerate(new):
        yield at, before.get(item[name]), item
    for at, item in enumerate(old):
        if item[name] not in after:
            yield at, item, None


def _tells(name: str, items: list[Any]) -> bool:
    """Return whether every item has a text of this name and no two the same."""
    found = [item.get(name) for item in items if isinstance(item, dict)]
    texts = {one for one in found if isinstance(one, str)}
    return len(texts) == len(items)


def _at(items: list[Any], at: int) -> Any:
    return items[at] if at < len(items) else None
