"""Cells of a workbook as text: dates, numbers and text as the sender saw them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from translators.findings import Finding
from translators.mapper.readers import DateText, NumberText
from translators.tabular.table import tell

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_FIRST_OWN = 164  # below are the formats every workbook has
_LONGEST = 400
_ZEROS = re.compile(r"0+")  # a number format such as 00000: zeros in front are seen
_SHOWS_TIME = re.compile(r"[hs]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
MOST_DIGITS = 15  # a spreadsheet keeps no more of a number


@dataclass(slots=True, frozen=True)
class SheetCell:
    """One cell that holds something; `kind` is `f` where a formula was never computed."""

    name: str
    row: int
    value: Any
    kind: str
    number_format: str


@dataclass(slots=True, frozen=True)
class NumberFormat:
    """How the numbers of a cell are shown."""

    text: str
    is_date: bool
    is_span: bool


class Styles:
    """What the cells of a sheet share: their texts, the formats of their numbers, the first day."""

    def __init__(self, sheet: "ReadOnlyWorksheet") -> None:
        """Take them from the workbook."""
        self.texts = sheet._shared_strings  # noqa: SLF001 - it has no other name
        self.book = sheet.parent
        self.known: dict[str | None, NumberFormat] = {}

    def find(self, style: str | None) -> NumberFormat:
        """Return the format of a style by its number."""
        found = self.known.get(style)
        if found is None:
            found = self.known[style] = self._make(int(style or 0))
        return found

    def _make(self, style: int) -> NumberFormat:
        from openpyxl.styles.numbers import (  # noqa: PLC0415 - only workbooks need it
            BUILTIN_FORMATS,
            is_date_format,
            is_timedelta_format,
        )

        number = self.book._cell_styles[style].numFmtId  # noqa: SLF001 - as above
        own = number - _FIRST_OWN
        text = BUILTIN_FORMATS.get(number, "") if own < 0 else self.book._number_formats[own]  # noqa: SLF001
        return NumberFormat(text, is_date_format(text), is_timedelta_format(text))


def read_value(cell: Any, space: str, kind: str, shown: NumberFormat, styles: Styles) -> Any:
    """Return the value of a cell's element, None where it has none."""
    if kind == "inlineStr":
        runs = cell.iterfind(f"{space}is//{space}t")
        return "".join(run.text or "" for run in runs if run.getparent().tag != f"{space}rPh")
    text = cell.findtext(f"{space}v")
    if not text:
        return None
    if kind == "n":
        return _read_number(text, shown, styles)
    if kind == "s":
        return styles.texts[int(text)]
    if kind == "d":
        from openpyxl.utils.datetime import from_ISO8601  # noqa: PLC0415 - only workbooks need it

        return from_ISO8601(text)
    return text == "1" if kind == "b" else text


def _read_number(text: str, shown: NumberFormat, styles: Styles) -> Any:
    value = int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST else float(text)
    if not shown.is_date:
        return value
    from openpyxl.utils.datetime import from_excel  # noqa: PLC0415 - only workbooks need it

    return from_excel(value, styles.book.epoch, timedelta=shown.is_span)


def show_cell(cell: SheetCell) -> tuple[str, Finding | None]:
    """Return the text of a cell, and what is wrong with it."""
    value = cell.value
    if isinstance(value, str):
        if cell.kind == "e":
            advice = "mend the formula, save the file and send it again"
            return "", _tell(cell, "error", "cell-error", f"holds {value}, an error", advice)
        return value, None
    if isinstance(value, int | float | Decimal):
        return (str(value).upper(), None) if isinstance(value, bool) else _show_number(cell, value)
    if isinstance(value, datetime):
        shows_time = _SHOWS_TIME.search(_QUOTED.sub("", cell.number_format))
        seen = value.isoformat(timespec="seconds") if shows_time else value.date().isoformat()
        return DateText(seen), None
    is_time = isinstance(value, date | time)
    return DateText(value.isoformat()) if is_time else str(value), None


def _show_number(cell: SheetCell, value: float | Decimal) -> tuple[str, Finding | None]:
    plain = Decimal(f"{value:.{MOST_DIGITS}g}")
    if not plain.is_finite():
        return "", _tell(cell, "error", "cell-error", f"holds {value}, which is no number", "")
    text = f"{plain:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    fault = None
    if abs(plain) >= Decimal(10) ** MOST_DIGITS:
        sentence = (
            f"holds a number of {len(text)} digits, of which a spreadsheet keeps {MOST_DIGITS}"
        )
        advice = "make the column one of text before the number is entered, and send the file again"
        fault = _tell(cell, "warning", "cut-number", sentence, advice)
    width = len(cell.number_format) if _ZEROS.fullmatch(cell.number_format) else 0
    return NumberText(text.zfill(width) if text.isdigit() else text), fault


def _tell(cell: SheetCell, level: Any, code: str, sentence: str, advice: str) -> Finding:
    return tell(level, code, f"cell {cell.name} {sentence}", f"row {cell.row}", advice)
