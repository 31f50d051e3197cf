"""Where the compiler is inside an X12 set: which segments and loops can stand here and around."""

from dataclasses import dataclass, field

from translators.mapper.paths import Filter
from translators.x12.grammar import LoopRule

HL = "HL"


@dataclass(slots=True, eq=False)
class Cover:
    """What a mapping reads of one loop: its segments and the loops inside it, with their filters.

    Known once a mapping is compiled, so that what nobody reads can be told (nothing is dropped
    silently).
    """

    segments: dict[str, list[tuple[Filter, ...]]] = field(default_factory=dict)
    loops: dict[str, "list[tuple[tuple[Filter, ...], Cover]]"] = field(default_factory=dict)
    hl: "Cover | None" = None  # of the root: what is read of HL loops around another

    def add_segment(self, name: str, filters: tuple[Filter, ...]) -> None:
        """Say that segments of this id, where the filters hold, are read."""
        known = self.segments.setdefault(name, [])
        if filters not in known:
            known.append(filters)

    def around_hl(self) -> "Cover":
        """Return the cover of HL loops that hold other HL loops."""
        self.hl = self.hl or Cover()
        return self.hl

    def inside(self, name: str, filters: tuple[Filter, ...]) -> "Cover":
        """Return the cover of a loop inside this one."""
        known = self.loops.setdefault(name, [])
        for filters_known, cover in known:
            if filters_known == filters:
                return cover
        cover = Cover()
        known.append((filters, cover))
        return cover


@dataclass(slots=True, frozen=True, eq=False)
class Scope:
    """One loop of the set while the compiler is inside it.

    `rules` are the grammar's loops that may be meant, empty for a lone segment (`each: REF`).
    """

    id: str
    rules: tuple[LoopRule, ...]
    cover: Cover
    parent: "Scope | None" = None

    @property
    def is_hl(self) -> bool:
        """Return whether this is an HL loop, which nests by its pointers and not by the grammar."""
        return self.id == HL

    def outermost(self) -> "Scope":
        """Return the scope of the whole set."""
        return self.parent.outermost() if self.parent else self

    def has_segment(self, name: str) -> bool:
        """Return whether the segment can stand here: of its own, or first in a loop inside."""
        if not self.rules:
            return name == self.id
        return any(node.id == name for rule in self.rules for node in rule.nodes)

    def has_own(self, name: str) -> bool:
        """Return whether the segment can stand here other than first in a loop inside."""
        nodes = (node for rule in self.rules for node in rule.nodes)
        return any(node.id == name and not isinstance(node, LoopRule) for node in nodes)

    def loop_rules(self, name: str) -> tuple[LoopRule, ...]:
        """Return the loops of that name inside this one; an HL loop may hold HL loops."""
        found = tuple(
            node
            for rule in self.rules
            for node in rule.nodes
            if isinstance(node, LoopRule) and node.id == name
        )
        return found or (self.rules if self.is_hl and name == HL else ())

    def list_ids(self) -> list[str]:
        """Return the ids of everything that can stand here or around, nearest first."""
        own = [node.id for rule in self.rules for node in rule.nodes] or [self.id]
        return own + (self.parent.list_ids() if self.parent else [])

    def find_holder(self, name: str) -> "tuple[int, Scope] | None":
        """Return how many loops further out the segment can stand, and that loop's scope."""
        scope: Scope | None = self
        hops = 0
        while scope is not None:
            if scope.has_segment(name):
                return hops, scope
            scope, hops = scope.parent, hops + 1
        return None

    def find_loop_holder(self, name: str) -> "tuple[int, Scope] | None":
        """Return how many loops further out a loop of that name can stand, and that scope."""
        scope: Scope | None = self
        hops = 0
        while scope is not None:
            if scope.loop_rules(name) or (scope.rules and scope.has_segment(name)):
                return hops, scope
            scope, hops = scope.parent, hops + 1
        return None
