"""Pictures: how the numbers and dates of a column are written, found from its values."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from translators.mapper.readers import DateText, NumberText, compile_reader, read_date, read_decimal

NUMBERS = ("", "1.234,5", "1,234.5", "1 234,5", "1'234.5", "1234,5")  # '': digits with a point
DATES = (
    "",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "YYYY/MM/DD",
    "YYYY.MM.DD",
    "DD.MM.YY",
    "DD/MM/YY",
    "MM/DD/YY",
    "DDMMYYYY",
    "MMDDYYYY",
)  # '': CCYYMMDD, YYMMDD or YYYY-MM-DD
_YEARS = range(2000, 2100)


def list_number_pictures(values: Sequence[str]) -> list[str]:
    """Return the pictures by which all values are numbers, the plainest first; [] where none is."""
    found = [one for one in NUMBERS if all(read_number(text, one) is not None for text in values)]
    if "1.234,5" in found:  # says the same and allows more
        found = [one for one in found if one != "1234,5"]
    return found if values else []


def list_date_pictures(values: Sequence[str]) -> list[str]:
    """Return the pictures by which all values are days of this century; [] where none is."""
    found = [one for one in DATES if all(_is_day(text, one) for text in values)]
    return found if values else []


def read_number(text: str, picture: str) -> Decimal | None:
    """Return the number a text is by a picture."""
    if isinstance(text, DateText):
        return None
    if isinstance(text, NumberText) or not picture:
        return read_decimal(str(text))
    reader = compile_reader(f"number {picture}")
    read = reader(text) if reader else None
    return None if read is None else Decimal(read)


def read_day(text: str, picture: str) -> date | None:
    """Return the day a text is by a picture."""
    if isinstance(text, NumberText) and not picture:
        return None if len(text) != len("CCYYMMDD") else read_date(str(text))
    if isinstance(text, DateText) or not picture:
        return read_date(str(text))
    reader = compile_reader(f"date {picture}")
    read = reader(text) if reader else None
    return None if read is None else date.fromisoformat(read)


def _is_day(text: str, picture: str) -> bool:
    day = read_day(text, picture)
    return day is not None and day.year in _YEARS


def write_number_as(picture: str) -> str:
    """Return what stands under `as` for a picture of numbers, '' where nothing is needed."""
    return f"number {picture}" if picture else ""


def write_date_as(picture: str) -> str:
    """Return what stands under `as` for a picture of dates, '' where nothing is needed."""
    return f"date {picture}" if picture else ""
