"""Doubts: when a segment of a usual length, whose elements are the variables `x1` to `xn`, is not surely good."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from translators.compiled.listing import Listing
from translators.compiled.records import Actions
from translators.compiled.segment_checks import (
    ALWAYS,
    list_pairs,
    list_spots,
    refuses_empty,
    write_use,
)
from translators.x12.grammar import Grammar, SegmentRule
from translators.x12.notes import Note, read_note

_TEXT = re.compile(r"(?:(not x\d+) or |\(x\d+ and )(len\(x\d+\) > (\d+))\)?")
_ROOMY = 40  # letters; elements that may be so long are mostly shorter all together


@dataclass(slots=True, frozen=True)
class Doubts:
    """Lists the conditions of one segment; the positions of `filled` must be filled."""

    out: Listing
    rule: SegmentRule
    grammar: Grammar
    actions: Actions

    def list_all(self, size: int, filled: frozenset[int]) -> list[str]:
        """Return the conditions, any of which is one; ALWAYS among them where none is good."""
        found = [*filter(None, self._list_elements(size, filled)), *self._list_broken(size, filled)]
        return found if ALWAYS in found else self._ask_together(found, size, len(filled))

    def _list_elements(self, size: int, filled: frozenset[int]) -> Iterator[str]:
        """Yield the conditions under which an element is not surely good."""
        for spot in list_spots(self.rule)[: size - 1]:
            name, is_filled = f"x{spot.at}", spot.at in filled
            if spot.at in self.actions.usual:
                yield self.actions.usual[spot.at] or (f"not {name}" if is_filled else "")
                continue
            if spot.at in self.actions.jumps:
                yield f"not {name}"  # its code is looked up where its value is kept
                continue
            doubt = write_use(self.out, spot.use, self.grammar, name)
            bracketed = f"({doubt})" if " and " in doubt else doubt
            if doubt == ALWAYS:
                yield ALWAYS if is_filled else name
            elif refuses_empty(doubt, name):
                yield bracketed if is_filled else f"({name} and {doubt})"
            elif is_filled:
                yield f"not {name} or {bracketed}"
            else:
                yield f"({name} and {doubt})"

    def _list_broken(self, size: int, filled: frozenset[int]) -> Iterator[str]:
        """Yield the conditions under which a relational note is broken."""
        pairs = (Note("P", (at, at + 1)) for at in sorted(list_pairs(self.rule)))
        for note in dict.fromkeys((*map(read_note, self.rule.notes), *pairs)):
            broken = write_broken(note, size, filled)
            if broken:
                yield broken

    def _ask_together(self, doubts: list[str], size: int, filled: int) -> list[str]:
        """Return the conditions, those on texts that may be long behind one on the whole segment.

        Its length is that of its id, its marks, the text, and a letter at least of what else is filled.
        """
        texts = [one for one in map(_TEXT.fullmatch, doubts) if one and int(one[3]) >= _ROOMY]
        if len(texts) < 2:
            return doubts
        room = min(int(one[3]) for one in texts) + len(self.rule.id) + size - 1 + filled - 1
        known = {one[0]: one[1] or "" for one in texts}
        rest = [known.get(one, one) for one in doubts]
        together = f"len(s) > {room} and ({' or '.join(one[2] for one in texts)})"
        return [*filter(None, rest), f"({together})"]


def write_broken(note: Note, size: int, filled: frozenset[int]) -> str:
    """Return when a note is broken in a segment of so many parts, '' where it cannot be.

    The positions of `filled` are filled, those from `size` on are not there.
    """
    there = [at for at in note.positions if at < size]
    is_whole = len(there) == len(note.positions)
    first = note.positions[0] in there
    rest = [at for at in there if at != note.positions[0]]
    match note.kind:
        case "P":
            return _differ(there, filled) if is_whole else _any(there, filled)
        case "R":
            return _none(there, filled)
        case "E":
            return f"{' + '.join(f'bool(x{at})' for at in there)} > 1" if len(there) > 1 else ""
        case "C":
            lacks = _lack(rest, filled) if is_whole else ALWAYS
        case _:
            lacks = _none(rest, filled)
    return _both(lacks, _any([note.positions[0]] if first else [], filled))


def _any(there: list[int], filled: frozenset[int]) -> str:
    """Return when one of some positions is filled."""
    if set(there) & filled:
        return ALWAYS
    return " or ".join(f"x{at}" for at in there)


def _none(there: list[int], filled: frozenset[int]) -> str:
    """Return when none of some positions is filled."""
    if not there:
        return ALWAYS
    return "" if set(there) & filled else f"not ({' or '.join(f'x{at}' for at in there)})"


def _lack(there: list[int], filled: frozenset[int]) -> str:
    """Return when one of some positions is empty."""
    open_ = [f"x{at}" for at in there if at not in filled]
    return f"not ({' and '.join(open_)})" if open_ else ""


def _differ(there: list[int], filled: frozenset[int]) -> str:
    """Return when some positions are filled and others empty."""
    if set(there) & filled:
        return _lack(there, filled)
    if len(there) == 2:
        return f"(not x{there[1]} if x{there[0]} else x{there[1]})"
    return _both(f"({_any(there, filled)})", _lack(there, filled))


def _both(one: str, other: str) -> str:
    """Return when two conditions hold."""
    if not one or not other:
        return ""
    said = [text for text in (one, other) if text != ALWAYS]
    return f"({' and '.join(said)})" if len(said) > 1 else "".join(said) or ALWAYS
