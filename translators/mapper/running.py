"""What a compiled mapping carries through one document: findings, places, what is absent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from translators.findings import Finding, X12Place


class Absent(Enum):
    """Why a field has no value."""

    MISSING = "nothing stands there"
    BAD = "what stands there cannot be read; a finding says so"


MISSING = Absent.MISSING
BAD = Absent.BAD


@dataclass(slots=True)
class Run:
    """The findings of one document and where each item of a list stands."""

    findings: list[Finding] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class Spot:
    """Where a value stands, for a person and for a 997 or 824."""

    text: str
    x12: X12Place | None = None


@dataclass(slots=True, frozen=True)
class Source:
    """One path, compiled: its first text, all its texts, and where they stand.

    `get` returns '' where nothing stands; it is called for every document and must be quick.
    """

    path: str
    get: Callable[[Any], str]
    list_all: Callable[[Any], list[str]]
    locate: Callable[[Any], Spot]


Step = Callable[[Any, Run, str], Any]
Find = Callable[[Any], list[Any]]
