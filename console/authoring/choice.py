"""Choice: which mapping reads a document: the one named, the one agreed, or the standard's own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.clock import now
from gateway.partners import (
    Agreement,
    Partner,
    PartnerError,
    Wanted,
    find_agreement,
    load_partner,
)
from gateway.partners.tolerance import tolerance_of
from gateway.settings import Site, content_roots
from gateway.shelf import Shelf
from translators.document import Document
from translators.findings import Finding
from translators.mapper.read_mapping import Mapped, ReadMapping
from translators.x12.documents import kind_of
from translators.x12.quirks import STRICT, Tolerance
from translators.x12.structure import Set

Reader = ReadMapping | list[Finding]


@dataclass(slots=True, frozen=True)
class Choice:
    """How documents find their mapping: `by_kind` for X12, `by_name` for formats that do not say."""

    by_kind: Callable[[str], Reader]
    by_name: Callable[[str], Reader]
    partner: Partner | None = None  # whose own codes and quirks are no fault

    @property
    def tolerance(self) -> Tolerance:
        """Return what is tolerated of the partner today."""
        return tolerance_of(self.partner, now().date()) if self.partner else STRICT

    def find_quick(self, set_: Set) -> ReadMapping | None:
        """Return the mapping of a set, which may be read the quick way; None where there is none."""
        reader = self.by_kind(kind_of(set_))
        return None if isinstance(reader, list) else reader

    def map(self, document: Document) -> Mapped:
        """Return what the document means; without content or mapping only findings."""
        if document.content is None:
            return Mapped(None)
        reader = self.find(document)
        return Mapped(None, reader) if isinstance(reader, list) else reader.map(document)

    def find(self, document: Document) -> Reader:
        """Return the mapping that reads the document, or why there is none."""
        is_x12 = document.kind.startswith("x12 ")
        return (self.by_kind if is_x12 else self.by_name)(document.kind)


def choose(home: Path, *, partner: str, mapping: str, file_name: str) -> Choice:
    """Return the choice that the options of a command make; raises PartnerError."""
    # The settings are not read: they would be judged by jsonschema, and nothing of them is needed.
    site = Site(home=home)
    shelf = Shelf(content_roots(site, "mappings")).held()
    known = load_partner(site, partner) if partner else None
    if mapping:
        name = name_of(mapping)
        return _choose_named(shelf, name, known or _find_owner(site, name))
    if known:
        return choose_agreed(shelf, known, file_name)
    return Choice(lambda kind: _find_base(shelf, kind), lambda kind: [_no_mapping(kind)])


def name_of(mapping: str) -> str:
    """Return the name of a mapping, where its file may be given too."""
    return mapping.removeprefix("./").removeprefix("mappings/").removesuffix(".yaml")


def _find_owner(site: Site, mapping: str) -> Partner | None:
    """Return the partner in whose folder the mapping stands; `base` is nobody's."""
    owner = mapping.partition("/")[0]
    try:
        return None if owner == "base" else load_partner(site, owner)
    except PartnerError:
        return None


def _choose_named(shelf: Shelf, name: str, partner: Partner | None) -> Choice:
    reader = shelf.find_reader(name)

    def by_kind(kind: str) -> Reader:
        if isinstance(reader, list) or reader.reads == kind:
            return reader
        return [_other_kind(kind, name, reader)]

    return Choice(by_kind, lambda _: reader, partner)


def choose_agreed(shelf: Shelf, partner: Partner, file_name: str) -> Choice:
    """Return the choice of what is agreed with a partner, by kind and, of tables, by file name."""

    def by_kind(kind: str) -> Reader:
        name = "" if kind.startswith("x12 ") else file_name
        agreed = find_agreement(partner, Wanted(direction="in", kind=kind, file_name=name))
        return shelf.find_reader(agreed.mapping) if isinstance(agreed, Agreement) else [agreed]

    return Choice(by_kind, by_kind, partner)


def _find_base(shelf: Shelf, kind: str) -> Reader:
    _, set_id, version = kind.split(" ", 2)
    name = f"base/{set_id}_{version[2:6]}" if version.startswith("00") else f"base/{set_id}_"
    if shelf.library.find_file(f"{name}.yaml") is not None:
        return shelf.find_reader(name)
    known = [one for one in shelf.library.list_mappings() if one.startswith("base/")]
    finding = Finding(
        level="error",
        code="no-mapping",
        sentence=f"there is no base mapping for {kind}",
        advice=f"name one with --mapping; there are {', '.join(one for one in known if not one.endswith('_out'))}",
    )
    return [finding]


def _no_mapping(kind: str) -> Finding:
    return Finding(
        level="error",
        code="no-mapping",
        sentence=f"a {kind} file does not say what it means",
        advice="name its mapping with --mapping, or who sends it with --partner",
    )


def _other_kind(kind: str, name: str, reader: ReadMapping) -> Finding:
    wanted = reader.reads if isinstance(reader.reads, str) else reader.reads.get("format", "")
    return Finding(
        level="error",
        code="other-kind",
        sentence=f"this document is {kind}, and mapping {name} reads {wanted}",
        advice="name the mapping for it",
        rule=f"{name}.yaml",
    )
