"""Places: where a segment stands, for people and for acknowledgments."""

from typing import Any

from translators.findings import X12Place
from translators.x12.delimiters import Delimiters
from translators.x12.structure import Segment

_LONGEST_SHOWN = 60
_LONGEST_KEPT = 400
_LONGEST_VALUE = 40


def write_place(segment: Segment, delimiters: Delimiters) -> str:
    """Return `segment 14: ACK*IR`, the text cut at sixty characters, as findings show it."""
    text = delimiters.element.join(segment)
    shown = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"segment {segment.ordinal}: {shown}" if segment.ordinal else shown


def quote(value: str) -> str:
    """Return a value between quotation marks, cut at forty characters, as sentences show it."""
    shown = value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
    return repr(shown)


def locate(segment: Segment, delimiters: Delimiters, **codes: Any) -> X12Place:
    """Return the place of a segment: its ordinal, byte, line and text as it stood, with the codes."""
    return X12Place(
        segment=codes.pop("tag", segment[0]),
        ordinal=segment.ordinal,
        offset=segment.offset,
        line=segment.line or None,
        text=delimiters.element.join(segment)[:_LONGEST_KEPT],
        **codes,
    )
