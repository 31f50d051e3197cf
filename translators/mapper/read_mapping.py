"""ReadMapping: documents in, entities and findings out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from canonical.entities import write_json
from canonical.shared import Entity
from translators.document import Document
from translators.findings import Finding, has_errors
from translators.mapper.formats import Format
from translators.mapper.mapping import Mapping
from translators.mapper.row_format import NO_HEADER
from translators.mapper.running import Absent, Run, Step


class Mapped(msgspec.Struct):
    """What a document means; `entity` is None where a finding of level error prevents it.

    `places` maps the path of each list item, such as `lines[0].acks[1]`, and '' for the whole, to
    where it stands in the document. All of it, `made`, `told` and `stands`, may be made only when
    asked for; `text` is the entity's canonical JSON where that came first.
    """

    made: Entity | Callable[[], Entity] | None
    told: list[Finding] | Callable[[], list[Finding]] = []
    stands: dict[str, str] | Callable[[], dict[str, str]] = {}
    text: bytes | None = None

    @property
    def entity(self) -> Entity | None:
        """Return what the document means."""
        if callable(self.made):
            self.made = self.made()
        return self.made

    @property
    def json(self) -> bytes | None:
        """Return what the document means as canonical JSON."""
        if self.text is None and self.entity is not None:
            self.text = write_json(self.entity)
        return self.text

    @property
    def findings(self) -> list[Finding]:
        """Return everything found while mapping."""
        if callable(self.told):
            self.told = self.told()
        return self.told

    @property
    def places(self) -> dict[str, str]:
        """Return where each part stands."""
        if callable(self.stands):
            self.stands = self.stands()
        return self.stands


@dataclass(slots=True, frozen=True)
class ReadMapping:
    """A compiled mapping of documents to one canonical entity."""

    name: str
    entity: str
    reads: str | dict[str, str]
    version: str  # SHA-256 over the mapping, its base, its tables and units
    one_per: str | None
    files: tuple[str, ...]
    is_strict: bool
    build: Step
    source: Mapping
    format: Format
    is_canonical: bool = False  # nothing is mapped, so nothing is left over

    def map(self, document: Document) -> Mapped:
        """Return the entity the document means, with all findings; bad data never raises."""
        mapped_before = getattr(document.content, "map_by", None)
        if mapped_before is not None:  # by a quick way; see `Set.taken`
            mapped: Mapped = mapped_before(self, document.place)
            return mapped
        content = self.format.open(document.content)
        if content is None:
            return Mapped(None, [_unreadable(document, self)])
        run = Run(places={"": document.place})
        unread = [] if self.is_canonical else self.format.check_unread(content)
        if any(one.code == NO_HEADER for one in unread):
            return Mapped(None, unread)  # whatever else is missing follows from it
        value = self.build(content, run, "")
        lacks = [one for one in unread if one.level == "error"]  # a column explains empty fields
        rest = [one for one in unread if one.level != "error"]
        findings = lacks + run.findings + (_as_errors(rest) if self.is_strict else rest)
        entity = None if isinstance(value, Absent) or has_errors(findings) else value
        return Mapped(entity, findings, run.places)


def _as_errors(findings: list[Finding]) -> list[Finding]:
    return [msgspec.structs.replace(finding, level="error") for finding in findings]


def _unreadable(document: Document, mapping: ReadMapping) -> Finding:
    said: Any = mapping.reads
    wanted = said if isinstance(said, str) else said["format"]
    return Finding(
        level="error",
        code="nothing-to-map",
        sentence=f"this document ({document.kind}) holds nothing {mapping.name} can read as {wanted}",
        advice="see what its reader found",
        place=document.place,
        rule=f"{mapping.name}.yaml",
    )
