"""Records: what one pass keeps of a set: a list per loop that is read, with a slot per text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from translators.compiled.automaton import Automaton, Node
from translators.compiled.pairs import Jump
from translators.mapper.paths import Filter, Step
from translators.mapper.x12_scopes import HL

HL_HEAD = ("e[1]", "above", "depth", "e[3]", "kept")  # then its slots
FIRST = {"''": "", "()": (), "NO_PAIRS": {}}  # what slots hold at first; None otherwise
KNOWN = frozenset((*FIRST, "s"))  # what they may hold at first, as code, but None
ABOVE, DEPTH, CODE, KEPT = 1, 2, 3, 4


class UnsupportedError(Exception):
    """A mapping asks for what one pass cannot give; the careful pass does it."""


@dataclass(slots=True)
class Actions:
    """What is done at one node beside its checks.

    `opens` runs before the checks; `fresh` are records that begin here, by their variable, and what
    their slots hold at first; `stores` runs where an element is good (`$` is the element),
    `after` when the segment is good. `jumps` are the pairs of a segment, by their first position.
    `usual` are conditions under which an element is not as usual, `unusual` runs for such a segment.
    """

    opens: list[str] = field(default_factory=list)
    fresh: dict[str, list[str]] = field(default_factory=dict)
    jumps: dict[int, Jump] = field(default_factory=dict)
    usual: dict[int, str] = field(default_factory=dict)
    unusual: list[str] = field(default_factory=list)
    stores: dict[int, list[str]] = field(default_factory=dict)
    after: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Record:
    """One loop, or lone segment, of which something is kept; the root is the set itself.

    All HL loops are kept in records of one shape, whatever their level: they share their slots.
    The texts of a level are in a list `kept` of its own, which begins with those around it: what
    holds for a level is its own, or else that of the levels around it. Where its first text counts
    of several, the list `own` has the level that was the last to say its own.
    """

    number: int
    name: str
    nodes: tuple[Node, ...]  # where it begins; none for the root
    parent: "Record | None"
    filters: tuple[Filter, ...] = ()
    is_lone: bool = False  # one segment, not the loop it may begin
    slots: list[str] = field(default_factory=list)  # what each holds at first
    known: dict[object, int] = field(default_factory=dict)  # slot of a key
    kept: dict[object, int] = field(default_factory=dict)  # of a level: slot of a key in `kept`
    own: dict[object, int] = field(default_factory=dict)  # of those the first of a level counts of

    @property
    def is_hl(self) -> bool:
        """Return whether it is a level of a hierarchy."""
        return self.name == HL

    @property
    def reading(self) -> str:
        """Return the variable of the record being read."""
        return "level" if self.is_hl else f"r{self.number}"

    @property
    def building(self) -> str:
        """Return the variable of the record being built from."""
        return f"i{self.number}"

    def refer(self, slot: int, *, building: bool = False) -> str:
        """Return how a slot is written in code."""
        if self.parent is None:
            return f"root[{slot}]"
        if building:
            return (
                f"{self.building}[{self.place(slot)}]" if self.is_hl else f"{self.building}_{slot}"
            )
        return f"{self.reading}[{self.place(slot)}]"

    def place(self, slot: int) -> int:
        """Return where in the record a slot stands."""
        return slot + len(HL_HEAD) if self.is_hl else slot

    def refer_kept(self, slot: int, *, building: bool = False) -> str:
        """Return how the text that holds for a level is written in code."""
        return f"{self.building}k{slot}" if building else f"kept[{slot}]"

    @property
    def unpacking(self) -> str:
        """Return the mark that `write_unpacking` turns into the variables of its slots, or kept texts."""
        return f"<{self.number}>"

    def write_unpacking(self) -> str:
        """Return the variables of all slots, as a target to unpack a record, or its `kept`, into."""
        refer = self.refer_kept if self.is_hl else self.refer
        slots = range(len(self.kept) + 1 if self.is_hl else len(self.slots))
        return f"[{', '.join(refer(slot, building=True) for slot in slots)}]"

    def index(self, text: str) -> str:
        """Return an expression over the variables of the slots as one over the record itself."""
        text = re.sub(
            rf"\b{self.building}_(\d+)\b",
            lambda found: f"{self.building}[{self.place(int(found[1]))}]",
            text,
        )
        return re.sub(
            rf"\b{self.building}k(\d+)\b",
            lambda found: f"{self.building}[{KEPT}][{found[1]}]",
            text,
        )

    def find_slot(self, key: object, first: str) -> tuple[int, bool]:
        """Return the slot of a key, and whether it is new."""
        known = self.known.get(key)
        if known is not None:
            return known, False
        if not self.slots:
            self.slots.append("''")  # so that no slot is 0, which a jump means as nowhere
        self.slots.append(first)
        self.known[key] = len(self.slots) - 1
        return len(self.slots) - 1, True

    def find_kept(self, key: object) -> tuple[int, bool]:
        """Return the slot of a key among the texts that hold for a level, and whether it is new."""
        is_new = key not in self.kept
        return self.kept.setdefault(key, len(self.kept) + 1), is_new

    def refer_own(self, key: object) -> str:
        """Return how the level that was the last to have a text of its own is written in code."""
        return f"own[{self.own.setdefault(key, len(self.own))}]"


@dataclass(slots=True)
class Plan:
    """All records of one mapping and what is done at each node to fill them."""

    automaton: Automaton
    root: Record
    records: list[Record] = field(default_factory=list)
    actions: dict[int, Actions] = field(default_factory=dict)
    childless: list[str] = field(default_factory=list)  # conditions of HL that may hold no HL

    def act(self, node: Node) -> Actions:
        """Return the actions of a node, to add to."""
        return self.actions.setdefault(node.number, Actions())

    def find_record(self, parent: Record, step: Step, *, is_lone: bool) -> Record | None:
        """Return a record already planned."""
        wanted = (parent, step.name, step.filters, is_lone)
        known = ((one.parent, one.name, one.filters, one.is_lone) for one in self.records)
        return next((self.records[at] for at, one in enumerate(known) if one == wanted), None)

    def add_record(
        self, parent: Record, step: Step, nodes: Iterable[Node], *, is_lone: bool
    ) -> Record:
        """Return the record of a loop inside another, listed by its parent where its filters hold."""
        found = self.find_record(parent, step, is_lone=is_lone)
        if found is not None:
            return found
        number = len(self.records) + 1
        record = Record(number, step.name, tuple(nodes), parent, step.filters, is_lone)
        twin = next((one for one in self.records if one.is_hl), None) if record.is_hl else None
        if twin is not None:
            record.slots, record.known = twin.slots, twin.known
            record.kept, record.own = twin.kept, twin.own
        self.records.append(record)
        return record

    def list_slot(self, record: Record) -> tuple[Record, int]:
        """Return where the list of a record's instances is kept: its parent and the slot."""
        if record.parent is None:
            raise UnsupportedError(record.name)
        slot, _ = record.parent.find_slot(("list", record.number), "None")
        return record.parent, slot


def write_filters(filters: tuple[Filter, ...], least: int = 0, *, guarded: bool = True) -> str:
    """Return the condition, over `e` and `n`, under which a segment passes the filters; '' if none.

    Up to `least`, elements are there in any case.
    """
    parts = []
    for one in filters:
        if "" in one.values:
            raise UnsupportedError("a filter for an empty element")
        at = int(one.key)
        guard = f"n > {at} and " if guarded and at > least else ""
        parts.append(f"{guard}e[{at}] {write_choice(one.values)}")
    return " and ".join(parts)


def write_first(slots: list[str]) -> list[str]:
    """Return what the slots of a record hold at first, as far as it is known, None otherwise."""
    return [slot if slot in KNOWN else "None" for slot in slots]


def write_choice(values: frozenset[str]) -> str:
    """Return `== 'ST'` or `in ('BT', 'ST')`."""
    listed = sorted(values)
    return f"== {listed[0]!r}" if len(listed) == 1 else f"in {tuple(listed)!r}"
