"""Usual: a segment as long as it mostly is, unpacked and judged at once; any other goes bit by bit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby, islice

from translators.compiled.doubts import Doubts
from translators.compiled.listing import Listing
from translators.compiled.pairs import write_usual
from translators.compiled.records import Actions, write_first
from translators.compiled.segment_checks import ALWAYS, find_least, list_pairs
from translators.x12.grammar import Grammar, SegmentRule
from translators.x12.notes import read_note

_ELEMENT = re.compile(r"\be\[(\d+)\]")
_KEPT = re.compile(r"(r\d+)\[(\d+)\] = (x\d+)")
_LONGER = re.compile(r"if n > (\d+):")
_FLAG = re.compile(r"(f\d+) = (.+)")
_DECIDED = re.compile(r"f\d+ = (x\d+) (?:== '[^']*'|in \((?:'[^']*'(?:, )?)+\))")
_QUOTED = re.compile(r"'([^']*)'")
_FILTERED = re.compile(r"if (?:(not \S+|own\S+ is not level) and )?(x\d+) == ('[^']*'):")
_LONGEST_LINE = 100  # letters of conditions in one line
_MOST_SIZES = 4  # usual lengths of one segment
_MOST_PAIRS = 3  # of qualifiers and values that are unpacked at once


@dataclass(slots=True, frozen=True)
class Shape:
    """A usual length: which positions must be filled, when a segment is not surely good."""

    size: int
    filled: frozenset[int]
    doubts: list[str]


@dataclass(slots=True, frozen=True)
class Usual:
    """Writes what takes a segment of a usual length; its elements are the variables `x1` to `xn`.

    What it doubts, and every other length, falls through to the code that follows.
    """

    out: Listing
    rule: SegmentRule
    grammar: Grammar
    actions: Actions

    def write(self, finish: Callable[[int], None]) -> None:
        """Write a branch for each usual length; `finish` writes what is left to do for a good one."""
        for shape in self.list_shapes():
            self.out.add(f"if n != {shape.size}:", "    pass")
            with self.out.block("else:"):
                self.out.add(f"_, {', '.join(f'x{at}' for at in range(1, shape.size))} = e")
                self._write_doubts(shape.doubts)
                with self.out.block("else:"):
                    self.out.add(*self.list_before(shape))
                    self._write_jumps(shape.size)
                    self.out.add(*self.list_after(shape))
                    finish(shape.size)

    def list_shapes(self) -> list[Shape]:
        """Return the usual lengths, with when a segment is not surely good."""
        doubts = Doubts(self.out, self.rule, self.grammar, self.actions)
        found = [(size, self._list_filled(size)) for size in self._list_sizes()]
        shapes = [Shape(size, filled, doubts.list_all(size, filled)) for size, filled in found]
        return [one for one in shapes if ALWAYS not in one.doubts]

    def list_before(self, shape: Shape) -> list[str]:
        """Return what is done for a good segment before its qualifiers' values are kept."""
        places = range(1, shape.size)
        stores = [self._list_stores(at, shape.size, shape.filled) for at in places]
        opens = [_name(line, shape.size) for line in self.actions.opens]
        return opens + self._begin([line for lines in stores for line in lines])

    def list_after(self, shape: Shape) -> list[str]:
        """Return what is done for a good segment after that."""
        after = _by_length(self.actions.after, shape.size)
        return self._by_table(_by_flag([_name(line, shape.size) for line in after]))

    def _write_doubts(self, doubts: list[str]) -> None:
        """Write conditions that lead on to the code that follows, few at a time.

        Python compares numbers faster where the jump behind it is a short one.
        """
        word, line = "if", ""
        for doubt in doubts:
            if line and len(line) + len(doubt) > _LONGEST_LINE:
                self.out.add(f"{word} {line}:", "    pass")
                word, line = "elif", ""
            line = f"{line} or {doubt}" if line else doubt
        self.out.add(f"{word} {line}:", "    pass")

    def _list_sizes(self) -> list[int]:
        """Return the usual lengths, as they are asked; where there are pairs, that of one, two or three."""
        firsts = sorted(self.actions.jumps)[:_MOST_PAIRS]
        if firsts:
            return [first + 2 for first in reversed(firsts)]
        ends = [end for end in self._list_ends() if end >= find_least(self.rule)][:_MOST_SIZES]
        further = (end for end in self._list_further(max(ends, default=0)) if end not in ends)
        return [end + 1 for end in (*ends, *islice(further, 1))]

    def _list_further(self, last: int) -> list[int]:
        """Return where else it may end: where one element is left, behind that; behind a value's unit."""
        if not last:
            return []
        whole = [last + 1] if last + 1 == len(self.rule.elements) else []
        pairs = sorted(at + 1 for at in list_pairs(self.rule) if find_least(self.rule) <= at < last)
        return whole + pairs

    def _list_ends(self) -> list[int]:
        """Return where a segment may well end: where what is read ends, or breaks off for a while."""
        said = [*self.actions.opens, *self.actions.after]
        read = {int(found[1]) for line in said for found in _ELEMENT.finditer(line)}
        read |= {find_least(self.rule), *self.actions.stores}
        read |= {note.positions[0] for note in map(read_note, self.rule.notes) if note.kind == "R"}
        last = max(read)
        ends = {at for at in read if at and (at + 1 not in read or at == last - 1)}
        return sorted(ends | self._list_dates(last) | {find_least(self.rule)} - {0}, reverse=True)

    def _list_dates(self, last: int) -> set[int]:
        """Return the dates up to where what is read ends: many a segment ends with one."""
        kinds = [self.grammar.elements.get(use.number) for use in self.rule.elements[:last]]
        return {at for at, kind in enumerate(kinds, 1) if kind is not None and kind.type == "DT"}

    def _list_filled(self, size: int) -> frozenset[int]:
        """Return the positions that must be filled: mandatory ones, the last, pairs, what is added."""
        wanted = {at for at, use in enumerate(self.rule.elements, 1) if use.requirement == "M"}
        jumps = {at + more for at in self.actions.jumps for more in (0, 1)}
        added = {at for at, lines in self.actions.stores.items() if any("+=" in s for s in lines)}
        return frozenset(at for at in wanted | jumps | added | {size - 1} if at < size)

    def _begin(self, stores: list[str]) -> list[str]:
        """Return the stores with the records that begin here written at once, as far as they are known."""
        lines = []
        for name, slots in self.actions.fresh.items():
            known = write_first(slots)
            for line in list(stores):
                kept = _KEPT.fullmatch(line)
                if kept is not None and kept[1] == name:
                    known[int(kept[2])] = kept[3]
                    stores.remove(line)
            lines.append(f"{name} = [{', '.join(known)}]")
        return lines + stores

    def _list_stores(self, at: int, size: int, filled: frozenset[int]) -> list[str]:
        lines = (line.replace("$", f"x{at}") for line in self.actions.stores.get(at, ()))
        named = [_name(line, size) for line in lines]
        if named and at not in filled and not self._are_fresh(named):
            return [f"if x{at}:", *(f"    {line}" for line in _by_value(named))]
        return _by_value(named)

    def _are_fresh(self, lines: list[str]) -> bool:
        """Return whether all lines fill a record that begins here, whose texts are empty as yet."""
        return all(line.startswith("r") and self._begins(line.partition("[")[0]) for line in lines)

    def _begins(self, record: str) -> bool:
        return record in self.actions.fresh

    def _by_table(self, lines: list[str]) -> list[str]:
        """Return the lines with all flags that one code decides looked up by it at once."""
        found = list[str]()
        for name, group in groupby(lines, _find_code):
            flags = [one for one in map(_FLAG.fullmatch, group if name else ()) if one]
            found += self._write_flags(name, flags) if name else group
        return found

    def _write_flags(self, name: str, flags: list[re.Match[str]]) -> list[str]:
        use = self.rule.elements[int(name[1:]) - 1]
        codes = {} if use.components else self.grammar.elements[use.number].codes
        wanted = [frozenset(_QUOTED.findall(one[2])) for one in flags]
        if len(flags) == 1 or not frozenset().union(*wanted) <= set(codes):
            return [one[0] for one in flags]
        table = {code: tuple(code in one for one in wanted) for code in ("", *codes)}
        listed = ", ".join(one[1] for one in flags)
        return [f"{listed} = {self.out.name('FLAGS', table)}[{name}]"]

    def _write_jumps(self, size: int) -> None:
        """Keep the values of qualifiers."""
        firsts = sorted(at for at in self.actions.jumps if at < size - 1)
        if firsts:
            write_usual(self.out, self.actions.jumps[firsts[0]], firsts)


def _find_code(line: str) -> str:
    """Return the variable of the element whose code alone decides a flag, '' of any other line."""
    asked = _DECIDED.fullmatch(line)
    return asked[1] if asked else ""


def _by_value(lines: list[str]) -> list[str]:
    """Return the lines with what is kept for one value of a qualifier together, so that it is asked once."""
    found: list[str] = []
    groups: dict[str, dict[str, list[str]]] = {}
    for at, line in enumerate(lines):
        asked = _FILTERED.fullmatch(line)
        if asked is None:
            if not (at and _FILTERED.fullmatch(lines[at - 1])):
                found.append(line)
            continue
        body = [lines[at + 1].strip()]
        if asked[1]:
            body = [f"if {asked[1]}:", f"    {body[0]}"]
        groups.setdefault(asked[2], {}).setdefault(asked[3], []).extend(body)
    for name, values in groups.items():
        word = "if"
        for value, body in values.items():
            found += [f"{word} {name} == {value}:", *(f"    {line}" for line in body)]
            word = "elif"
    return found


def _by_length(lines: list[str], size: int) -> list[str]:
    """Return the lines without those for segments of more parts than so many; others need not ask for more."""
    found: list[str] = []
    skips = asks = False
    for line in lines:
        longer = _LONGER.fullmatch(line)
        skips = (skips and line.startswith(" ")) or bool(longer and int(longer[1]) >= size)
        asks = (asks and line.startswith(" ")) or bool(longer and not skips)
        if not skips and not (asks and longer):
            found.append(line.removeprefix("    ") if asks else line)
    return found


def _by_flag(lines: list[str]) -> list[str]:
    """Return the lines with what a flag says asked of the flag."""
    flags = {found[2]: found[1] for found in map(_FLAG.fullmatch, lines) if found}
    asked = {f"if {condition}:": f"if {flag}:" for condition, flag in flags.items()}
    return [asked.get(line, line) for line in lines]


def _name(line: str, size: int) -> str:
    """Return a line with the elements that are there by their variables."""
    return _ELEMENT.sub(
        lambda found: f"x{found[1]}" if 0 < int(found[1]) < size else found[0], line
    )
