"""Origins: an overlay and its base as one, each key with the file and line it was written at."""

from collections.abc import Iterator

import msgspec

from translators.mapper.source import BlockNode, ListNode, Node, NullNode, TextNode


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """One key of the merged mapping; `value` is '' where a block stands under it."""

    path: str  # fields/lines/fields/unit_price/as
    depth: int
    key: str
    value: str
    where: str  # file:line
    is_dropped: bool = False  # the overlay says null


def list_origins(root: BlockNode, own: BlockNode) -> Iterator[Origin]:
    """Yield each key of the merged mapping in its order, then what the overlay drops."""
    yield from _list_inside(root, "", 0)
    yield from _list_dropped(own, "")


def _list_inside(node: Node, path: str, depth: int) -> Iterator[Origin]:
    if isinstance(node, BlockNode):
        for key, value in node.entries.items():
            where = value.where if isinstance(value, TextNode) else node.lines[key]
            yield from _list_key(key, value, f"{path}/{key}".lstrip("/"), depth, where)
    elif isinstance(node, ListNode):
        for at, item in enumerate(node.items):
            yield from _list_key("-", item, f"{path}/{at}", depth, item.where)


def _list_key(key: str, node: Node, path: str, depth: int, where: str) -> Iterator[Origin]:
    text = _write_plain(node)
    yield Origin(path=path, depth=depth, key=key, value=text or "", where=where)
    if text is None:
        yield from _list_inside(node, path, depth + 1)


def _write_plain(node: Node) -> str | None:
    """Return a text, or the texts of a list from one file, as one line; None for a block."""
    if isinstance(node, TextNode):
        return node.text
    if not isinstance(node, ListNode):
        return None
    texts = [item.text for item in node.items if isinstance(item, TextNode)]
    files = {item.where.rpartition(":")[0] for item in node.items}
    return f"[{', '.join(texts)}]" if len(texts) == len(node.items) and len(files) < 2 else None


def _list_dropped(node: Node, path: str) -> Iterator[Origin]:
    if not isinstance(node, BlockNode):
        return
    for key, value in node.entries.items():
        name = f"{path}/{key}".lstrip("/")
        if isinstance(value, NullNode):
            yield Origin(
                path=name, depth=0, key=key, value="", where=node.lines[key], is_dropped=True
            )
        yield from _list_dropped(value, name)
