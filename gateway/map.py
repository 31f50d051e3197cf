"""Map: a document as its canonical entity, by the mapping that is agreed."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from canonical.entities import write_json
from canonical.shared import Entity
from gateway.agreed import ReadDocument
from gateway.shelf import Shelf
from translators.document import Document
from translators.findings import Finding, has_errors, without_repeats


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
    reader = shelf.find_reader(agreement.mapping)
    if isinstance(reader, list):
        return MappedDocument(
            read.ordinal,
            document,
            findings=findings + [structs.replace(one, audience="ops") for one in reader],
            mapping=agreement.mapping,
        )
    mapped = reader.map(document)
    findings += without_repeats(findings, mapped.findings)
    return MappedDocument(
        ordinal=read.ordinal,
        document=document,
        entity=None if has_errors(findings) else mapped.entity,
        entity_name=reader.entity,
        findings=findings,
        places=mapped.places,
        mapping=reader.name,
        mapping_version=reader.version,
    )


def number_of(entity: Entity | None) -> str:
    """Return the entity's business number, '' where it has none."""
    for name in NUMBERS:
        value: Any = getattr(entity, name, None)
        if value:
            return str(value)
    return ""


def business_key(partner: str, entity: Entity) -> str:
    """Return what makes the document the same document again: sender, kind and content (B-68)."""
    content = f"{partner}|{type(entity).__name__}|".encode() + write_json(entity)
    return hashlib.sha256(content).hexdigest()
