"""Reading: the bytes of a file as documents, in the format its mapping declares."""

from typing import TYPE_CHECKING

from translators.detect import detect_format
from translators.document import Document
from translators.findings import Finding
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.row_format import RowFormat
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Set

if TYPE_CHECKING:
    from translators.tabular.options import TableOptions
    from translators.tabular.rows import Rows

READABLE = frozenset(("csv", "json", "xlsx", "xml"))  # these do not say what they mean
NAMES = {
    "x12": "X12",
    "edifact": "EDIFACT",
    "xml": "XML",
    "json": "JSON",
    "xlsx": "an Excel workbook",
    "xls": "an Excel workbook of the old kind (.xls), or one with a password",
    "zip": "a ZIP archive",
    "csv": "plain text",
    "binary": "no text",
    "empty": "empty",
}


def read_documents(data: bytes, mapping: ReadMapping) -> list[Document]:
    """Return the documents of a file; bytes of another format are one document with an error."""
    if isinstance(mapping.reads, str):
        return [document_of(part) for part in read_x12(data) if isinstance(part, Set)]
    wanted = mapping.reads["format"]
    other = _find_other_format(data, wanted)
    if other is not None:
        return [Document(kind=wanted, place="the whole file", findings=[other])]
    if wanted == "json":
        from translators.structured.json_reader import read_json_documents  # noqa: PLC0415 light

        return read_json_documents(data)
    if wanted == "xml":
        from translators.xml.xml_reader import read_xml_documents  # noqa: PLC0415 loads lxml

        return read_xml_documents(data, mapping.reads, mapping.one_per)
    return _read_table(data, mapping, mapping.reads)


def reads_alike(one: ReadMapping, other: ReadMapping) -> bool:
    """Return whether two mappings make the same documents of a file, which is then read once."""
    formats = one.format, other.format
    asked = [
        (sorted(said.read), sorted(said.needed)) if isinstance(said, RowFormat) else ()
        for said in formats
    ]
    same = (one.reads, one.one_per) == (other.reads, other.one_per)
    return same and asked[0] == asked[1]


def _find_other_format(data: bytes, wanted: str) -> Finding | None:
    """Return the error of a file that is plainly something else than its mapping reads.

    A table may begin as anything, with {, say, and what is no JSON is told better by its reader.
    """
    seen = detect_format(data)
    may_be = {"xlsx": {"xlsx"}, "xml": {"xml"}}.get(wanted)
    if seen == "empty" or (may_be is None and seen not in {"xlsx", "xls"}):
        return None
    if may_be is not None and seen in may_be:
        return None
    return Finding(
        level="error",
        code="other-format",
        sentence=f"this is {NAMES[seen]}, where {NAMES.get(wanted, wanted.upper())} is agreed",
        advice="send what is agreed; a file that only got another name keeps its format",
        place="the whole file",
    )


def _read_table(data: bytes, mapping: ReadMapping, said: dict[str, str]) -> list[Document]:
    from translators.tabular.rows import group_documents  # noqa: PLC0415 pandas loads below

    rows, _ = read_table_rows(data, mapping)
    return group_documents(rows, mapping.one_per, said["format"])


def read_table_rows(data: bytes, mapping: ReadMapping) -> "tuple[Rows, TableOptions]":
    """Return the rows of a table, and how its mapping declares that it is written."""
    from translators.tabular.options import table_options  # noqa: PLC0415 pandas loads below

    said = mapping.reads if isinstance(mapping.reads, dict) else {"format": "csv"}
    rows_of = mapping.format
    known = rows_of.read if isinstance(rows_of, RowFormat) else frozenset[str]()
    needed = rows_of.needed if isinstance(rows_of, RowFormat) else frozenset[str]()
    options = table_options(said, known=known, needed=needed)
    if said["format"] == "xlsx":
        from translators.tabular.xlsx_reader import read_sheet_rows as read  # noqa: PLC0415
    elif said["format"] == "fixed":
        from translators.tabular.fixed_reader import read_fixed_rows as read  # noqa: PLC0415
    else:
        from translators.tabular.csv_reader import read_rows as read  # noqa: PLC0415
    return read(data, options), options
