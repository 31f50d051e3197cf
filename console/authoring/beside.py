"""Beside: each segment or row of a document with the canonical values it gave and what is wrong with it."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from translators.findings import Finding
from translators.mapper.explain import Value
from translators.mapper.pieces import Piece

SIGNS = {"error": "✗", "warning": "!", "note": "?"}


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """One segment or row, what it gave, and what was found there."""

    place: str
    number: int
    text: str
    values: list[Value]
    findings: list[Finding]


def put_beside(
    pieces: Iterable[Piece], values: list[Value], findings: Iterable[Finding]
) -> Iterator[Beside]:
    """Yield the pieces with their values and findings; a tree has the places its values name."""
    by_place: dict[str, list[Value]] = {}
    for value in values:
        if value.source:
            by_place.setdefault(value.place, []).append(value)
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.place, []).append(finding)
    known = list(pieces) or [
        Piece(place, at, _text_of(given)) for at, (place, given) in enumerate(by_place.items(), 1)
    ]
    for piece in known:
        yield Beside(
            place=piece.place,
            number=piece.number,
            text=piece.text,
            values=by_place.get(piece.place, []),
            findings=found.get(piece.place, []),
        )


def _text_of(values: list[Value]) -> str:
    return f"{values[0].place}: {values[0].text}"


def list_given(values: list[Value]) -> Iterator[str]:
    """Yield `lines[0]: line_number 1 · item.buyer A-100`, one text for each item."""
    for item, given in groupby(values, _item_of):
        told = " · ".join(_tell(value, item) for value in given)
        yield f"{item}: {told}" if item else told


def _item_of(value: Value) -> str:
    """Return `lines[0].acks[1]` of a field inside it, '' of one in no list."""
    start, bracket, _ = value.field.rpartition("]")
    return start + bracket


def _tell(value: Value, item: str) -> str:
    name = value.field.removeprefix(item).removeprefix(".")
    if value.origin == "unreadable":
        return f"{name} ✗"
    return f"{name} {value.value}"
