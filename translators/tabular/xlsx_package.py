"""The package of a workbook: opened within limits, its one sheet found; hostile ones are refused."""

import io
import re
import warnings
from typing import TYPE_CHECKING
from zipfile import ZipFile

from translators.findings import Finding
from translators.tabular.table import tell

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_PARTS = 2_000
MAX_UNPACKED = 100_000_000
SMALL = 10_000_000  # below this nobody minds how well it was packed
MAX_RATIO = 100
_DECLARES = re.compile(
    rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00|\x00<\x00!|<\?xml[^>]*encoding=.(?!utf-?8)", re.IGNORECASE
)


class WorkbookError(Exception):
    """A workbook that is not read; the sentence says why."""

    def __init__(self, code: str, sentence: str, advice: str = "") -> None:
        """Keep what a finding needs."""
        super().__init__(sentence)
        self.code, self.sentence, self.advice = code, sentence, advice


def check_package(data: bytes) -> None:
    """Refuse what unpacks to far more than it seems, or declares types and entities; reads no cell."""
    try:
        with ZipFile(io.BytesIO(data)) as package:
            _check_parts(package, len(data))
    except WorkbookError:
        raise
    except Exception as error:  # zipfile raises whatever it stumbles over
        sentence = f"the workbook cannot be opened: {error or type(error).__name__}"
        raise WorkbookError("bad-workbook", sentence) from error


def _check_parts(package: ZipFile, size: int) -> None:
    parts = package.infolist()
    unpacked = sum(part.file_size for part in parts)  # zipfile reads no further than this
    is_bomb = unpacked > SMALL and unpacked > MAX_RATIO * size
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or is_bomb:
        sentence = f"it unpacks to {unpacked} bytes in {len(parts)} parts, which are not opened"
        raise WorkbookError("zip-bomb", sentence, "send it in parts, as plain sheets")
    for part in parts:
        is_xml = part.filename.endswith((".xml", ".rels"))
        if is_xml and _DECLARES.search(package.read(part)):
            sentence = f"its part {part.filename[:60]} declares a type, an entity or an encoding"
            raise WorkbookError("dtd-refused", sentence)


def open_sheet(
    data: bytes, name: str, findings: list[Finding]
) -> "tuple[Workbook, ReadOnlyWorksheet]":
    """Return the workbook and the sheet that is meant: the first, or the one named."""
    book = _open_book(data)
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    shown = [title for title, sheet in sheets.items() if sheet.sheet_state == "visible"]
    if name and name not in sheets:
        sentence = f"there is no sheet {name!r}; there are {', '.join(sheets)[:80]}"
        raise WorkbookError("no-sheet", sentence, "name the sheet as agreed")
    title = name or next(iter(sheets), "")
    if not title:
        raise WorkbookError("no-sheet", "there is no sheet with cells in the workbook")
    if title not in shown:
        sentence = (
            f"sheet {title!r} is hidden; what its sender does not see is not taken as his word"
        )
        raise WorkbookError(
            "hidden-sheet", sentence, "show the sheet, or delete it, and send again"
        )
    _tell_others(sheets, title, findings)
    return book, sheets[title]


def _open_book(data: bytes) -> "Workbook":
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second that only workbooks need

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it drops (styles, drawings) holds no cells
            return load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever it stumbles over
        sentence = f"the workbook cannot be read: {error or type(error).__name__}"
        raise WorkbookError("bad-workbook", sentence) from error


def _tell_others(
    sheets: "dict[str, ReadOnlyWorksheet]", title: str, findings: list[Finding]
) -> None:
    others = [name for name in sheets if name != title]
    if others:
        sentence = f"sheet {title!r} is read, and not {', '.join(map(repr, others))[:80]}"
        findings.append(tell("note", "sheet-not-read", sentence, "", ""))
