"""Text read as the canonical type wants it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from translators.mapper.readers import MAX_DIGITS, read_date, read_decimal
from translators.mapper.shape import FieldShape
from translators.mapper.suggest import did_you_mean


@dataclass(slots=True, frozen=True)
class TypedReader:
    """What reads a text as a type, and the words for text it cannot read."""

    read: Callable[[str], Any]
    code: str
    wanted: str
    advice: str = ""


def typed_reader(shape: FieldShape) -> TypedReader:
    """Return the reader of a canonical field's type."""
    if shape.kind == "date":
        return TypedReader(read_date, "bad-date", "date")
    if shape.kind == "decimal":
        return TypedReader(read_decimal, "bad-number", "number")
    if shape.kind == "int":
        return TypedReader(read_int, "bad-number", "whole number")
    if shape.kind == "choice":
        return _choice_reader(shape.choices)
    if shape.pattern:
        return _pattern_reader(shape.pattern)
    return TypedReader(str, "bad-value", "text")


def read_int(text: str) -> int | None:
    """Return the whole number of ASCII digits, None for anything else."""
    good = len(text) <= MAX_DIGITS and re.fullmatch(r"[+-]?[0-9]+", text)
    return int(text) if good else None


def _choice_reader(choices: frozenset[str]) -> TypedReader:
    def read(text: str) -> str | None:
        return text if text in choices else None

    advice = f"look it up in a table; {did_you_mean('', sorted(choices))}"
    return TypedReader(read, "unknown-code", "word of ours", advice)


def _pattern_reader(pattern: str) -> TypedReader:
    matches = re.compile(pattern).search

    def read(text: str) -> str | None:
        return text if matches(text) else None

    wanted = "ISO 4217 currency code" if pattern == "^[A-Z]{3}$" else f"text like {pattern}"
    return TypedReader(read, "bad-value", wanted)
