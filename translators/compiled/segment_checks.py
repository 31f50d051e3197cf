"""Segment checks: the elements of one segment judged by inline code; doubt returns None."""

from dataclasses import dataclass
from itertools import pairwise

from translators.compiled.listing import Listing
from translators.compiled.pairs import write_any, write_doubt
from translators.compiled.records import Actions
from translators.x12.grammar import ElementRule, ElementUse, Grammar, SegmentRule
from translators.x12.notes import Note, read_note

ALWAYS = "True"  # the condition under which every value is doubtful
_WHOLE_DIGITS, _QUANTITY_DIGITS = 3, 15
DATES = {(8, 8): "DATES8", (6, 6): "DATES6", (6, 8): "DATES68"}


@dataclass(slots=True, frozen=True)
class Spot:
    """One position of a segment: its use, and what its neighbours ask of it."""

    at: int
    use: ElementUse
    is_last: bool
    may_end: bool
    opens_pair: bool
    closes_pair: bool

    @property
    def name(self) -> str:
        """Return the variable: x, but y while the other half of a pair is to come."""
        return "y" if self.opens_pair else "x"

    @property
    def is_mandatory(self) -> bool:
        """Return whether it must be filled."""
        return self.use.requirement == "M"


def write_checks(out: Listing, rule: SegmentRule, grammar: Grammar, actions: Actions) -> None:
    """Write the code that judges `e`, the split segment, whose length is `n`.

    A segment that is too short raises IndexError. The text as a whole is known to be printable ASCII, without blanks at either end
    of elements and without component or repetition separators.
    """
    notes = [read_note(text) for text in rule.notes]
    pairs = list_pairs(rule)
    least = find_least(rule)
    if rule.elements:
        with out.block("while True:" if least else "while n > 1:"):
            for spot in list_spots(rule):
                _write_element(out, spot, grammar, actions)
    told = [one for one in notes if not (_is_pair(one) and one.positions[0] in pairs)]
    _write_notes(out, sorted(told, key=_first), least)
    if actions.jumps:
        first = min(actions.jumps)
        write_any(out, actions.jumps[first], first)


def find_least(rule: SegmentRule) -> int:
    """Return the last position that must be filled, 0 where none must."""
    wanted = [at for at, use in enumerate(rule.elements, 1) if use.requirement == "M"]
    return max(wanted, default=0)


def list_pairs(rule: SegmentRule) -> frozenset[int]:
    """Return the first positions of neighbours that are filled both or not at all."""
    found: set[int] = set()
    for note in sorted(map(read_note, rule.notes), key=_first):
        one = note.positions[0]
        if _is_pair(note) and not {one - 1, one, one + 1} & found:
            found.add(one)
    wanted = [use.requirement == "M" for use in rule.elements]
    for one, both in enumerate(pairwise(wanted), 1):
        if all(both) and not {one - 1, one, one + 1} & found:
            found.add(one)
    return frozenset(found)


def _is_pair(note: Note) -> bool:
    return note.kind == "P" and note.positions[1:] == (note.positions[0] + 1,)


def list_spots(rule: SegmentRule) -> list[Spot]:
    """Return the positions of a segment, from 1."""
    last, least, pairs = len(rule.elements), find_least(rule), list_pairs(rule)
    return [
        Spot(at, use, at == last, at >= least, at in pairs, at - 1 in pairs)
        for at, use in enumerate(rule.elements, 1)
    ]


def _write_element(out: Listing, spot: Spot, grammar: Grammar, actions: Actions) -> None:
    out.add(f"{spot.name} = e[{spot.at}]")
    lines = ["if not y:", "    return None"] if spot.closes_pair else []
    jump = actions.jumps.get(spot.at)
    lines += write_doubt(out, jump, spot.name) if jump else _list_checks(out, spot, grammar)
    lines += [line.replace("$", spot.name) for line in actions.stores.get(spot.at, ())]
    refuses = bool(lines) and refuses_empty(lines[0].removeprefix("if "), spot.name)
    if refuses and spot.is_mandatory and not spot.closes_pair:
        out.add(*lines)
    elif lines:
        with out.block(f"if {spot.name}:"):
            out.add(*lines)
        _write_otherwise(out, spot)
    elif spot.is_mandatory:
        _write_doubt(out, f"if not {spot.name}:")
    _write_end(out, spot)


def refuses_empty(doubt: str, name: str) -> bool:
    """Return whether a check is one of membership or of length, which nothing empty passes."""
    return doubt.startswith((f"{name} not in ", f"len({name}) != ", "not 2 <= "))


def _write_otherwise(out: Listing, spot: Spot) -> None:
    if spot.is_mandatory:
        _write_doubt(out, "else:")
    elif spot.closes_pair:
        _write_doubt(out, "elif y:")


def _write_end(out: Listing, spot: Spot) -> None:
    """Leave the loop behind the last element; a segment that ends in an empty one is doubtful."""
    if spot.is_last:
        filled = "" if spot.is_mandatory else f"not {spot.name} or "
        _write_doubt(out, f"if {filled}n != {spot.at + 1}:")
        out.add("break")
    elif spot.opens_pair and spot.may_end:
        _write_doubt(out, f"if n == {spot.at + 1}:")
    elif spot.may_end:
        with out.block(f"if n == {spot.at + 1}:"):
            if not spot.is_mandatory:
                _write_doubt(out, f"if not {spot.name}:")
            out.add("break")


def _write_doubt(out: Listing, condition: str) -> None:
    with out.block(condition):
        out.add("return None")


def _list_checks(out: Listing, spot: Spot, grammar: Grammar) -> list[str]:
    """Return the lines that judge a filled element."""
    doubt = write_use(out, spot.use, grammar, spot.name)
    return ["return None"] if doubt == ALWAYS else [f"if {doubt}:", "    return None"]


def write_use(out: Listing, use: ElementUse, grammar: Grammar, name: str) -> str:
    """Return when a filled element is not surely good; of a composite it is the first component."""
    if any(part.requirement == "M" for part in use.components[1:]):
        return ALWAYS
    number = use.components[0].number if use.components else use.number
    return _write_condition(out, grammar.elements[number], name)


def _write_condition(out: Listing, rule: ElementRule, name: str) -> str:
    """Return the condition under which a filled value is not surely good."""
    low, high = rule.min, rule.max
    if rule.codes:
        return f"{name} not in {out.name('CODES', frozenset(rule.codes))}"
    if rule.type == "DT":
        dates = DATES.get((low, high))
        return f"{name} not in {dates} and not add_{dates.lower()}({name})" if dates else ALWAYS
    if rule.type == "TM":
        minutes = f"{name} not in MINUTES and " if low <= 4 <= high else ""
        return minutes + _write_fault(out, rule, name)
    if rule.type == "R" or rule.type[0] == "N":
        return _write_number(out, rule, name)
    if low == high:
        return f"len({name}) != {low}"
    return f"len({name}) > {high}" if low <= 1 else f"not {low} <= len({name}) <= {high}"


def _write_fault(out: Listing, rule: ElementRule, name: str) -> str:
    return f"find_value_fault({out.name('RULE', rule)}, {name}) is not None"


def _write_number(out: Listing, rule: ElementRule, name: str) -> str:
    """Return the condition of a number; one with a sign, or as long as can be, is looked at."""
    low, high = rule.min, rule.max
    size = f"len({name}) <= {high}" if low <= 1 else f"{low} <= len({name}) <= {high}"
    digits = f"{name}.isdigit()"
    if rule.type == "R" and low <= 1:
        digits = f"{name}.replace('.', '', 1).isdigit()"
    careful = f"not ({size} and {digits}) and {_write_fault(out, rule, name)}"
    return f"{name} not in WHOLE and {careful}" if is_quantity(rule) else careful


def is_quantity(rule: ElementRule) -> bool:
    """Return whether a number is mostly a small whole one: prices have more digits than quantities."""
    return rule.min <= 1 and _WHOLE_DIGITS <= rule.max <= _QUANTITY_DIGITS


def _first(note: Note) -> int:
    return 0 if note.kind == "R" else min(note.positions)


def _write_notes(out: Listing, notes: list[Note], known: int) -> None:
    """Write the conditions, those that only longer segments can break inside the others' guard.

    Positions up to `known` are there in any case.
    """
    depth = out.depth
    for note in notes:
        if _first(note) > known:
            known = _first(note)
            out.add(f"if n > {known}:")
            out.depth += 1
        _write_doubt(out, f"if {_write_broken(note, known)}:")
    out.depth = depth


def _write_broken(note: Note, known: int) -> str:
    """Return the condition under which a note is broken."""
    filled = [f"e[{at}]" if at <= known else f"(n > {at} and e[{at}])" for at in note.positions]
    every, some, rest = " and ".join(filled), " or ".join(filled), filled[1:]
    match note.kind:
        case "P":
            return f"({some}) and not ({every})"
        case "R":
            return f"not ({some})"
        case "E":
            return f"{' + '.join(f'bool({one})' for one in filled)} > 1"
        case "C":
            return f"{filled[0]} and not ({' and '.join(rest)})"
    return f"{filled[0]} and not ({' or '.join(rest)})"
