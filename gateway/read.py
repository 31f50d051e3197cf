"""Read: the bytes of a file as documents, whatever its format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from gateway.arrivals import CONFLICT, check_arrival, check_group_arrival, hash_interchange
from gateway.clock import now
from gateway.compiled import keep_under
from gateway.containers import find_container_fault
from gateway.gateway import Gateway
from gateway.partners import (
    Agreement,
    Partner,
    Wanted,
    check_receiver,
    check_usage,
    find_agreement,
)
from gateway.partners.tolerance import tolerance_of
from translators.compiled.quick import Quick
from translators.detect import detect_format
from translators.document import Document, Envelope
from translators.findings import Finding, X12Place, has_errors
from translators.mapper.read_mapping import ReadMapping
from translators.reading import NAMES, READABLE, read_documents
from translators.x12.documents import document_of, kind_of
from translators.x12.reader import read_x12
from translators.x12.structure import Group, Interchange, Set

REFUSING = (CONFLICT, "group-number-again")  # found around a set, and refuse it
_IDOC = re.compile(rb"<(ORDERS05|IDOC)[\s>]")


@dataclass(slots=True, frozen=True)
class ReadDocument:
    """One document with its ordinal in the file; `agreement` is None where nothing fits."""

    ordinal: int
    document: Document
    agreement: Agreement | None = None


Part = ReadDocument | Interchange


def read_file(gateway: Gateway, partner: Partner, name: str, data: bytes) -> Iterator[Part]:
    """Yield each document as it is read, and each X12 interchange after its last document."""
    found = detect_format(data)
    if found == "x12":
        yield from _read_x12(gateway, partner, data)
    elif found == "xml" and _IDOC.search(data[:4096]):
        yield from _read_agreed(gateway, partner, name, data, "idoc")
    elif found in READABLE:
        yield from _read_agreed(gateway, partner, name, data, found)
    else:
        most = max((one.take.max_bytes for one in partner.channels.arriving), default=0)
        fault = find_container_fault(name, data, most)
        yield ReadDocument(1, _refuse_format(found, name, fault))


def _read_x12(gateway: Gateway, partner: Partner, data: bytes) -> Iterator[Part]:
    ordinal = 0
    keep = keep_under(gateway.site.home / "var" / "compiled")
    quick = Quick(lambda set_: _find_reader(gateway, partner, set_), keep=keep)
    for part in read_x12(data, tolerance_of(partner, now().date()), quick.take):
        if isinstance(part, Set):
            ordinal += 1
            _check_arrival(gateway, partner, part.group, data)
            document = document_of(part)
            agreement = _agree(gateway, partner, document, part.group)
            part.findings = list(document.findings)
            yield ReadDocument(ordinal, document, agreement)
            part.release()
        elif isinstance(part, Interchange):  # a group is answered with its interchange
            part.sha256 = part.sha256 or hash_interchange(part, data)
            yield part


def _find_reader(gateway: Gateway, partner: Partner, set_: Set) -> ReadMapping | None:
    """Return the mapping agreed for sets of this kind, or None."""
    agreed = find_agreement(partner, Wanted(direction="in", kind=kind_of(set_)))
    found = gateway.shelf.find_reader(agreed.mapping) if isinstance(agreed, Agreement) else None
    return found if isinstance(found, ReadMapping) else None


def _check_arrival(gateway: Gateway, partner: Partner, group: Group, data: bytes) -> None:
    """Add to an interchange, and to a group, what its control numbers tell, at its first set."""
    interchange = group.interchange
    if len(group.sets) > 1 or not interchange.header:
        return
    with gateway.ledger.read() as tx:
        if not interchange.sha256:
            interchange.sha256 = hash_interchange(interchange, data)
            interchange.findings += check_arrival(tx, partner, interchange)
        group.findings += check_group_arrival(tx, partner, group)


def _agree(
    gateway: Gateway, partner: Partner, document: Document, group: Group
) -> Agreement | None:
    """Return what is agreed about the set; what is not becomes findings of it."""
    refusals = check_envelope(gateway, partner, document.envelope)
    around = (*group.interchange.findings, *group.findings)
    refusals += [one for one in around if one.code in REFUSING]
    document.findings += refusals
    if has_errors(refusals) or _has_number_again(partner, document):
        return None
    found = find_agreement(partner, Wanted(direction="in", kind=document.kind))
    if isinstance(found, Agreement):
        return found
    unsupported = X12Place(segment="ST", ordinal=1, set_code="1")
    document.findings.append(msgspec.structs.replace(found, x12=unsupported))
    return None


def _has_number_again(partner: Partner, document: Document) -> bool:
    """Make the warning of a repeated ST02 an error where the partner's file says so (B-26)."""
    if not partner.control_numbers.unique_sets:
        return False
    again = [one for one in document.findings if one.code == "set-control-again"]
    document.findings = [
        msgspec.structs.replace(one, level="error") if one in again else one
        for one in document.findings
    ]
    return bool(again)


def check_envelope(gateway: Gateway, partner: Partner, envelope: Envelope) -> list[Finding]:
    """Return what speaks against an envelope on this partner's channel (B-18, B-23, B-94)."""
    sender = gateway.partners.find_by_x12(envelope)
    if sender is None:
        return [gateway.partners.explain_unknown(envelope)]
    if sender.name != partner.name:
        return [_foreign_sender(partner, envelope)]
    return check_receiver(partner, envelope) + check_usage(partner, envelope)


def _foreign_sender(partner: Partner, envelope: Envelope) -> Finding:
    said = f"{envelope.sender_qualifier}/{envelope.sender}"
    return Finding(
        level="error",
        code="foreign-sender",
        sentence=f"the envelope says {said}, which is not {partner.name}, whose channel this is",
        place="ISA06",
        advice="send under your own id, through your own channel",
        x12=X12Place(segment="ISA", ordinal=0, element=6, interchange_code="006"),
    )


def _read_agreed(
    gateway: Gateway, partner: Partner, name: str, data: bytes, kind: str
) -> Iterator[Part]:
    """Yield the documents of a format that does not say what it is: the file's name does."""
    agreement = find_agreement(partner, Wanted(direction="in", kind=kind, file_name=name))
    if isinstance(agreement, Finding):
        yield ReadDocument(1, Document(kind=kind, place="the whole file", findings=[agreement]))
        return
    reader = gateway.shelf.find_reader(agreement.mapping)
    if isinstance(reader, list):
        yield ReadDocument(
            1,
            Document(
                kind=kind,
                place="the whole file",
                findings=[msgspec.structs.replace(one, audience="ops") for one in reader],
            ),
        )
        return
    documents = _read_idocs(partner, data) if kind == "idoc" else read_documents(data, reader)
    for ordinal, document in enumerate(documents, start=1):
        yield ReadDocument(ordinal, document, agreement)


def _read_idocs(partner: Partner, data: bytes) -> list[Document]:
    from translators.xml.idoc_orders import OurWords, read_orders05  # noqa: PLC0415 loads lxml

    names, units = partner.erp.partners, partner.erp.units
    words = OurWords(
        {theirs.lstrip("0"): ours for ours, theirs in names.items()},
        {theirs: ours for ours, theirs in units.items()},
    )
    return read_orders05(data, words)


def _refuse_format(found: str, name: str, fault: str) -> Document:
    said = f"this is {NAMES[found]}{fault}"
    if found == "empty":
        said = "the file is empty"
    elif found == "binary":
        said = f"these bytes are no format read here{fault}"
    finding = Finding(
        level="error",
        code="unreadable-format",
        sentence=f"{name}: {said}",
        advice="send what is agreed: X12, a table as text or workbook (.xlsx), XML or JSON",
        place="the whole file",
    )
    return Document(kind=found, place="the whole file", findings=[finding])
