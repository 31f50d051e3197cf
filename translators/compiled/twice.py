"""Twice: sets taken by the fast passes of two mappings, in one reading of their file."""

from dataclasses import dataclass

from translators.compiled.fast_pass import Taken
from translators.compiled.quick import Quick
from translators.mapper.read_mapping import Mapped, ReadMapping
from translators.x12.structure import Group, Segment


@dataclass(slots=True, frozen=True)
class TakenTwice:
    """A set that is good in every respect, and what each pass that took it made of it."""

    taken: tuple[Taken, ...]

    def map_by(self, reader: ReadMapping, place: str) -> Mapped:
        """Return what the set means by a mapping; one whose pass declined reads it carefully."""
        version = reader.version
        own = next((one for one in self.taken if one.by.reader.version == version), self.taken[0])
        return own.map_by(reader, place)


@dataclass(slots=True, frozen=True)
class Twice:
    """The quick way of two mappings; a set that only one takes is good all the same."""

    old: Quick
    new: Quick

    def take(self, text: str, header: Segment, group: Group) -> TakenTwice | None:
        """Return what the fast passes make of a set; None where both decline."""
        both = (self.old.take(text, header, group), self.new.take(text, header, group))
        taken = tuple(one for one in both if one is not None)
        return TakenTwice(taken) if taken else None
