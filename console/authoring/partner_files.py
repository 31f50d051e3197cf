"""Partner files: what is wrong with one, and with the mappings it names."""

from gateway.partners import Partners
from gateway.shelf import Shelf
from translators.findings import Finding
from translators.mapper.read_mapping import ReadMapping


def check_partner_file(partners: Partners, shelf: Shelf, name: str) -> list[Finding]:
    """Return what keeps a partner from being used, alone and beside the others."""
    found = list(partners.findings.get(name, ()))
    if name not in partners.partners:
        return found or _refuse(partners, name)
    documents = partners.partners[name].documents
    for one in documents.arriving:
        reader = shelf.find_reader(one.mapping)
        found += reader if isinstance(reader, list) else _check_kind(name, one.kind, reader)
    for one in documents.leaving:
        writer = shelf.find_writer(one.mapping)
        found += writer if isinstance(writer, list) else []
    return found


def _refuse(partners: Partners, name: str) -> list[Finding]:
    partners.get(name)  # raises, naming the nearest partner
    return []


def _check_kind(partner: str, kind: str, reader: ReadMapping) -> list[Finding]:
    """Return whether an agreed kind is what its mapping reads; a sub-version may differ (B-20)."""
    reads = reader.reads if isinstance(reader.reads, str) else reader.reads.get("format", "")
    if kind.startswith(reads) or (kind == "csv" and reads in {"tsv", "fixed"}):
        return []
    finding = Finding(
        level="error",
        code="other-kind",
        sentence=f"{kind} is agreed, and its mapping {reader.name} reads {reads}",
        advice="name another mapping, or correct the kind",
        place=f"{partner}.yaml",
    )
    return [finding]
