"""Writing: what a mapping wrote as the bytes of a file, in the format it declares."""

from collections.abc import Callable
from dataclasses import dataclass, field

from translators.findings import Finding
from translators.mapper.written import Written


@dataclass(slots=True)
class WrittenFile:
    """The bytes of a file, and what was found while writing them."""

    data: bytes
    findings: list[Finding] = field(default_factory=list)


Write = Callable[[Written, dict[str, str]], WrittenFile]


def write_file(written: Written, makes: dict[str, str]) -> WrittenFile:
    """Return the file; X12 is not written here, since its envelope wants numbers."""
    return _find_writer(makes["format"])(written, makes)


def _find_writer(name: str) -> Write:
    """Return the writer of a format; what it needs is loaded only now."""
    if name == "xlsx":
        from translators.tabular.xlsx_writer import write_xlsx  # noqa: PLC0415 loads openpyxl

        return write_xlsx
    if name == "xml":
        from translators.xml.xml_writer import write_xml  # noqa: PLC0415 loads lxml

        return write_xml
    if name == "json":
        from translators.structured.json_writer import write_json_tree  # noqa: PLC0415 beside its kin

        return write_json_tree
    if name == "fixed":
        from translators.tabular.fixed_writer import write_fixed  # noqa: PLC0415 beside its kin

        return write_fixed
    from translators.tabular.csv_writer import write_csv_rows  # noqa: PLC0415 beside its kin

    return write_csv_rows
