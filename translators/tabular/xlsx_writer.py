"""XLSX written: text stays text, numbers and dates are such, and no cell can become a formula."""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from translators.findings import Finding
from translators.mapper.readers import DateText, NumberText
from translators.mapper.written import Written
from translators.writing import WrittenFile

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

MOST_DIGITS = 15  # a spreadsheet keeps no more of a number
MOST_TEXT = 32_767  # characters of a cell
WIDEST = 40
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_xlsx(written: Written, makes: dict[str, str]) -> WrittenFile:
    """Return the rows as a sheet with a header row."""
    return write_sheet_rows(written.columns, written.rows, makes.get("sheet") or "Sheet1")


def write_sheet_rows(
    columns: Sequence[str], rows: Sequence[dict[str, str]], sheet: str
) -> WrittenFile:
    """Return a workbook of one sheet; the same rows give the same bytes."""
    from openpyxl import Workbook  # noqa: PLC0415 - half a second that only workbooks need

    findings: list[Finding] = []
    book = Workbook(write_only=True)
    page = book.create_sheet(re.sub(r"[\\\[\]:*?/]", "_", sheet)[:31])
    page.freeze_panes = "A2"
    for at, name in enumerate(columns, 1):
        width = max([len(name), *(len(row.get(name, "")) for row in rows[:1000])])
        page.column_dimensions[_letters(at)].width = min(width, WIDEST) + 2
    page.append([_make_cell(page, name, 1, findings, bold=True) for name in columns])
    for number, row in enumerate(rows, 2):
        page.append([_make_cell(page, row.get(name, ""), number, findings) for name in columns])
    packed = io.BytesIO()
    book.save(packed)
    return WrittenFile(_without_stamps(packed.getvalue()), findings)


def _make_cell(
    page: Any, text: str, row: int, findings: list[Finding], *, bold: bool = False
) -> "WriteOnlyCell":
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.styles.numbers import FORMAT_DATE_YYYYMMDD2  # noqa: PLC0415

    if isinstance(text, NumberText) and len(text.lstrip("-").replace(".", "")) <= MOST_DIGITS:
        return WriteOnlyCell(page, float(text) if "." in text else int(text))
    if isinstance(text, DateText):
        cell = WriteOnlyCell(page, date.fromisoformat(text))
        cell.number_format = FORMAT_DATE_YYYYMMDD2
        return cell
    shown = _UNSEEN.sub("?", text)[:MOST_TEXT]
    if shown != text:
        sentence = f"{text[:40]!r} is too long for a cell, or holds what cannot stand in one"
        advice = "it is cut, with a ? for each such character"
        place = f"row {row}"
        finding = Finding(
            level="error", code="bad-value", sentence=sentence, advice=advice, place=place
        )
        findings.append(finding)
    cell = WriteOnlyCell(page, shown)
    cell.number_format = "@"
    cell.data_type = "s"  # also where it begins with =
    cell.quotePrefix = True  # and it stays text when somebody edits it
    if bold:
        cell.font = Font(bold=True)
    return cell


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _without_stamps(packed: bytes) -> bytes:
    """Return the package without the time it was made at: bytes are known by their content."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(packed)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", part)
            new.writestr(ZipInfo(name, (2000, 1, 1, 0, 0, 0)), part, ZIP_DEFLATED)
    return out.getvalue()
