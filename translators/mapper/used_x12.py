"""Used of X12: the segments and elements a mapping uses, in the order of the standard, with what it asks."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from translators.mapper.paths import read_element, read_out_element, read_path
from translators.mapper.used import Code, Use, tell_codes
from translators.x12.grammar import ElementUse, Grammar, LoopRule, SegmentUse

FRAME = frozenset(("ST", "SE"))
MOST_CODES = 14  # of a list of the standard that is shown whole
TYPES = {
    "AN": "text",
    "ID": "code",
    "R": "number",
    "DT": "date",
    "TM": "time",
    "B": "binary",
}


@dataclass(slots=True)
class ElementPart:
    """One element of a segment: its place, what the standard asks of it, and what we do with it."""

    name: str
    title: str
    must: str  # M, O or X
    type: str
    length: str
    uses: list[Use] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)


@dataclass(slots=True)
class SegmentPart:
    """One segment in one loop, with those of its elements that matter."""

    id: str
    title: str
    loop: str  # PO1 / ACK
    must: str
    most: str
    elements: list[ElementPart] = field(default_factory=list)


Chain = tuple[LoopRule, ...]
Key = tuple[tuple[str, ...], str]


def list_segments(grammar: Grammar, uses: list[Use], *, out: bool) -> list[SegmentPart]:
    """Return the used and the mandatory segments with their used and mandatory elements."""
    gathered = _gather(grammar, uses, out=out)
    return list(_list_parts(grammar, (grammar.root,), gathered))


def _gather(grammar: Grammar, uses: list[Use], *, out: bool) -> dict[Key, dict[int, list[Use]]]:
    found: dict[Key, dict[int, list[Use]]] = defaultdict(lambda: defaultdict(list))
    for use in uses:
        chain: Chain = (grammar.root,)
        for path in use.loops if not out else ():
            chain = _go_into(grammar, chain, path, found)
        place = _place_out(use) if out else _place_in(use)
        if place is None:
            continue
        segment, position, above = place
        for path in above:
            chain = _go_into(grammar, chain, path, found)
        holder = _find_holder(grammar, chain, segment)
        key = (tuple(one.id for one in holder[1:]), segment)
        found[key][position].append(use)
        for one in use.conditions:
            if one.key.isdigit():
                found[key][int(one.key)].append(_qualifier(segment, one.key, one.values, use))
    return found


def _place_in(use: Use) -> tuple[str, int, list[str]] | None:
    steps = read_path(use.path)
    element = read_element(steps[-1]) if steps else None
    if steps is None or element is None:
        return None
    return element.segment, element.position, use.path.split("/")[:-1]


def _place_out(use: Use) -> tuple[str, int, list[str]] | None:
    element = read_out_element(use.path)
    return None if element is None else (element.segment, element.position, [])


def _qualifier(segment: str, key: str, values: frozenset[str], use: Use) -> Use:
    codes = tuple(Code(value, use.field) for value in sorted(values))
    return Use(f"{segment}{key}", "", codes=codes, where=use.where)


def _go_into(
    grammar: Grammar, chain: Chain, path: str, found: dict[Key, dict[int, list[Use]]]
) -> Chain:
    """Return the chain of loops inside the one a path names; its qualifiers are kept as uses."""
    for step in read_path(path) or ():
        inner = _find_loop(chain, step.name) or _find_loop(
            _list_chain(grammar, step.name), step.name
        )
        if inner is None:
            continue
        chain = inner
        for one in step.filters:
            key = (tuple(loop.id for loop in chain[1:]), step.name)
            if one.key.isdigit():
                use = Use(f"{step.name}{one.key}", "these loops")
                found[key][int(one.key)].append(_qualifier(step.name, one.key, one.values, use))
    return chain


def _find_loop(chain: Chain, name: str) -> Chain | None:
    for depth in range(len(chain), 0, -1):
        for node in chain[depth - 1].nodes:
            if isinstance(node, LoopRule) and node.id == name:
                return (*chain[:depth], node)
    return None


def _find_holder(grammar: Grammar, chain: Chain, segment: str) -> Chain:
    """Return the loops around the segment that is meant: the nearest, from inside out."""
    for depth in range(len(chain), 0, -1):
        for node in chain[depth - 1].nodes:
            if isinstance(node, SegmentUse) and node.id == segment:
                return chain[:depth]
            if isinstance(node, LoopRule) and node.id == segment:
                return (*chain[:depth], node)
    return _list_chain(grammar, segment)


def _list_chain(grammar: Grammar, name: str) -> Chain:
    """Return the loops around the first segment of that name anywhere in the set."""
    waiting: list[Chain] = [(grammar.root,)]
    while waiting:
        chain = waiting.pop(0)
        for node in chain[-1].nodes:
            if node.id == name and isinstance(node, SegmentUse):
                return chain
            if isinstance(node, LoopRule):
                waiting.append((*chain, node))
    return (grammar.root,)


def _list_parts(
    grammar: Grammar, chain: Chain, found: dict[Key, dict[int, list[Use]]]
) -> Iterator[SegmentPart]:
    loop = chain[-1]
    around = tuple(one.id for one in chain[1:])
    is_used = len(chain) == 1 or any(key[0][: len(around)] == around for key in found)
    if not is_used:
        return
    for node in loop.nodes:
        if isinstance(node, LoopRule):
            yield from _list_parts(grammar, (*chain, node), found)
            continue
        uses = found.get((around, node.id), {})
        is_head = bool(around) and node.id == loop.id
        if node.id in FRAME or not (uses or node.requirement == "M" or is_head):
            continue
        yield _part_of(grammar, node, chain, uses)


def _part_of(
    grammar: Grammar, node: SegmentUse, chain: Chain, uses: dict[int, list[Use]]
) -> SegmentPart:
    rule = grammar.segments[node.id]
    loop = chain[-1]
    is_head = len(chain) > 1 and node.id == loop.id
    most = loop.repeat if is_head else node.max_use
    part = SegmentPart(
        id=node.id,
        title=rule.name,
        loop=" / ".join(one.id for one in chain[1:]),
        must=loop.requirement if is_head else node.requirement,
        most="any number" if most is None else str(most),
    )
    for position, element in enumerate(rule.elements, 1):
        used = uses.get(position, [])
        if used or element.requirement == "M":
            part.elements.append(_element_of(grammar, f"{node.id}{position:02d}", element, used))
    return part


def _element_of(grammar: Grammar, name: str, use: ElementUse, used: list[Use]) -> ElementPart:
    rule = grammar.elements.get(use.number)
    part = ElementPart(
        name=name,
        title=rule.name if rule else f"composite {use.number}",
        must=use.requirement,
        type=_type_of(rule.type) if rule else "",
        length=_length_of(rule.min, rule.max) if rule else "",
        uses=[one for one in used if one.field or one.constant is not None],
    )
    meanings = rule.codes if rule else {}
    told = tell_codes(used)
    known = {code: text for code, text in meanings.items() if text}
    if not told and known and len(meanings) <= MOST_CODES:
        told = dict.fromkeys(known, "")
    part.codes = [Code(code, _mean(known.get(code, ""), ours)) for code, ours in told.items()]
    return part


def _mean(standard: str, ours: str) -> str:
    return " → ".join(filter(None, (standard, ours)))


def _type_of(kind: str) -> str:
    if kind[:1] == "N" and kind[1:].isdigit():
        return f"number, {kind[1:]} implied decimals" if kind != "N0" else "whole number"
    return TYPES.get(kind, kind)


def _length_of(least: int, most: int) -> str:
    return str(least) if least == most else f"{least}-{most}"
