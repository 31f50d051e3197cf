"""Second opinion: what pyx12 says of each set beside what we say; pyx12 is asked, never obeyed.

pyx12 knows two interchange versions, takes a set into any group and stops at an empty segment. So
each set is put to it alone, as it stood, in an envelope it can look up: it judges the set, from ST
to SE, against maps made from our own grammars. Envelopes are judged by us only.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from translators.findings import Finding
from translators.x12.documents import GUESSED_VERSION, document_of
from translators.x12.grammar import find_version, load_grammar
from translators.x12.quirks import STRICT, Tolerance
from translators.x12.reader import read_x12
from translators.x12.second_opinion_maps import control_version_of, group_version_of, load_maps
from translators.x12.structure import Segment, Set

Word = Literal["accepted", "rejected", "unjudged"]
MISSING = "3"  # AK304
_ENVELOPE = frozenset(("ISA", "GS", "GE", "IEA"))
MOST_SEGMENTS = 20_000  # of one set: pyx12 does some 2,600 a second


@dataclass(slots=True, frozen=True)
class Remark:
    """One error a judge names; `code` is AK502, AK304 or AK403, ordinal counts from ST = 1."""

    code: str
    segment: str
    ordinal: int
    sentence: str
    element: int | None = None
    component: int | None = None
    value: str = ""

    def __str__(self) -> str:
        """Return `segment 4 N104: sentence (code 1)`."""
        part = f"{self.element:02d}" if self.element else ""
        part += f"-{self.component}" if self.component else ""
        return f"segment {self.ordinal} {self.segment}{part}: {self.sentence} (code {self.code})"


@dataclass(slots=True, frozen=True)
class Verdict:
    """What one judge says of a set; `reason` tells why where it could not judge."""

    word: Word
    remarks: tuple[Remark, ...] = ()
    reason: str = ""


@dataclass(slots=True, frozen=True)
class Opinion:
    """Both verdicts on one set."""

    place: str
    set_id: str
    version: str
    ours: Verdict
    theirs: Verdict

    @property
    def agrees(self) -> bool:
        """Return whether both say the same of the same segments, or neither could judge."""
        return self.ours.word == self.theirs.word and not any(self.list_differences())

    def list_differences(self) -> tuple[list[str], list[str]]:
        """Return the segments only we find fault with, and those only the other judge does.

        A missing segment is known by its id: judges count differently where it should have stood.
        """
        ours, theirs = (_list_subjects(verdict) for verdict in (self.ours, self.theirs))
        return [one for one in ours if one not in theirs], [
            one for one in theirs if one not in ours
        ]


def second_opinion(data: bytes, folder: Path, tolerance: Tolerance = STRICT) -> list[Opinion]:
    """Return both verdicts on every set of a file; maps for pyx12 are kept in the folder.

    What is tolerated of a partner changes our verdict only: pyx12 knows the standard.
    """
    return [_compare(part, folder) for part in read_x12(data, tolerance) if isinstance(part, Set)]


def _list_subjects(verdict: Verdict) -> list[str]:
    """Return `7 N3` for each segment at fault, `missing PO1` for each that is not there."""
    return list(
        dict.fromkeys(
            f"missing {remark.segment}"
            if remark.code == MISSING and not remark.element
            else f"{remark.ordinal} {remark.segment[:3]}"
            for remark in verdict.remarks
        )
    )


def _compare(set_: Set, folder: Path) -> Opinion:
    version = find_version(set_.version.strip() or GUESSED_VERSION) or ""
    theirs = _ask(set_, version, folder)
    ours = _judge(document_of(set_).findings)
    return Opinion(set_.place, set_.set_id, version or set_.version, ours, theirs)


def _judge(findings: list[Finding]) -> Verdict:
    if any(finding.code == "no-grammar" for finding in findings):
        return Verdict("unjudged", reason="there is no grammar for this set and version")
    errors = [finding for finding in findings if finding.level == "error"]
    remarks = tuple(map(_read_remark, filter(_is_inside, errors)))
    return Verdict("rejected" if remarks else "accepted", remarks)


def _is_inside(finding: Finding) -> bool:
    """Return whether a finding speaks of the set itself, as the second judge can."""
    return finding.x12 is None or finding.x12.segment not in _ENVELOPE


def _read_remark(finding: Finding) -> Remark:
    place = finding.x12
    if place is None:
        return Remark("", "", 0, finding.sentence)
    code = place.element_code or place.segment_code or place.set_code or ""
    return Remark(
        code,
        place.segment,
        place.ordinal,
        finding.sentence,
        place.element,
        place.component,
        place.value or "",
    )


def _ask(set_: Set, version: str, folder: Path) -> Verdict:
    if load_grammar(set_.set_id, version) is None:
        return Verdict("unjudged", reason="there is no grammar to make a map from")
    if len(set_.segments) > MOST_SEGMENTS:
        reason = (
            f"{len(set_.segments)} segments would take minutes; it is asked up to {MOST_SEGMENTS}"
        )
        return Verdict("unjudged", reason=reason)
    from translators.x12.second_opinion_pyx12 import judge_text  # noqa: PLC0415 -- loads pyx12

    text = write_lone_set(set_, version)
    return judge_text(text, load_maps(version, folder), set_.set_id)


def write_lone_set(set_: Set, version: str) -> str:
    """Return the set as it stood in an interchange of its own that pyx12 can look up."""
    marks = set_.group.interchange.delimiters
    control = control_version_of(version)
    usual = "U" if control < "00402" else "^"
    ids = ("ZZ", f"{'SENDER':15}", "ZZ", f"{'RECEIVER':15}")
    isa = ["ISA", "00", " " * 10, "00", " " * 10, *ids, "260101", "1200"]
    isa += [marks.repetition or usual, control, "000000001", "0", "P", marks.component]
    grammar = load_grammar(set_.set_id, version)
    group_id = grammar.group_id if grammar else ""
    day = "20260101" if version >= "004010" else "260101"
    group_version = group_version_of(set_.set_id, version)
    gs = ["GS", group_id, "SENDER", "RECEIVER", day, "1200", "1", "X", group_version]
    tail = [["GE", "1", "1"], ["IEA", "1", "000000001"]]
    rows: list[list[str] | Segment] = [isa, gs, *set_.segments, *tail]
    return "".join(marks.element.join(row) + marks.segment for row in rows)
