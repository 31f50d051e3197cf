"""Read: the bytes of a file as documents, whatever its format."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.gateway import Gateway
from gateway.partners import Agreement, Partner, Wanted, find_agreement
from translators.detect import detect_format
from translators.document import Document
from translators.findings import Finding
from translators.mapper.read_mapping import ReadMapping
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Interchange, Set

READABLE = {"csv": "csv", "json": "json"}


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
        yield from _read_x12(partner, data)
    elif found in READABLE:
        yield from _read_agreed(gateway, partner, name, data, READABLE[found])
    else:
        yield ReadDocument(1, _refuse_format(found, name))


def _read_x12(partner: Partner, data: bytes) -> Iterator[Part]:
    ordinal = 0
    for part in read_x12(data):
        if isinstance(part, Set):
            ordinal += 1
            document = document_of(part)
            part.findings = list(document.findings)
            yield ReadDocument(ordinal, document, _agree(partner, document))
            part.release()
        elif isinstance(part, Interchange):  # a group is answered with its interchange
            yield part


def _agree(partner: Partner, document: Document) -> Agreement | None:
    found = find_agreement(partner, Wanted(direction="in", kind=document.kind))
    if isinstance(found, Finding):
        document.findings.append(found)
        return None
    return found


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
        yield ReadDocument(1, Document(kind=kind, place="the whole file", findings=reader))
        return
    for ordinal, document in enumerate(read_by_mapping(data, reader), start=1):
        yield ReadDocument(ordinal, document, agreement)


def read_by_mapping(data: bytes, reader: ReadMapping) -> list[Document]:
    """Return the documents of a file in the format the mapping declares; pandas loads here."""
    said = reader.reads if isinstance(reader.reads, dict) else {"format": "x12"}
    if said["format"] == "json":
        from translators.structured.json_reader import read_json_documents  # noqa: PLC0415 light

        return read_json_documents(data)
    if said["format"] == "x12":
        return [document_of(part) for part in read_x12(data) if isinstance(part, Set)]
    from translators.tabular.csv_reader import csv_options, read_rows  # noqa: PLC0415 loads pandas
    from translators.tabular.rows import group_documents  # noqa: PLC0415

    rows = read_rows(data, csv_options(said))
    return group_documents(rows, reader.one_per)


def _refuse_format(found: str, name: str) -> Document:
    sentences = {
        "empty": "the file is empty",
        "edifact": "this is EDIFACT",
        "xlsx": "this is an Excel workbook",
        "zip": "this is a ZIP archive",
        "xml": "this is XML",
    }
    finding = Finding(
        level="error",
        code="unreadable-format",
        sentence=f"{name}: {sentences.get(found, 'these bytes are no format read here')}",
        advice="send X12, CSV or JSON, as agreed",
        place="the whole file",
    )
    return Document(kind=found, place="the whole file", findings=[finding])
