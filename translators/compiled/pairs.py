"""Pairs: where the value behind each qualifier is kept, found once for each run of qualifiers."""

from dataclasses import dataclass, field

from translators.compiled.listing import Listing

MOST_SHAPES = 1000
_NOWHERE = (0, 0)


@dataclass(slots=True)
class Jump:
    """Where the value of each qualifier is kept: the list, and by code its slot and its rank there.

    Of several that lead to one slot the lowest rank counts, then the first. Slot 0 is nowhere. The
    segment stands once in the loop the list is kept of; `inherits` says that the list begins with
    what holds around the loop.
    """

    target: str
    inherits: bool
    slots: dict[str, tuple[int, int]] = field(default_factory=dict)


class Shapes(dict[tuple[str, ...], tuple[int, ...]]):
    """The slots of the values behind each run of qualifiers met so far; an unknown code is a KeyError."""

    def __init__(self, jump: Jump) -> None:
        """Know none."""
        super().__init__()
        self._slots = {"": _NOWHERE} | jump.slots

    def __missing__(self, codes: tuple[str, ...]) -> tuple[int, ...]:
        """Return the slot of each value, 0 where another one counts more."""
        best = dict[int, tuple[int, int]]()
        for at, code in enumerate(codes):
            slot, rank = self._slots[code]
            best[slot] = min(best.get(slot, (rank, at)), (rank, at))
        found = tuple(
            slot if best[slot][1] == at else 0
            for at, slot in enumerate(self._slots[code][0] for code in codes)
        )
        if len(self) >= MOST_SHAPES:
            self.clear()
        self[codes] = found
        return found


def write_usual(out: Listing, jump: Jump, firsts: list[int]) -> None:
    """Write what keeps the values of a segment whose elements are variables; its codes may be unknown.

    The codes are mostly those of the segment before.
    """
    stem = out.fresh("j")
    last, slots = ([f"{stem}{letter}{at}" for at in firsts] for letter in "cs")
    codes = [f"x{at}" for at in firsts]
    out.starts += last
    differs = " or ".join(f"{one} != {other}" for one, other in zip(codes, last, strict=True))
    with out.block(f"if {differs}:"):
        out.add(f"{', '.join(last)}, = {', '.join(codes)},")
        out.add(f"{', '.join(slots)}, = {_name(out, jump)}[{', '.join(codes)},]")
    for slot, at in zip(slots, firsts, strict=True):
        out.add(*_keep(jump, slot, f"x{at + 1}"))


def write_any(out: Listing, jump: Jump, first: int) -> None:
    """Write what keeps the values of a split segment of any length, whose codes are known."""
    with out.block(
        f"for j, x in zip({_name(out, jump)}[tuple(e[{first}::2])], e[{first + 1}::2]):"
    ):
        out.add(*_keep(jump, "j", "x"))


def write_doubt(out: Listing, jump: Jump, name: str) -> list[str]:
    """Return the lines that decline where a qualifier is unknown."""
    return [f"if {name} not in {out.name('CODES', frozenset(jump.slots))}:", "    return None"]


def _name(out: Listing, jump: Jump) -> str:
    """Return the name of the shapes of a jump, which all its segments share."""
    known = next((name for name, held in out.names.items() if held is jump), None)
    return known or out.name("SHAPES", jump)


def _keep(jump: Jump, slot: str, value: str) -> list[str]:
    if not jump.inherits:
        return [f"{jump.target}[{slot}] = {value}"]
    return [  # what is said around the loop, too, may be what counts
        f"if {slot}:",
        f"    if {jump.target}[{slot}]:",
        "        return None",
        f"    {jump.target}[{slot}] = {value}",
    ]
