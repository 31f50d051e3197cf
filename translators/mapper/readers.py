"""Readers: how text becomes a value where the canonical type alone does not say it (`as:`)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Reader = Callable[[str], str | None]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_IMPLIED = re.compile(r"([+-]?)([0-9]+)")
_PICTURE = re.compile(r"CCYY|YYYY|YY|MM|DD")
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]{5,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
JOINED = "joined"
PICTURED = frozenset(("date", "number"))  # these know DateText and NumberText
MAX_DIGITS = 24  # Decimal multiplies exactly by a factor of four more; X12 R has 18 at most
PIVOT = 70  # two-digit years from 70 on are 19xx (B-21)


class NumberText(str):
    """The text of a cell that is a number by itself: no picture says how to read it."""

    __slots__ = ()

    def strip(self, _chars: str | None = None, /) -> "NumberText":
        """Return the text, which has no blanks around it."""
        return self


class DateText(str):
    """The text of a cell that is a date by itself, YYYY-MM-DD: no picture says how to read it."""

    __slots__ = ()

    def strip(self, _chars: str | None = None, /) -> "DateText":
        """Return the text, which has no blanks around it."""
        return self


@dataclass(slots=True, frozen=True)
class ReaderDoc:
    """What a reader does, and one example that documentation shows and tests run."""

    name: str
    meaning: str
    example: tuple[str, str]


READERS = (
    ReaderDoc("N2", "N0 to N9: a whole number with so many implied decimals", ("1250", "12.50")),
    ReaderDoc("date DD.MM.YYYY", "a date by its picture", ("31.01.2025", "2025-01-31")),
    ReaderDoc("number 1.234,5", "a number by an example of it", ("1.250,75", "1250.75")),
    ReaderDoc("upper", "capital letters", ("ea", "EA")),
    ReaderDoc("digits", "only the digits", ("PO-4500 012", "4500012")),
    ReaderDoc("no_leading_zeros", "without zeros in front", ("00010", "10")),
    ReaderDoc(
        "sscc",
        "18 digits without the 00 that says it is one",
        ("00106141411234567897", "106141411234567897"),
    ),
    ReaderDoc("joined", "all the texts found there, one a line", ("one", "one")),
    ReaderDoc("time", "HHMM, HHMMSS or HH:MM as HH:MM:SS", ("1305", "13:05:00")),
)


def compile_reader(name: str) -> Reader | None:
    """Return the reader of that name, or None where there is none.

    A reader returns None for text it cannot read; dates come out as YYYY-MM-DD, numbers plain.
    """
    word, _, picture = name.partition(" ")
    if re.fullmatch(r"N[0-9]", name):
        return _implied_reader(int(name[1]))
    if word == "date" and is_date_picture(picture):
        return _date_reader(picture)
    if word == "number" and number_marks(picture) is not None:
        return _number_reader(picture)
    plain: dict[str, Reader] = {
        "upper": str.upper,
        "digits": read_digits,
        "no_leading_zeros": read_without_zeros,
        "time": read_time,
        "sscc": read_sscc,
        JOINED: str,
    }
    return plain.get(name)


def read_digits(text: str) -> str | None:
    """Return the ASCII digits of the text, None where it has none."""
    return "".join(c for c in text if c in "0123456789") or None


def read_without_zeros(text: str) -> str:
    """Return the text without zeros in front; a lone zero stays."""
    return text.lstrip("0") or text[-1:]


def read_sscc(text: str) -> str:
    """Return a package number without the application identifier 00 in front (MAN01 = GM, B-74)."""
    return text[2:] if len(text) == 20 and text.startswith("00") else text


def read_time(text: str) -> str | None:
    """Return HH:MM:SS for HHMM, HHMMSS or either with colons (X12 TM, element 337)."""
    digits = text.replace(":", "")[:6]
    if not re.fullmatch(r"[0-9]{4}|[0-9]{6}", digits):
        return None
    hour, minute, second = digits[:2], digits[2:4], digits[4:] or "00"
    good = hour < "24" and minute < "60" and second < "60"
    return f"{hour}:{minute}:{second}" if good else None


def read_decimal(text: str) -> Decimal | None:
    """Return the number of plain digits with one point at most (X12 R), None for anything else."""
    if len(text) <= MAX_DIGITS and _NUMBER.fullmatch(text):
        return Decimal(text)
    return None


def read_date(text: str) -> date | None:
    """Return the date of CCYYMMDD, YYMMDD (X12 DT) or YYYY-MM-DD, which a time may follow."""
    size = len(text)
    if size == 8 and text.isascii() and text.isdigit():
        return make_date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if size == 6 and text.isascii() and text.isdigit():
        return make_date(full_year(int(text[:2])), int(text[2:4]), int(text[4:]))
    match = _ISO.fullmatch(text)
    return make_date(*map(int, match.groups())) if match else None


def make_date(year: int, month: int, day: int) -> date | None:
    """Return the date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(year: int) -> int:
    """Return the year with its century."""
    return year + (1900 if year >= PIVOT else 2000)


def is_date_picture(picture: str) -> bool:
    """Return whether the picture names day, month and year once each."""
    parts = sorted(part[-2:] for part in _PICTURE.findall(picture))
    rest = _PICTURE.sub("", picture)
    return parts == ["DD", "MM", "YY"] and not any(c.isalnum() for c in rest)


def list_picture_parts(picture: str) -> list[str]:
    """Return YYYY, YY, MM and DD in the order of the picture."""
    return [part.replace("CC", "YY") for part in _PICTURE.findall(picture)]


def _date_reader(picture: str) -> Reader:
    parts = list_picture_parts(picture)
    gaps = [re.escape(gap) for gap in _PICTURE.split(picture)]
    # 1.2.2025 is as clear as 01.02.2025 where something stands between
    loose = all(gaps[1:-1])
    pieces = [gaps[0]]
    for part, gap in zip(parts, gaps[1:], strict=True):
        least = 1 if loose and len(part) == 2 and part != "YY" else len(part)
        pieces.append(f"([0-9]{{{least},{len(part)}}}){gap}")
    pattern = re.compile("".join(pieces))

    def read(text: str) -> str | None:
        match = pattern.fullmatch(text)
        if isinstance(text, DateText):
            return str(text)
        if match is None:
            return None
        said = dict(zip(parts, map(int, match.groups()), strict=True))
        year = said["YYYY"] if "YYYY" in said else full_year(said["YY"])
        found = make_date(year, said["MM"], said["DD"])
        return found.isoformat() if found else None

    return read


def _implied_reader(decimals: int) -> Reader:
    def read(text: str) -> str | None:
        match = _IMPLIED.fullmatch(text)
        if match is None or len(text) > MAX_DIGITS:
            return None
        return f"{Decimal(text).scaleb(-decimals):f}"

    return read


def number_marks(picture: str) -> tuple[str, str] | None:
    """Return the grouping and the decimal mark of an example such as `1.234,5`, or None."""
    match = re.fullmatch(r"(?:[0-9]([^0-9])[0-9]{3}|[0-9]+)(?:([.,])([0-9]+))?", picture)
    if match is None or (match.group(1) or " ") not in ".,' \u00a0":
        return None
    group, decimal = match.group(1) or "", match.group(2) or ""
    return None if group and group == decimal else (group, decimal)


def _number_reader(picture: str) -> Reader:
    group, decimal = number_marks(picture) or ("", "")
    whole = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]+" if group else r"[0-9]+"
    part = rf"(?:{re.escape(decimal)}([0-9]+))?" if decimal else "()"
    pattern = re.compile(rf"([+-]?)({whole}){part}")

    def read(text: str) -> str | None:
        if isinstance(text, NumberText):
            return str(text)
        match = pattern.fullmatch(text) if len(text) <= 2 * MAX_DIGITS else None  # with its groups
        if match is None:
            return None
        sign, digits, decimals = match.groups()
        plain = digits.replace(group, "") if group else digits
        return f"{sign}{plain}.{decimals}" if decimals else f"{sign}{plain}"

    return read
