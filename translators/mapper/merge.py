"""Overlay and base put together, key by key."""

from translators.mapper.paths import list_out_elements
from translators.mapper.source import BlockNode, ListNode, Node, TextNode


def merge(base: Node, over: Node, order: tuple[str, ...] = ()) -> Node:
    """Return the base with each key of the overlay in its place; a null drops a key.

    `order` holds the segment ids as the standard prints them, for what an overlay adds.
    """
    if isinstance(base, TextNode | ListNode) and isinstance(over, BlockNode):
        base = long_form(base)
    if isinstance(base, BlockNode) and isinstance(over, TextNode | ListNode):
        over = long_form(over)
    if not (isinstance(base, BlockNode) and isinstance(over, BlockNode)):
        return over
    entries, lines = dict(base.entries), dict(base.lines)
    for key, node in over.entries.items():
        entries[key] = _merge_key(key, entries.get(key), node, order)
        lines[key] = over.lines[key]
    return BlockNode(entries, lines, over.where)


def _merge_key(key: str, base: Node | None, over: Node, order: tuple[str, ...]) -> Node:
    if base is None:
        return over
    if key == "ignore" and isinstance(base, ListNode) and isinstance(over, ListNode):
        return ListNode(base.items + over.items, over.where)
    if key == "segments" and isinstance(base, ListNode) and isinstance(over, ListNode):
        return merge_segments(base, over, order)
    if key in {"from", "reads", "makes", "ignore", "segments"}:
        return over
    return merge(base, over, order)


def long_form(node: TextNode | ListNode) -> BlockNode | ListNode:
    """Return `{from: …}` for a bare path or a list of paths; lists of blocks stay lists."""
    if isinstance(node, ListNode) and any(isinstance(item, BlockNode) for item in node.items):
        return node
    return BlockNode({"from": node}, {"from": node.where}, node.where)


def merge_segments(base: ListNode, over: ListNode, order: tuple[str, ...]) -> ListNode:
    """Return the base's segments with the overlay's merged in.

    A segment is known by its id, its `each` and a constant in its first element (`REF01: DP`); one the base does not
    have stands where the standard has it.
    """
    items = list(base.items)
    for item in over.items:
        found = _find_segment(items, item)
        if found is None:
            items.insert(_find_place(items, item, order), item)
        else:
            items[found] = merge(items[found], item, order)
    return ListNode(tuple(items), over.where)


def _find_place(items: list[Node], new: Node, order: tuple[str, ...]) -> int:
    """Return where a new segment belongs among its neighbours: after the last that comes before."""
    ids = [_first_id(item) for item in items]
    start = order.index(ids[0]) if ids and ids[0] in order else 0
    within = order[start:]
    wanted = _first_id(new)
    if wanted not in within:
        return len(items)
    rank = within.index(wanted)
    before = [at for at, id_ in enumerate(ids) if id_ in within and within.index(id_) <= rank]
    return before[-1] + 1 if before else 0


def _first_id(node: Node) -> str:
    if not isinstance(node, BlockNode):
        return ""
    inner = node.entries.get("segments")
    if "level" in node.entries:
        return "HL"
    if isinstance(inner, ListNode) and inner.items:
        return _first_id(inner.items[0])
    elements = list_out_elements(node.entries)
    return elements[0].segment if elements else ""


def _find_segment(items: list[Node], wanted: Node) -> int | None:
    keys = [_segment_key(item) for item in items]
    key = _segment_key(wanted)
    if key in keys:
        return keys.index(key)
    same = [index for index, other in enumerate(keys) if other[:2] == key[:2]]
    return same[0] if len(same) == 1 and not key[2] else None


def _segment_key(node: Node) -> tuple[str, str, str]:
    if not isinstance(node, BlockNode):
        return ("", "", "")
    each = node.text("each") or node.text("at")
    elements = list_out_elements(node.entries)
    if not elements:
        return (each, _first_id(node), node.text("level"))
    name = elements[0].segment
    qualifier = node.entries.get(f"{name}01")
    return (each, name, qualifier.text("value") if isinstance(qualifier, BlockNode) else "")
