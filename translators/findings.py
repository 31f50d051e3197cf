"""Findings: what a person should know about a document, in sentences."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Level = Literal["error", "warning", "note"]


class X12Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where in a set a finding stands, and the codes a 997 carries for it (AK3, AK4, AK5)."""

    segment: str
    ordinal: int  # counted from ST = 1, as AK302 wants it
    loop: str | None = None
    segment_code: str | None = None  # AK304, element 720
    element: int | None = None  # AK401
    component: int | None = None
    reference: str | None = None  # AK402, data element number
    element_code: str | None = None  # AK403, element 723
    value: str | None = None  # AK404
    set_code: str | None = None  # AK502, element 718
    group_code: str | None = None  # AK905, element 716
    interchange_code: str | None = None  # TA105, element I18
    repeat: int | None = None  # which repetition of a repeating element, from 1
    trigger: int | None = None  # the element whose presence asks for this one (CTX of a 999)
    offset: int | None = None  # byte of the segment in the file, from 0
    line: int | None = None  # line of the file the segment begins on, from 1
    text: str | None = None  # the segment as it stood


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a person should know: what stands where, what was wanted, what to do.

    `code` is a stable word such as `unknown-code`; `place` is in the reader's terms, such as
    `segment 14: ACK*IR` or `row 4`; `field` is the canonical field, where a mapping found it.
    """

    level: Level
    code: str
    sentence: str
    place: str = ""
    field: str = ""
    advice: str = ""
    rule: str = ""  # file:line of the mapping or partner file that asked for it
    x12: X12Place | None = None
    quirk: str = ""  # the quirk of the partner's file that tolerates it
    audience: Literal["all", "ops"] = "all"  # ops: a fault of ours that the sender cannot mend

    def __str__(self) -> str:
        """Return `level: field (place): sentence; advice`, as listings and cases show it."""
        where = " ".join(
            part for part in (self.field, f"({self.place})" if self.place else "") if part
        )
        text = (
            f"{self.level}: {where}: {self.sentence}" if where else f"{self.level}: {self.sentence}"
        )
        return f"{text}; {self.advice}" if self.advice else text


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether one of the findings is an error."""
    return any(finding.level == "error" for finding in findings)


def without_repeats(found: list[Finding], further: Iterable[Finding]) -> list[Finding]:
    """Return the further findings without those that say of an element what was found before.

    A checker and a mapping both meet a bad date; the sender shall read of it once.
    """
    said = {_subject(finding) for finding in found}
    return [finding for finding in further if _subject(finding) not in said]


def _subject(finding: Finding) -> tuple[str, str]:
    return (finding.place, finding.sentence.partition(", ")[0])
