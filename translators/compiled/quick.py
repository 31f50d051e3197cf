"""Quick: the fast pass for each kind of set in a file, compiled once enough of them came."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field

from translators.compiled.fast_pass import Take, Taken, compile_fast
from translators.mapper.mapping import Mapping
from translators.mapper.read_mapping import ReadMapping
from translators.x12.grammar import GROUP_OF
from translators.x12.structure import Group, Segment, Set

# Bytes of sets of one mapping: compiling costs as much as reading these carefully. In a file that
# holds several times as much, a tenth of it tells that such sets make up the file.
WORTH_IT = 300_000
_TENTH = 10

Find = Callable[[Set], ReadMapping | None]
Keep = Callable[[str, str], None]


@dataclass(slots=True)
class Demand:
    """How much of what a mapping reads has come by."""

    bytes: int = 0


@functools.cache
def demand_for(mapping: Mapping) -> Demand:
    """Return the demand for a mapping; the same one for the same content."""
    del mapping
    return Demand()


@dataclass(slots=True)
class Taker:
    """The mapping of sets that are alike, and what takes them once it is compiled."""

    mapping: Mapping | None
    take: Take | None = None


@dataclass(slots=True)
class Quick:
    """The quick way of one file; `find` says by which mapping a set is read, None where by none.

    It is asked once for all sets of a file that are alike, with one of which only ST is there.
    """

    find: Find
    worth: int = WORTH_IT
    keep: Keep | None = None  # is handed the code of each fast pass, with a name for it
    size: int = 0  # of the file in bytes, where that is known
    _group: Group | None = None
    _alike: dict[str | tuple[str, ...], Taker] = field(default_factory=dict)  # in this group
    _takers: dict[tuple[object, ...], Taker] = field(default_factory=dict)

    def take(self, text: str, header: Segment, group: Group) -> Taken | None:
        """Return what the fast pass makes of a set; None where there is none or it declines."""
        if group is not self._group:
            self._group, self._alike = group, {}
        alike = header[1] if len(header) == 3 else tuple(header[1:4:2])  # ST01, ST03
        taker = self._alike.get(alike)
        if taker is None:
            taker = self._alike[alike] = self._find_taker(header, group)
        if taker.take is None and taker.mapping is not None:
            taker.take = self._bind(taker.mapping, len(text), group)
        return None if taker.take is None else taker.take(text)

    def _find_taker(self, header: Segment, group: Group) -> Taker:
        """Return what takes such sets; groups of the same kind and marks share it."""
        marks, kind = group.interchange.delimiters, group.header
        key = (header.element(1), header.element(3), kind.element(1), kind.element(8), marks)
        if key not in self._takers:
            self._takers[key] = Taker(self._find(header, group))
        return self._takers[key]

    def _find(self, header: Segment, group: Group) -> Mapping | None:
        if GROUP_OF.get(header.element(1)) != group.header.element(1):
            return None
        found = self.find(Set([header], group, 0))
        return None if found is None else found.source

    def _bind(self, mapping: Mapping, size: int, group: Group) -> Take | None:
        demand = demand_for(mapping)
        demand.bytes += size
        enough = self.worth // _TENTH if self.size > 2 * self.worth else self.worth
        fast = compile_fast(mapping) if demand.bytes > enough else None
        if fast is not None and self.keep is not None:
            self.keep(fast.file_name, fast.source)
        return None if fast is None else fast.bind(group.interchange.delimiters)
