"""Pairs: the documents of an archived file, each read by two mappings; nothing else happens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest

from gateway.partners import Agreement, Partner, Wanted, find_agreement
from translators.compiled.quick import WORTH_IT, Quick
from translators.compiled.twice import Twice
from translators.detect import detect_format
from translators.document import Document
from translators.findings import Finding, has_errors, without_repeats
from translators.mapper.read_mapping import Mapped, ReadMapping
from translators.reading import READABLE, read_documents, reads_alike
from translators.x12.documents import document_of, kind_of
from translators.x12.quirks import Tolerance
from translators.x12.reader import read_x12
from translators.x12.structure import Set


@dataclass(slots=True, frozen=True)
class Sides:
    """Two mappings to be compared; without an old one, what the ledger holds stands for it."""

    new: ReadMapping
    old: ReadMapping | None = None

    @property
    def readers(self) -> tuple[ReadMapping, ...]:
        """Return both, the old one first."""
        return (self.old, self.new) if self.old else (self.new,)


@dataclass(slots=True, frozen=True)
class Pair:
    """One document of a file as both sides read it; None where a side has no such document."""

    ordinal: int
    place: str
    old: Mapped | None
    new: Mapped | None
    found: list[Finding] = field(default_factory=list)  # before it was mapped


@dataclass(slots=True, frozen=True)
class Reading:
    """Whose files are read, by which two mappings, and what is tolerated of him."""

    partner: Partner
    sides: Sides
    tolerance: Tolerance
    names: frozenset[str]  # of agreed mappings whose documents are meant
    worth: int = WORTH_IT  # bytes from which a compiled pass is made

    def is_meant(self, kind: str, file_name: str = "") -> bool:
        """Return whether documents of this kind are read by the mapping that is compared."""
        wanted = Wanted(direction="in", kind=kind, file_name=file_name)
        agreed = find_agreement(self.partner, wanted)
        return isinstance(agreed, Agreement) and agreed.mapping in self.names

    def read(self, name: str, data: bytes) -> Iterator[Pair]:
        """Yield each document of a file that is meant; bad bytes yield none or say why."""
        found = detect_format(data)
        if found == "x12":
            yield from self._read_x12(data)
        elif found in READABLE and self.is_meant(found, name):
            yield from self._read_named(data)

    def _read_x12(self, data: bytes) -> Iterator[Pair]:
        meant: dict[str, bool] = {}
        passes = [Quick(partial(self._find, one, meant), self.worth) for one in self.sides.readers]
        take = Twice(*passes).take if len(passes) > 1 else passes[0].take
        for part in read_x12(data, self.tolerance, take):
            if not isinstance(part, Set):
                continue
            document = document_of(part)
            if self._is_meant_once(document.kind, meant):
                yield self._pair(part.ordinal, document, document)
            part.release()

    def _find(self, reader: ReadMapping, meant: dict[str, bool], set_: Set) -> ReadMapping | None:
        kind = kind_of(set_)
        return reader if reader.reads == kind and self._is_meant_once(kind, meant) else None

    def _is_meant_once(self, kind: str, meant: dict[str, bool]) -> bool:
        if kind not in meant:
            meant[kind] = self.is_meant(kind)
        return meant[kind]

    def _read_named(self, data: bytes) -> Iterator[Pair]:
        old, new = self.sides.old, self.sides.new
        after = read_documents(data, new)
        before = after if old is None or reads_alike(old, new) else read_documents(data, old)
        for ordinal, (one, other) in enumerate(zip_longest(before, after), start=1):
            yield self._pair(ordinal, one, other)

    def _pair(self, ordinal: int, one: Document | None, other: Document | None) -> Pair:
        document = other or one
        place = document.place if document else ""
        old = None if self.sides.old is None or one is None else map_fully(self.sides.old, one)
        new = None if other is None else map_fully(self.sides.new, other)
        return Pair(ordinal, place, old, new, list(document.findings) if document else [])


def map_fully(reader: ReadMapping, document: Document) -> Mapped:
    """Return what the gateway takes a document to mean: nothing where anything speaks against it."""
    if document.content is None or not _can_read(reader, document):
        return Mapped(None)
    mapped = reader.map(document)
    found = list(without_repeats(document.findings, mapped.findings))
    is_bad = has_errors(document.findings) or has_errors(found)
    return Mapped(None if is_bad else mapped.entity, found)


def _can_read(reader: ReadMapping, document: Document) -> bool:
    """Return whether a set is of the kind a mapping reads; what is no X12 was read by it."""
    return not document.kind.startswith("x12 ") or reader.reads == document.kind
