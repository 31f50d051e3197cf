"""Values: what one element may hold, by its type, lengths and codes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from translators.x12.catalogue import load_catalogue
from translators.x12.grammar import ElementRule

_DAYS = frozenset(
    f"{month:02d}{day:02d}"
    for month, days in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1)
    for day in range(1, days + 1)
)  # without 29 February, which the careful look decides
MINUTES = frozenset(f"{hour:02d}{minute:02d}" for hour in range(24) for minute in range(60))
_PICTURES = {6: "YYMMDD", 8: "CCYYMMDD"}
_SHOWN_CODES = 30  # as many as one line of a listing holds


@dataclass(slots=True, frozen=True)
class Fault:
    """What is wrong with a value: its word in the catalogue, and the words its sentence wants."""

    word: str
    words: dict[str, object] = field(default_factory=dict)
    form: str = ""
    advice: str | None = None  # better than the catalogue's, where there is one

    def write_advice(self, words: Mapping[str, object]) -> str:
        """Return what to change."""
        if self.advice is not None:
            return self.advice
        return load_catalogue()[self.word].advice.format_map(words)


def is_blank(value: str) -> bool:
    """Return whether a value is nothing but blanks."""
    return value.isspace() and "\n" not in value and "\r" not in value


def find_value_fault(rule: ElementRule, value: str) -> Fault | None:
    """Return what is wrong with a filled value, or None; sign and point count no length (B-47)."""
    if not value.isprintable():
        control = next((char for char in value if char < " " or "\x7f" <= char < "\xa0"), None)
        if control is not None:
            return Fault("invalid-character", {"char": repr(control)})
    if rule.type in {"DT", "TM"}:
        return _find_date_fault(rule, value) if rule.type == "DT" else _find_time_fault(rule, value)
    if rule.type == "R" or rule.type[0] == "N":
        return _find_number_fault(rule, value)
    if rule.codes:
        return None if value in rule.codes else _find_code_fault(rule, value)
    return _find_length_fault(rule, len(value), "characters")


def compile_value(rule: ElementRule, marks: str) -> Callable[[str], bool]:
    """Return a quick test: True only if a filled value is surely good and holds none of the marks."""
    low, high = rule.min, rule.max
    if rule.codes:
        return rule.codes.__contains__
    if rule.type == "DT":
        return _is_good_date if high == 8 else _is_never
    if rule.type == "TM":
        return MINUTES.__contains__ if low <= 4 <= high else _is_never
    if rule.type == "R":
        return lambda text: (
            low <= len(text) <= high
            and text.isascii()
            and (text.isdigit() or (low < len(text) and text.replace(".", "", 1).isdigit()))
        )
    if rule.type[0] == "N":
        return lambda text: low <= len(text) <= high and text.isdigit() and text.isascii()
    return _compile_text(low, high, marks)


def _compile_text(low: int, high: int, marks: str) -> Callable[[str], bool]:
    first, second = marks[0], marks[-1]
    if first == second:
        return lambda text: (
            low <= len(text) <= high and text.isprintable() and first not in text and text[0] != " "
        )
    return lambda text: (
        low <= len(text) <= high
        and text.isprintable()
        and first not in text
        and second not in text
        and text[0] != " "
    )


def _is_good_date(text: str) -> bool:
    return (
        len(text) == 8 and text[4:] in _DAYS and text[:4].isdigit() and "0000" < text[:4] <= "9999"
    )


def _is_never(_: str) -> bool:
    return False


def _find_date_fault(rule: ElementRule, value: str) -> Fault | None:
    pictures = [text for size, text in _PICTURES.items() if rule.min <= size <= rule.max]
    wanted = " or ".join(pictures) or f"{rule.max} digits"
    words: dict[str, object] = {"wanted": wanted}
    if not (value.isascii() and value.isdigit()):
        return Fault("invalid-date", words)
    if _PICTURES.get(len(value)) not in pictures:
        return Fault("invalid-date", words | {"count": len(value)}, "digits")
    text = value if len(value) == 8 else "20" + value
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return Fault("invalid-date", words)
    return None


def _find_time_fault(rule: ElementRule, value: str) -> Fault | None:
    good = (
        value.isascii()
        and value.isdigit()
        and len(value) in {4, 6, 7, 8}
        and rule.min <= len(value) <= rule.max
        and value[:4] in MINUTES
        and value[4:6] < "60"
    )
    return None if good else Fault("invalid-time")


def _find_number_fault(rule: ElementRule, value: str) -> Fault | None:
    digits = value.removeprefix("-")
    if rule.type == "R":
        digits = digits.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        if rule.type == "R":
            return Fault("invalid-number", {"kind": "number"})
        return Fault("invalid-number", {"kind": "whole number"}, advice="send digits")
    return _find_length_fault(rule, len(digits), "digits")


def _find_length_fault(rule: ElementRule, size: int, unit: str) -> Fault | None:
    words: dict[str, object] = {"size": size, "unit": unit, "title": rule.name}
    if size < rule.min:
        return Fault("too-short", words | {"least": rule.min})
    if size > rule.max:
        return Fault("too-long", words | {"most": rule.max})
    return None


def _find_code_fault(rule: ElementRule, value: str) -> Fault:
    advice = None
    known = [code for code, meaning in rule.codes.items() if meaning] or list(rule.codes)
    near = [code for code in known if code.lstrip("0") == value.strip().upper().lstrip("0")]
    if near:
        advice = f"send {near[0]!r}"
    elif len(rule.codes) <= _SHOWN_CODES:
        advice = f"use one of {', '.join(rule.codes)}"
    words: dict[str, object] = {"number": rule.number, "title": rule.name}
    return Fault("unknown-code", words, advice=advice)
