"""Random valid sets of any grammar, for properties that hold over all of them."""

from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from random import Random

from translators.x12.grammar import ElementRule, ElementUse, Grammar, LoopRule, SegmentRule
from translators.x12.notes import Note, is_kept, read_note
from translators.x12.structure import Segment

LETTERS = "ABCDEFGHIJ KLMNOPQRSTUVWXYZ0123456789 abc-./&"


@dataclass
class Maker:
    """Makes one set: every mandatory part, and optional ones by chance."""

    grammar: Grammar
    chance: Random
    share: float = 0.25
    segments: list = field(default_factory=list)
    levels: int = 0

    def make(self) -> list:
        """Return the segments between ST and SE, composites as tuples."""
        self._walk(self.grammar.root.nodes)
        return [one for one in self.segments if one[0] not in {"ST", "SE"}]

    def _walk(self, nodes, depth=0):
        bounded = self.chance.random() < self.share
        within = False  # LS and LE: what stands between them comes only with them
        for node in nodes:
            within = node.id == "LS" or (within and node.id != "LE")
            if (within or node.id == "LE") and not bounded:
                continue
            limit = node.repeat if isinstance(node, LoopRule) else node.max_use
            is_asked = node.requirement == "M" or node.id in {"LS", "LE"}
            if not is_asked and self.chance.random() > self.share / (1 + depth / 2):
                continue
            for _ in range(min(limit or 2, self.chance.choice((1, 1, 2)))):
                if isinstance(node, LoopRule):
                    self._walk(node.nodes, depth + 1)
                else:
                    self.segments.append(self._make_segment(self.grammar.segments[node.id]))

    def _make_segment(self, rule: SegmentRule) -> tuple:
        wanted = {
            at
            for at, use in enumerate(rule.elements, 1)
            if use.requirement == "M" or self.chance.random() < self.share
        }
        wanted = settle(rule.notes, wanted, mandatory(rule.elements))
        if not wanted:
            wanted = settle(rule.notes, {1}, set())
        values = [
            self._make_use(use) if at in wanted else "" for at, use in enumerate(rule.elements, 1)
        ]
        if rule.id == "HL":
            self.levels += 1
            values[:2] = str(self.levels), str(self.levels - 1) if self.levels % 6 > 1 else ""
        while values and not values[-1]:
            values.pop()
        return (rule.id, *values)

    def _make_use(self, use: ElementUse):
        if not use.components:
            return self._make_value(self.grammar.elements[use.number])
        must = mandatory(use.components) or {1}
        wanted = settle(use.notes, set(must), must)
        parts = [
            self._make_value(self.grammar.elements[part.number]) if at in wanted else ""
            for at, part in enumerate(use.components, 1)
        ]
        while parts and not parts[-1]:
            parts.pop()
        return tuple(parts)

    def _make_value(self, rule: ElementRule) -> str:
        if rule.codes:
            return self.chance.choice(list(rule.codes))
        size = self.chance.randint(rule.min, min(rule.max, rule.min + 12))
        if rule.type == "DT":
            day = f"{self.chance.randint(1, 12):02d}{self.chance.randint(1, 28):02d}"
            return ("2026" if rule.max == 8 else "26") + day
        if rule.type == "TM":
            return f"{self.chance.randint(0, 23):02d}{self.chance.randint(0, 59):02d}"
        if rule.type == "R" or rule.type[0] == "N":
            return "".join(self.chance.choice("123456789") for _ in range(size))
        text = "".join(self.chance.choice(LETTERS) for _ in range(size))
        return (
            "X" * size
            if not text.strip()
            else text.replace(" ", "_", 1)
            if text[0] == " "
            else text
        )


def mandatory(uses) -> set:
    return {at for at, use in enumerate(uses, 1) if use.requirement == "M"}


def settle(notes, wanted: set, must: set) -> set:
    """Return the positions nearest to those wanted that keep all notes: the fewest added or left out."""
    settled = set(wanted) | must
    for together in list_connected(notes):
        named = sorted({at for note in together for at in note.positions} - must)
        others = settled - set(named)
        choices = [set(few) for size in range(len(named) + 1) for few in combinations(named, size)]
        near = sorted(choices, key=lambda one, now=settled & set(named): len(one ^ now))
        good = (one for one in near if all(keeps(note, others | one) for note in together))
        settled = others | next(good, settled)
    return settled


@cache
def list_connected(notes: tuple) -> list:
    """Return the notes in heaps that share no position."""
    heaps = []
    for note in map(read_note, notes):
        same = [
            heap for heap in heaps if any(set(one.positions) & set(note.positions) for one in heap)
        ]
        heaps = [heap for heap in heaps if heap not in same]
        heaps.append([note, *(one for heap in same for one in heap)])
    return heaps


def keeps(note: Note, wanted: set) -> bool:
    last = max([*wanted, *note.positions])
    return is_kept(note, Segment(["", *("x" if at in wanted else "" for at in range(1, last + 1))]))
