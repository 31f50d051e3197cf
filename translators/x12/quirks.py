"""Quirks: deviations a partner is allowed for a time, as data; each makes its findings milder."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from translators.findings import Finding, Level

_MILDER: dict[Level, Level] = {"error": "warning", "warning": "note", "note": "note"}
_NOT_IN_STANDARD = "7"  # AK403: the code is in no list of the standard


@dataclass(slots=True, frozen=True)
class Cover:
    """Which findings a quirk covers: their word, and the place where only one place is meant."""

    code: str
    segment: str = ""
    element: int | None = None


QUIRKS: Mapping[str, Cover] = {
    "se01-wrong": Cover("segment-count"),
    "ge01-wrong": Cover("set-count"),
    "iea01-wrong": Cover("group-count"),
    "isa-blanks": Cover("isa-width"),
    "isa11-letter": Cover("isa-element", "ISA", 11),
    "gs01-other": Cover("group-kind"),
    "gs04-short": Cover("group-element", "GS", 4),
    "wrapped-lines": Cover("wrapped-lines"),
    "stray-newlines": Cover("stray-newline"),
    "lower-case-ids": Cover("segment-id-case"),
    "ctt01-wrong": Cover("line-count"),
    "ctt02-wrong": Cover("hash-total"),
}
# Warnings that a partner file may make errors: their AK304 and AK403, an invalid code value (B-76).
REFUSABLE: Mapping[str, tuple[str, str]] = {"line-count": ("8", "7"), "hash-total": ("8", "7")}


@dataclass(slots=True, frozen=True)
class Tolerance:
    """What is tolerated of one sender: quirks with the day they end, codes agreed with us; and what is not.

    `over` holds quirks whose day has passed: their findings stand as they are, and say so.
    """

    until: Mapping[str, str] = field(default_factory=dict)
    over: Mapping[str, str] = field(default_factory=dict)
    own_codes: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by element (B-49)
    refused: frozenset[str] = frozenset()  # words of REFUSABLE that are errors here
    guides: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Rules agreed beyond the standard (B-39), as written, by set and version."""
    guide_places: Mapping[str, str] = field(default_factory=dict)  # file:line of each rule

    def has(self, quirk: str) -> bool:
        """Return whether a quirk is tolerated."""
        return quirk in self.until


STRICT = Tolerance()


def tolerate(findings: list[Finding], tolerance: Tolerance) -> list[Finding]:
    """Return the findings as the tolerance has them: milder, named by their quirk, left out, or errors."""
    if not findings or tolerance == STRICT:
        return findings
    harder = [_harden(one, tolerance) for one in findings]
    return [_soften(one, tolerance) for one in harder if not _is_own(one, tolerance)]


def _harden(finding: Finding, tolerance: Tolerance) -> Finding:
    if finding.code not in tolerance.refused or finding.level != "warning" or finding.x12 is None:
        return finding
    segment, element = REFUSABLE[finding.code]
    place = replace(finding.x12, segment_code=segment, element_code=element)
    return replace(finding, level="error", x12=place)


def _soften(finding: Finding, tolerance: Tolerance) -> Finding:
    quirk = next((name for name, cover in QUIRKS.items() if _is_covered(finding, cover)), "")
    if quirk in tolerance.until and not finding.quirk:
        said = f"{finding.sentence} (tolerated until {tolerance.until[quirk]})"
        return replace(finding, level=_MILDER[finding.level], sentence=said, quirk=quirk)
    if quirk in tolerance.over and not finding.quirk:
        said = f"{finding.sentence} (tolerated until {tolerance.over[quirk]}, which is over)"
        return replace(finding, sentence=said)
    return finding


def _is_covered(finding: Finding, cover: Cover) -> bool:
    if finding.code != cover.code:
        return False
    place = finding.x12
    return not cover.segment or (
        place is not None and (place.segment, place.element) == (cover.segment, cover.element)
    )


def _is_own(finding: Finding, tolerance: Tolerance) -> bool:
    place = finding.x12
    if place is None or place.element_code != _NOT_IN_STANDARD or not place.value:
        return False
    return place.value in tolerance.own_codes.get(place.reference or "", frozenset())
