"""X12 deviations: what a partner's sets have otherwise than the base mapping expects, each with its evidence."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from canonical.purchase_order import OrderLine
from translators.drafting.evidence import strength
from translators.drafting.pool import key_of
from translators.drafting.x12_facts import QUALIFIER, Reach, SetFacts
from translators.mapper.explain import Value, without_numbers
from translators.mapper.mapping import Mapping as MappingFile
from translators.mapper.source import BlockNode, list_texts
from translators.mapper.tables import ANYTHING_ELSE, AS_IT_STANDS
from translators.x12.grammar import load_grammar
from translators.x12.structure import Segment

_FRAME = frozenset(("ST", "SE", "CTT", "HL", "LS", "LE"))
_UNREAD = "unmapped-segment"
_MOST_DECIMALS = 4


class Deviation(msgspec.Struct, frozen=True):
    """One thing that is otherwise: a rule that says so, or '' where a person must decide."""

    field: str  # lines.unit_price, or what is seen, as `REF*IL`
    rule: str
    confidence: float
    evidence: str
    codes: Mapping[str, str] = {}  # that a table lacks -> what they mean so far
    table: str = ""  # of the base


def list_deviations(
    base: MappingFile, sets: Sequence[SetFacts], reach: Reach, numbers: set[str]
) -> Iterator[Deviation]:
    """Yield rules first, then what is seen and not read; `numbers` are the keys of our orders."""
    yield from _list_numbers(sets, numbers)
    yield from _list_prices(sets)
    yield from _list_codes(base, sets)
    yield from _list_qualifiers(base, sets, reach)
    yield from _list_unread(sets)
    yield from _list_elements(sets, reach)


def _list_numbers(sets: Sequence[SetFacts], known: set[str]) -> Iterator[Deviation]:
    """Yield where our order number stands, where the base finds another."""
    if any(one.order for one in sets):
        return
    paths = Counter(path for one in sets for path in set(_find_numbers(one, known)))
    for path, hits in paths.most_common(1):
        said = f"{hits} of {len(sets)} sets hold one of our order numbers in {path}"
        yield Deviation("po_number", path, strength(hits, len(sets)), said)


def _find_numbers(one: SetFacts, known: set[str]) -> Iterator[str]:
    for segment in one.segments:
        for at, text in enumerate(segment):
            if at and key_of(text) in known:
                filters = f"(01={segment.element(1)})" if at > 1 and segment[0] == "REF" else ""
                yield f"{segment[0]}{at:02d}{filters}"


def _list_prices(sets: Sequence[SetFacts]) -> Iterator[Deviation]:
    """Yield that prices are whole numbers with implied decimals, as our orders show."""
    shifts = Counter[int | None]()
    for one in sets:
        for value, line in _beside_lines(one, "unit_price"):
            if line.unit_price:
                shifts[_find_shift(value.text, line.unit_price)] += 1
    total = sum(shifts.values())
    for decimals, hits in shifts.most_common(1):
        if decimals:
            said = (
                f"{hits} of {total} prices are those of our orders with {decimals} implied decimals"
            )
            score = strength(hits, total)
            yield Deviation("lines.unit_price", f"{{as: N{decimals}}}", score, said)


def _find_shift(text: str, ours: Decimal) -> int | None:
    """Return how many decimals are implied, None where no number of them makes it ours."""
    try:
        theirs = Decimal(text)
    except InvalidOperation:
        return None
    places = range(_MOST_DECIMALS + 1)
    found = (at for at in places if theirs.scaleb(-at) == ours and (not at or text.isdigit()))
    return next(found, None)


def _beside_lines(one: SetFacts, name: str) -> Iterator[tuple[Value, OrderLine]]:
    """Yield the values of a field of the lines, each beside the line of our order."""
    numbers = {
        value.field.partition(".")[0]: value.value
        for value in one.values
        if without_numbers(value.field) == "lines.line_number"
    }
    lines = {key_of(line.line_number): line for line in one.order.lines} if one.order else {}
    for value in one.values:
        item, _, rest = value.field.partition(".")
        line = lines.get(key_of(numbers.get(item, "")))
        if rest == name and line is not None:
            yield value, line


def _list_codes(base: MappingFile, sets: Sequence[SetFacts]) -> Iterator[Deviation]:
    """Yield codes that only the row `*` of a table covers: a table of the partner's own has them."""
    rest = {
        table.lines[ANYTHING_ELSE]: table
        for table in base.tables.values()
        if table and table.rest and table.rest != AS_IT_STANDS
    }
    found: dict[tuple[str, str], Counter[str]] = {}
    for one in sets:
        for value in one.values:
            if value.row in rest and value.text:
                key = (without_numbers(value.field), rest[value.row].name)
                found.setdefault(key, Counter())[value.text] += 1
    for (name, table), codes in found.items():
        said = ", ".join(f"{code} {_times(times)}" for code, times in codes.most_common())
        meaning = next(one.rest for one in rest.values() if one.name == table)
        because = f"codes that {table} does not have: {said}"
        yield Deviation(name, "lookup", 0.9, because, dict.fromkeys(codes, meaning or ""), table)


def _list_qualifiers(
    base: MappingFile, sets: Sequence[SetFacts], reach: Reach
) -> Iterator[Deviation]:
    """Yield qualifiers of item numbers that the base does not read; our parts under one are a rule."""
    found: dict[tuple[str, str, int], list[tuple[str, bool]]] = {}
    for one in sets:
        for segment, first, qualifier, text in _list_pairs(one):
            if qualifier not in reach.qualifiers.get(segment, {qualifier}):
                ours = one.order.lines if one.order else ()
                is_ours = any(key_of(line.item.buyer or "") == key_of(text) for line in ours)
                found.setdefault((segment, qualifier, first), []).append((text, is_ours))
    for (segment, qualifier, first), said in found.items():
        hits = sum(is_ours for _, is_ours in said)
        path = f"{segment}{first + 1:02d}+({first:02d}={qualifier})"
        if hits and segment == "PO1":
            because = f"{hits} of {len(said)} values of {path} are our parts"
            paths = ", ".join([*_list_paths(base, "lines", "item.buyer"), path])
            yield Deviation("lines.item.buyer", f"[{paths}]", strength(hits, len(said)), because)
        else:
            because = f"{_times(len(said))}, as {said[0][0]!r}; nothing reads this qualifier"
            yield Deviation(path, "", 0.0, because)


def _list_pairs(one: SetFacts) -> Iterator[tuple[str, int, str, str]]:
    """Yield segment, place of its first qualifier, qualifier and value of each pair."""
    _, set_id, version = one.kind.split(" ", 2)
    grammar = load_grammar(set_id, version[:6])
    for segment in one.segments:
        rule = grammar.segments.get(segment[0]) if grammar else None
        places = (
            [at for at, use in enumerate(rule.elements, 1) if use.number == QUALIFIER]
            if rule
            else []
        )
        for at in places:
            if segment.element(at) and segment.element(at + 1):
                yield segment[0], places[0], segment.element(at), segment.element(at + 1)


def _list_paths(base: MappingFile, block: str, name: str) -> list[str]:
    """Return the paths the base reads a field of a list from."""
    fields = base.root.entries["fields"]
    inside = fields.entries[block] if isinstance(fields, BlockNode) else fields
    own = inside.entries["fields"] if isinstance(inside, BlockNode) else inside
    said = own.entries.get(name) if isinstance(own, BlockNode) else None
    if isinstance(said, BlockNode):
        said = said.entries.get("from")
    return [one.text for one in list_texts(said)] if said is not None else []


def _list_unread(sets: Sequence[SetFacts]) -> Iterator[Deviation]:
    """Yield segments that nothing reads, each id once."""
    found: dict[str, list[str]] = {}
    for one in sets:
        for finding in one.findings:
            if finding.code == _UNREAD:
                text = finding.place.partition(": ")[2]
                found.setdefault(text.partition("*")[0], []).append(text)
    for name, texts in found.items():
        said = f"{_times(len(texts))}, as {texts[0]}; map it, or ignore: [{name}]"
        yield Deviation(name, "", 0.0, said)


def _list_elements(sets: Sequence[SetFacts], reach: Reach) -> Iterator[Deviation]:
    """Yield elements with content that nothing reads, of segments that are read."""
    read = {segment for segment, _ in reach.elements}
    found: dict[str, list[str]] = {}
    for one in sets:
        pairs = {(segment, at) for segment, at, *_ in _list_pairs(one)}
        for segment in one.segments:
            name = segment[0]
            if name in _FRAME or name not in read or name in reach.ignored:
                continue
            for at in _list_open(
                segment, reach, min((p for s, p in pairs if s == name), default=99)
            ):
                found.setdefault(f"{name}{at:02d}", []).append(segment[at])
    for path, texts in found.items():
        yield Deviation(path, "", 0.0, f"{_times(len(texts))}, as {texts[0]!r}; nothing reads it")


def _list_open(segment: Segment, reach: Reach, first_pair: int) -> Iterator[int]:
    for at in range(1, min(len(segment), first_pair)):
        if segment[at].strip() and (segment[0], at) not in reach.elements:
            yield at


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
