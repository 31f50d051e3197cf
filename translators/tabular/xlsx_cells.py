"""Cells of a workbook as text: dates, numbers and text as the sender saw them."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from translators.findings import Finding
from translators.mapper.readers import DateText, NumberText
from translators.tabular.table import tell

_ZEROS = re.compile(r"0+")  # a number format such as 00000: zeros in front are seen
_SHOWS_TIME = re.compile(r"[hs]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
MOST_DIGITS = 15  # a spreadsheet keeps no more of a number


def show_cell(cell: Any) -> tuple[str, Finding | None]:
    """Return the text of a cell, and what is wrong with it."""
    value = cell.value
    if isinstance(value, str):
        if cell.data_type == "e":
            advice = "mend the formula, save the file and send it again"
            return "", _tell(cell, "error", "cell-error", f"holds {value}, an error", advice)
        return value, None
    if isinstance(value, int | float | Decimal):
        return (str(value).upper(), None) if isinstance(value, bool) else _show_number(cell, value)
    if isinstance(value, datetime):
        shows_time = _SHOWS_TIME.search(_QUOTED.sub("", cell.number_format or ""))
        seen = value.isoformat(timespec="seconds") if shows_time else value.date().isoformat()
        return DateText(seen), None
    is_time = isinstance(value, date | time)
    return DateText(value.isoformat()) if is_time else str(value), None


def _show_number(cell: Any, value: float | Decimal) -> tuple[str, Finding | None]:
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
    width = len(cell.number_format or "") if _ZEROS.fullmatch(cell.number_format or "") else 0
    return NumberText(text.zfill(width) if text.isdigit() else text), fault


def _tell(cell: Any, level: Any, code: str, sentence: str, advice: str) -> Finding:
    return tell(level, code, f"cell {cell.coordinate} {sentence}", f"row {cell.row}", advice)
