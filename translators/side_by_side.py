"""Side by side: two files, segment by segment or line by line, and where they differ."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

from translators.detect import detect_format
from translators.x12.delimiters import read_delimiters

MOST_PIECES = 20_000  # comparing costs time with the square of them

Sign = Literal["=", "≠", "-", "+"]


class Pair(Struct, frozen=True):
    """One place of both files: `=` alike, `≠` changed, `-` only in the first, `+` only in the second."""

    sign: Sign
    first: str
    second: str
    first_number: int  # of the segment or line, from 1; 0 where there is none
    second_number: int


def compare(first: bytes, second: bytes) -> list[Pair]:
    """Return both files piece by piece, those that are alike too."""
    one, other = split_pieces(first)[:MOST_PIECES], split_pieces(second)[:MOST_PIECES]
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    pairs: list[Pair] = []
    for word, *span in matcher.get_opcodes():
        pairs += _pair(one, other, (span[0], span[1], span[2], span[3]), alike=word == "equal")
    return pairs


def split_pieces(data: bytes) -> list[str]:
    """Return the segments of X12, else the lines of a text; bytes that are neither as one piece."""
    found = detect_format(data)
    if found in {"binary", "xlsx", "xls", "zip"}:
        return [f"{len(data)} bytes of {found}"]
    text = data.decode("utf-8", errors="replace")
    if found != "x12":
        return text.splitlines()
    start = max(data.upper().find(b"ISA"), 0)
    delimiters, _ = read_delimiters(data, start)
    pieces = (piece.strip("\r\n") for piece in text.split(delimiters.segment))
    return [piece for piece in pieces if piece.strip()]


def without_alike(pairs: list[Pair], around: int = 1) -> list[Pair]:
    """Return only what differs, and so many alike pieces before and after it."""
    near = {
        at + step
        for at, pair in enumerate(pairs)
        if pair.sign != "="
        for step in range(-around, around + 1)
    }
    return [pair for at, pair in enumerate(pairs) if at in near]


def _pair(
    one: list[str], other: list[str], span: tuple[int, int, int, int], *, alike: bool
) -> Iterator[Pair]:
    start, end, other_start, other_end = span
    for step in range(max(end - start, other_end - other_start)):
        at, beside = start + step, other_start + step
        has_one, has_other = at < end, beside < other_end
        sign: Sign = "=" if alike else "≠" if has_one and has_other else "-" if has_one else "+"
        yield Pair(
            sign,
            one[at] if has_one else "",
            other[beside] if has_other else "",
            at + 1 if has_one else 0,
            beside + 1 if has_other else 0,
        )
