"""Map: a document as its canonical entity, by the mapping that is agreed."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from canonical.shared import Entity
from gateway.agreed import ReadDocument
from gateway.shelf import Shelf
from gateway.versions.shadow import Shadow, compare_in_shadow
from translators.document import Document
from translators.findings import Finding, has_errors, without_repeats
from translators.mapper.explain import explain
from translators.mapper.read_mapping import Mapped, ReadMapping

BY_DEFAULT = "by-default"
_SHOWN = 5


@dataclass(slots=True, frozen=True)
class MappedDocument:
    """A document after mapping: its entity or None, all findings so far, and by which mapping."""

    ordinal: int
    document: Document
    entity: Entity | None = None
    entity_name: str = ""
    findings: list[Finding] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    mapping: str = ""
    mapping_version: str = ""
    stage: str = ""  # test or shadow, where it is read by a version that changes nothing
    shadow: Shadow | None = None  # what a version beside the live one makes of it
    content: bytes = b""  # its entity as canonical JSON, written once

    @property
    def number(self) -> str:
        """Return the number the trade knows the document by: order, shipment or group."""
        return number_of(self.entity)


# What the trade knows a document by; a receipt may name the shipment it counts.
NUMBERS = (
    "forecast_number",
    "invoice_number",
    "po_number",
    "receipt_number",
    "shipment_number",
    "report_number",
    "event_number",
    "hold_number",
    "group_control",
)


def map_document(shelf: Shelf, read: ReadDocument) -> MappedDocument:
    """Return the document with its entity; where errors were found, without one."""
    document, agreement = read.document, read.agreement
    findings = list(document.findings)
    if agreement is None or document.content is None:
        return MappedDocument(read.ordinal, document, findings=findings)
    published = shelf.find_published(agreement.mapping)
    tried = published.find_trial(document.envelope.usage) if published else None
    reader = tried.mapping if tried else shelf.find_reader(agreement.mapping)
    if not isinstance(reader, ReadMapping):
        faults = reader if isinstance(reader, list) else []
        return MappedDocument(
            read.ordinal,
            document,
            findings=findings + [structs.replace(one, audience="ops") for one in faults],
            mapping=agreement.mapping,
        )
    mapped = reader.map(document)
    further = list(without_repeats(findings, mapped.findings))
    findings += further
    if agreement.counts_defaults and mapped.entity is not None:
        findings += note_defaults(reader, document)
    entity = None if has_errors(findings) else mapped.entity
    stage = tried.stage if tried else ""
    shadow = None
    if published is not None:
        own = Mapped(entity, further)
        shadow = compare_in_shadow(published, read.shadow or document, own)
    return MappedDocument(
        ordinal=read.ordinal,
        document=document,
        entity=entity,
        entity_name=reader.entity,
        findings=findings + _say_stage(stage, reader.name),
        places=mapped.places,
        mapping=reader.name,
        mapping_version=reader.version,
        stage=stage,
        shadow=shadow,
        content=b"" if entity is None else mapped.json or b"",
    )


def note_defaults(reader: ReadMapping, document: Document) -> list[Finding]:
    """Return a note that names the values which a `default` of the mapping gave, where there are any."""
    values = explain(reader.source, document).list_values()
    fields = [one.field for one in values if one.origin == "default"]
    if not fields:
        return []
    more = f" and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else ""
    sentence = f"{', '.join(fields[:_SHOWN])}{more}: nothing stands there, so the default holds"
    return [Finding(level="note", code=BY_DEFAULT, sentence=sentence, place=document.place)]


def _say_stage(stage: str, mapping: str) -> list[Finding]:
    """Return the warning that a document changes nothing yet, for its sender too."""
    if not stage:
        return []
    sentence = (
        f"{mapping} is at stage {stage}: the document is read and answered, and changes nothing"
    )
    advice = "nothing is to be done; it counts once the mapping is live"
    return [Finding(level="warning", code="no-effects", sentence=sentence, advice=advice)]


def number_of(entity: Entity | None) -> str:
    """Return the entity's business number, '' where it has none."""
    for name in NUMBERS:
        value: Any = getattr(entity, name, None)
        if value:
            return str(value)
    return ""


def business_key(partner: str, mapped: MappedDocument) -> str:
    """Return what makes the document the same document again: sender, kind and content (B-68)."""
    content = f"{partner}|{type(mapped.entity).__name__}|".encode() + mapped.content
    return hashlib.sha256(content).hexdigest()
