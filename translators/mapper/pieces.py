"""Pieces of a document, as a person counts them: segments or rows, in the order of the file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from translators.findings import X12Place
from translators.mapper.x12_getters import spot_of
from translators.tabular.rows import Row
from translators.x12.structure import Loop, Segment


@dataclass(slots=True, frozen=True)
class Piece:
    """One segment or row: its place as findings name it, its number and its text."""

    place: str
    number: int
    text: str


@singledispatch
def list_pieces(content: Any) -> Iterator[Piece]:
    """Yield the pieces of a document's content; of a tree none: there each value has its own place."""
    del content
    yield from ()


@list_pieces.register
def _(content: Loop) -> Iterator[Piece]:
    for segment in list_segments(content):
        yield Piece(spot_of(segment).text, segment.ordinal, "*".join(segment))


@list_pieces.register(list)
def _(content: list[Any]) -> Iterator[Piece]:
    for row in content:
        if isinstance(row, Row):
            shown = " | ".join(f"{name}={text}" for name, text in row.values.items() if text)
            yield Piece(f"row {row.number}", row.number, shown)


def list_segments(root: Loop) -> list[Segment]:
    """Return the segments of a set in the order of the file; HL loops are nested by their pointers."""
    segments = [segment for loop in root.walk() for segment in loop.segments]
    return sorted(segments, key=_ordinal)


def _ordinal(segment: Segment) -> int:
    return segment.ordinal


def compile_bytes(content: Any) -> Callable[[X12Place | None], int | None]:
    """Return what tells at which byte of the file an element begins, from 0; None where nobody counted.

    Delimiters are one byte each; so are the characters of X12's own sets.
    """
    segments = list_segments(content) if isinstance(content, Loop) else []
    by_ordinal = {segment.ordinal: segment for segment in segments}

    def find(place: X12Place | None) -> int | None:
        segment = by_ordinal.get(place.ordinal) if place else None
        if segment is None or place is None:
            return None
        before = segment[: place.element or 0]
        return segment.offset + sum(len(element.encode()) + 1 for element in before)

    return find
