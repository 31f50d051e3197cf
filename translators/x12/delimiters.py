"""Delimiters: the four characters an ISA declares."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Delimiters:
    """Element, component, repetition and segment characters; repetition is '' before 00402."""

    element: str = "*"
    component: str = ">"
    repetition: str = ""
    segment: str = "~"
    newline: str = ""  # decoration that follows each segment terminator
