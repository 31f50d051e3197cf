"""Whether the segments of an outbound mapping stand in the order the standard prints."""

from translators.mapper.formats import Mistakes
from translators.mapper.paths import list_out_elements
from translators.mapper.source import BlockNode, ListNode
from translators.x12.grammar import Grammar, LoopRule

Open = list[tuple[LoopRule, int]]


def check_order(items: ListNode, grammar: Grammar, mistakes: Mistakes) -> None:
    """Add a mistake for every segment that cannot stand where the mapping writes it."""
    open_loops: Open = [(grammar.root, 0)]
    for name, where in _list_segments(items):
        entered = _enter(name, open_loops)
        if entered is None:
            around = " inside ".join(rule.id for rule, _ in reversed(open_loops))
            sentence = f"{name} cannot stand here, in {around}"
            mistakes.add(where, sentence, "put it where the standard has it", "bad-order")
        else:
            open_loops = entered


def _enter(name: str, open_loops: Open) -> Open | None:
    """Return the open loops after the segment, innermost last, or None where it cannot follow."""
    for depth in range(len(open_loops), 0, -1):
        rule, at = open_loops[depth - 1]
        for index in range(at, len(rule.nodes)):
            node = rule.nodes[index]
            if node.id != name:
                continue
            around = [*open_loops[: depth - 1], (rule, index)]
            return [*around, (node, 1)] if isinstance(node, LoopRule) else around
    return None


def _list_segments(items: ListNode) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for item in items.items:
        if not isinstance(item, BlockNode):
            continue
        if "level" in item.entries:
            found.append(("HL", item.lines["level"]))
        inner = item.entries.get("segments")
        if isinstance(inner, ListNode):
            found += _list_segments(inner)
            continue
        elements = list_out_elements(item.entries)
        if elements:
            found.append((elements[0].segment, item.lines[elements[0].key]))
    return found
