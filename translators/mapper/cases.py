"""Cases: a sample beside a mapping, and what comes out of it; for tests, the command and the console."""

from typing import Any

import msgspec

from canonical.entities import read_json, write_json
from translators.document import Document
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping
from translators.mapper.written import Elements
from translators.structured.json_reader import read_json_documents
from translators.tabular.csv_reader import csv_options, read_rows
from translators.tabular.csv_writer import write_csv
from translators.tabular.rows import group_documents
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Set


def list_documents(mapping: ReadMapping, data: bytes) -> list[Document]:
    """Return the documents of a file as the mapping says it is written."""
    if isinstance(mapping.reads, str):
        return [document_of(part) for part in read_x12(data) if isinstance(part, Set)]
    kind = mapping.reads["format"]
    if kind == "json":
        return read_json_documents(data)
    wanted = (mapping.one_per,) if mapping.one_per else ()
    rows = read_rows(data, csv_options(mapping.reads, wanted))
    return group_documents(rows, mapping.one_per, kind)


def run_reading(mapping: ReadMapping, data: bytes) -> dict[str, Any]:
    """Return `{entities, findings}` of a sample, as an expected file holds them.

    What the X12 checks say is left out: it is the same for every mapping and has tests of its own.
    """
    entities: list[Any] = []
    findings: list[str] = []
    for document in list_documents(mapping, data):
        if not isinstance(mapping.reads, str):
            findings += map(str, document.findings)
        if document.content is None:
            continue
        mapped = mapping.map(document)
        findings += map(str, mapped.findings)
        if mapped.entity is not None:
            entities.append(msgspec.json.decode(write_json(mapped.entity)))
    return {"entities": entities, "findings": findings}


def run_writing(mapping: WriteMapping, data: bytes) -> tuple[bytes, list[str]]:
    """Return the file an entity's JSON is written as, and the findings as text.

    Segments are written as `BEG*00*NE~`, one a line, without envelope.
    """
    written = mapping.write(read_json(mapping.entity, data))
    findings = list(map(str, written.findings))
    if isinstance(mapping.makes, str):
        lines = ["*".join(map(_joined, segment)) + "~\n" for segment in written.segments]
        return "".join(lines).encode(), findings
    file = write_csv(written.columns, written.rows, csv_options(mapping.makes))
    return file.data, findings + list(map(str, file.findings))


def _joined(element: Elements) -> str:
    return element if isinstance(element, str) else ":".join(element)
