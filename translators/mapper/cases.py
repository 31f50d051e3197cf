"""Cases: a sample beside a mapping, and what comes out of it; for tests, the command and the console."""

from typing import Any

import msgspec

from canonical.entities import read_json, write_json
from translators.findings import Finding
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping
from translators.mapper.written import Elements
from translators.reading import read_documents
from translators.tabular.csv_writer import write_csv
from translators.tabular.options import TableOptions
from translators.tabular.xlsx_reader import read_sheet_rows
from translators.writing import write_file


def run_reading(mapping: ReadMapping, data: bytes) -> dict[str, Any]:
    """Return `{entities, findings}` of a sample, as an expected file holds them.

    What the X12 checks say is left out: it is the same for every mapping and has tests of its own.
    """
    entities: list[Any] = []
    findings: list[str] = []
    for document in read_documents(data, mapping):
        if not isinstance(mapping.reads, str):
            findings += map(str, document.findings)
        if document.content is None:
            continue
        mapped = mapping.map(document)
        findings += map(str, mapped.findings)
        if mapped.entity is not None:
            entities.append(msgspec.json.decode(write_json(mapped.entity)))
    return {"entities": entities, "findings": findings}


def run_writing(mapping: WriteMapping, data: bytes) -> tuple[bytes, list[Finding]]:
    """Return the file an entity's JSON is written as, and what was found while writing it.

    Segments are written as `BEG*00*NE~`, one a line, without envelope.
    """
    written = mapping.write(read_json(mapping.entity, data))
    if isinstance(mapping.makes, str):
        lines = ["*".join(map(_joined, segment)) + "~\n" for segment in written.segments]
        return "".join(lines).encode(), written.findings
    file = write_file(written, mapping.makes)
    data = _show_sheet(file.data) if mapping.makes["format"] == "xlsx" else file.data
    return data, written.findings + file.findings


def _show_sheet(data: bytes) -> bytes:
    """Return a workbook as CSV, read back from its bytes: a case should be readable."""
    rows = read_sheet_rows(data, TableOptions(delimiter=""))
    shown = write_csv(rows.header, [row.values for row in rows.rows], TableOptions())
    return shown.data + "".join(f"{one}\r\n" for one in rows.findings).encode()


def _joined(element: Elements) -> str:
    return element if isinstance(element, str) else ":".join(element)
