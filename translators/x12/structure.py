"""The parts of an X12 file as values: interchange, group, set, loop, segment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from msgspec import Struct

from translators.document import Envelope
from translators.findings import Finding
from translators.x12.delimiters import Delimiters
from translators.x12.grammar import is_version
from translators.x12.quirks import STRICT, Tolerance


class Segment(list[str]):
    """Elements of one segment, its id at index 0, so that `segment[4]` is element 04.

    `ordinal` counts from ST = 1 inside a set (0 outside), `offset` is the byte in the file, `line`
    the line it begins on, from 1 (0 where nobody counted).
    """

    __slots__ = ("line", "offset", "ordinal")

    def __init__(
        self, elements: list[str], ordinal: int = 0, offset: int = 0, line: int = 0
    ) -> None:
        """Hold the elements as they were split."""
        self += elements  # as list.__init__ does; super() costs twice as much, for every segment
        self.ordinal = ordinal
        self.offset = offset
        self.line = line

    def element(self, position: int) -> str:
        """Return the element at the 1-based position, or '' where the segment is shorter."""
        return self[position] if position < len(self) else ""


@dataclass(slots=True, eq=False)
class Interchange:
    """One ISA..IEA: its header, its delimiters, what was found wrong with its envelope."""

    header: Segment
    delimiters: Delimiters
    ordinal: int  # counted from 1 in the file
    trailer: Segment | None = None
    groups: "list[Group]" = field(default_factory=list)
    acks: list[Segment] = field(default_factory=list)  # TA1 segments
    findings: list[Finding] = field(default_factory=list)
    tolerance: Tolerance = STRICT
    sha256: str = ""  # of its bytes alone, where somebody asked
    answered_as: str = ""  # P, T or I, where that is not what ISA15 says
    group_numbers: set[tuple[str, str]] = field(default_factory=set)  # GS01, GS06 closed so far

    @property
    def usage(self) -> str:
        """Return how it is answered: as production, test or information."""
        return self.answered_as or self.header.element(15).strip()


@dataclass(slots=True, eq=False)
class Group:
    """One GS..GE; `sets` hold only what an acknowledgment needs once a set has been passed on."""

    header: Segment
    interchange: Interchange
    trailer: Segment | None = None
    sets: "Sets" = field(init=False)
    findings: list[Finding] = field(default_factory=list)
    envelope: Envelope | None = None  # of its sets, without their control number; made once

    def __post_init__(self) -> None:
        """Begin without sets."""
        self.sets = Sets(self)


class Sets(Sequence["Set"]):
    """The sets of a group; of one that is done with and has no fault, only the text of its ST is kept.

    So the memory of a file does not grow with the good sets in it.
    """

    __slots__ = ("_element", "_group", "_held")

    def __init__(self, group: Group) -> None:
        """Hold no set."""
        self._group = group
        self._element = group.interchange.delimiters.element
        self._held = list[Set | str]()

    def append(self, set_: "Set") -> None:
        """Add the set that comes next in the file."""
        self._held.append(set_)

    def settle(self, set_: "Set") -> None:
        """Keep less of a set passed on, if it is the last one and nothing was found in it."""
        held = self._held
        if not set_.findings and len(held) > 1 and held[-1] is set_:
            held[-1] = self._element.join(set_.segments[0])

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._held)

    @overload
    def __getitem__(self, at: int) -> "Set": ...

    @overload
    def __getitem__(self, at: slice) -> "list[Set]": ...

    def __getitem__(self, at: int | slice) -> "Set | list[Set]":
        """Return a set, or some, with at least its ST and its findings."""
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        held = self._held[at]
        return self._restore(held, at % len(self._held)) if isinstance(held, str) else held

    def _restore(self, header: str, at: int) -> "Set":
        first = self._held[0]
        before = first.ordinal if isinstance(first, Set) else 1  # the first one is never put away
        elements = header.split(self._element)
        return Set([Segment(elements, 1)], self._group, before + at)


class Set(Struct, eq=False):  # a Struct is made in a third of the time of a dataclass
    """One ST..SE: all its segments, ST and SE included, as they stood."""

    segments: list[Segment]
    group: Group
    ordinal: int  # counted from 1 in the file
    findings: list[Finding] = []
    root: "Loop | None" = None  # filled by read_loops; None where the set has no grammar
    taken: Any = None  # what a quick way made of it; then it has no fault, and only ST is here

    @property
    def set_id(self) -> str:
        """Return ST01, such as 855."""
        return self.segments[0].element(1)

    @property
    def control(self) -> str:
        """Return ST02, the set control number, as text."""
        return self.segments[0].element(2)

    @property
    def version(self) -> str:
        """Return ST03 where it names a version, else GS08: what the sender declares (B-20).

        ST03 may name any convention, a guide's own title too; then GS08 has the version.
        """
        convention = self.segments[0].element(3)
        return convention if is_version(convention) else self.group.header.element(8)

    @property
    def place(self) -> str:
        """Return where the set stands, such as `set 2 (ST*855*0002)`."""
        return f"set {self.ordinal} ({'*'.join(self.segments[0][:3])})"

    def release(self) -> None:
        """Keep only ST and the findings: what an acknowledgment of a set passed on still needs."""
        del self.segments[1:]
        self.root = self.taken = None
        self.group.sets.settle(self)


@dataclass(slots=True, eq=False)
class Loop:
    """One loop of a set: its own segments and the loops inside it.

    The root has the set id as its `id`; any other is named by its first segment. HL loops of an
    856 are nested by HL02 pointers, never by order (B-69): an item's `parent` is its pack or order.
    """

    id: str
    parent: "Loop | None" = None
    segments: list[Segment] = field(default_factory=list)
    loops: "list[Loop]" = field(default_factory=list)

    def walk(self) -> "Iterator[Loop]":
        """Yield this loop and every loop inside it, outer first."""
        waiting = [self]
        while waiting:
            loop = waiting.pop()
            yield loop
            waiting.extend(reversed(loop.loops))
