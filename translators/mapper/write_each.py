"""Each: the places of a list of an entity that something is written for, one by one or in groups."""

from collections.abc import Callable
from typing import Any

from translators.mapper.entity_paths import EntityScope, compile_path, list_groups
from translators.mapper.formats import Here
from translators.mapper.source import BlockNode, TextNode, list_texts

Places = Callable[[Any], list[Any]]


def compile_each(item: BlockNode, here: Here) -> tuple[Places | None, Here]:
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
