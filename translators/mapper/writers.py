"""Writers: how a value becomes text, plain or by the picture of `as:`."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from translators.mapper.readers import (
    DateText,
    NumberText,
    is_date_picture,
    list_picture_parts,
    number_marks,
    read_digits,
    read_without_zeros,
)

Writer = Callable[[Any], str | None]


def write_x12(value: Any) -> str:
    """Return the value as X12 writes it: dates CCYYMMDD, numbers without exponent."""
    return value.strftime("%Y%m%d") if isinstance(value, date) else write_text(value)


def write_text(value: Any) -> str:
    """Return the value as plain text: dates YYYY-MM-DD, numbers without exponent."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def write_typed(value: Any) -> str:
    """Return the value as plain text that knows whether it is a number or a date."""
    if isinstance(value, Decimal):
        return NumberText(f"{value:f}")
    return DateText(value.isoformat()) if isinstance(value, date) else write_text(value)


def compile_writer(name: str) -> Writer | None:
    """Return the writer of that name, or None where there is none.

    A writer returns None for a value it cannot write.
    """
    word, _, picture = name.partition(" ")
    if re.fullmatch(r"N[0-9]", name):
        return _implied_writer(int(name[1]))
    if word == "date" and is_date_picture(picture):
        return _date_writer(picture)
    if word == "number" and number_marks(picture) is not None:
        return _number_writer(picture)
    plain: dict[str, Writer] = {
        "upper": lambda value: write_text(value).upper(),
        "digits": lambda value: read_digits(write_text(value)),
        "no_leading_zeros": lambda value: read_without_zeros(write_text(value)),
    }
    return plain.get(name)


def _implied_writer(decimals: int) -> Writer:
    def write(value: Any) -> str | None:
        if not isinstance(value, Decimal):
            return None
        scaled = value.scaleb(decimals)
        return f"{scaled.to_integral_value():f}" if scaled == scaled.to_integral_value() else None

    return write


def _date_writer(picture: str) -> Writer:
    signs = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}
    pattern = picture.replace("CCYY", "YYYY")
    for part in list_picture_parts(picture):
        pattern = pattern.replace(part, signs[part], 1)
    return lambda value: value.strftime(pattern) if isinstance(value, date) else None


def _number_writer(picture: str) -> Writer:
    group, mark = number_marks(picture) or ("", "")
    shown = len(picture.rpartition(mark)[2]) if mark else 0
    least = shown if shown > 1 else 0  # 1.234,5: as many as there are; 1.234,50: at least two

    def write(value: Any) -> str | None:
        if not isinstance(value, Decimal):
            return None
        whole, _, part = f"{abs(value):f}".partition(".")
        part = (part if part.strip("0") else "").ljust(least, "0")
        if part.strip("0") and not mark:
            return None
        digits = f"{int(whole):,}".replace(",", group) if group else whole
        sign = "-" if value < 0 else ""
        return f"{sign}{digits}{mark}{part}" if part and mark else f"{sign}{digits}"

    return write
