"""Agreed: what a document may be by its envelope, its kind and its file's name; asks no ledger."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from gateway.containers import find_container_fault
from gateway.partners import (
    Agreement,
    Partner,
    Partners,
    Wanted,
    check_receiver,
    check_usage,
    find_agreement,
)
from gateway.shelf import Shelf
from gateway.versions.shadow import read_in_shadow
from translators.detect import detect_format
from translators.document import Document, Envelope
from translators.findings import Finding, X12Place, has_errors
from translators.reading import NAMES, READABLE, read_documents

_IDOC = re.compile(rb"<(ORDERS05|IDOC)[\s>]")


@dataclass(slots=True, frozen=True)
class ReadDocument:
    """One document with its ordinal in the file; `agreement` is None where nothing fits.

    `shadow` is the document as a version in shadow reads it, where that is another one.
    """

    ordinal: int
    document: Document
    agreement: Agreement | None = None
    shadow: Document | None = None


def find_format(data: bytes) -> str:
    """Return the format of a file; of XML, whether it is an IDoc."""
    found = detect_format(data)
    return "idoc" if found == "xml" and _IDOC.search(data[:4096]) else found


def agree(
    partners: Partners, partner: Partner, document: Document, around: Iterable[Finding] = ()
) -> Agreement | None:
    """Return what is agreed about a set; what is not becomes findings of it, `around` among them."""
    refusals = [*check_envelope(partners, partner, document.envelope), *around]
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


def check_envelope(partners: Partners, partner: Partner, envelope: Envelope) -> list[Finding]:
    """Return what speaks against an envelope on this partner's channel (B-18, B-23, B-94)."""
    sender = partners.find_by_x12(envelope)
    if sender is None:
        return [partners.explain_unknown(envelope)]
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


def read_agreed(
    shelf: Shelf, partner: Partner, name: str, data: bytes, kind: str
) -> Iterator[ReadDocument]:
    """Yield the documents of a format that does not say what it is: the file's name does."""
    if kind not in READABLE and kind != "idoc":
        most = max((one.take.max_bytes for one in partner.channels.arriving), default=0)
        fault = find_container_fault(name, data, most)
        yield ReadDocument(1, _refuse_format(kind, name, fault))
        return
    agreement = find_agreement(partner, Wanted(direction="in", kind=kind, file_name=name))
    if isinstance(agreement, Finding):
        yield ReadDocument(1, Document(kind=kind, place="the whole file", findings=[agreement]))
        return
    reader = shelf.find_reader(agreement.mapping)
    if isinstance(reader, list):
        ours = [msgspec.structs.replace(one, audience="ops") for one in reader]
        yield ReadDocument(1, Document(kind=kind, place="the whole file", findings=ours))
        return
    documents = _read_idocs(partner, data) if kind == "idoc" else read_documents(data, reader)
    beside = read_in_shadow(shelf.find_published(agreement.mapping), reader, data)
    for ordinal, document in enumerate(documents, start=1):
        shadow = None if beside is None else beside[ordinal]
        yield ReadDocument(ordinal, document, agreement, shadow)


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
