"""Advice: the 824 that tells which sets could be read and not be used, and why (B-42)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from textwrap import wrap

from translators.findings import Finding, X12Place
from translators.x12.delimiters import Delimiters
from translators.x12.functional import copy_safely
from translators.x12.grammar import find_version, load_elements
from translators.x12.writer import (
    Element,
    OutEnvelope,
    OutGroup,
    WrittenSegment,
    WrittenSet,
    write_groups,
)

REJECTED, WITH_ERRORS = "TR", "TE"  # OTI01, element 110
_MOST_ERRORS = 100
_LONGEST_NOTE = 80  # NTE02
_LONGEST_MESSAGE = 60  # TED02
_NUMBERS = {"850": "PO", "855": "PO", "856": "SI", "860": "PO", "865": "PO", "810": "IV"}
_REASONS = {
    "missing-element": "007",
    "missing-segment": "007",
    "required-missing": "007",
    "unknown-code": "848",
    "bad-value": "848",
}  # TED01, element 647, by the finding's word; 024 says nothing, and the note says all


@dataclass(slots=True, frozen=True)
class Refusal:
    """One set that is answered: how it is named in its envelope, its number, what speaks against it."""

    set_id: str
    version: str
    group_control: str
    set_control: str
    number: str  # of the order, shipment or invoice; '' where it was not found
    findings: Sequence[Finding]

    @property
    def verdict(self) -> str:
        """Return OTI01: rejected with an error, else accepted with errors."""
        is_rejected = any(finding.level == "error" for finding in self.findings)
        return REJECTED if is_rejected else WITH_ERRORS


def write_824(
    refusals: Sequence[Refusal], envelope: OutEnvelope, marks: Delimiters, now: datetime
) -> tuple[bytes, list[Finding]]:
    """Return one interchange with an 824 for each group that is answered, in its version.

    Groups of one version share a group of ours, so `len(list_versions_of(refusals))` control
    numbers are used, from `envelope.group_control` on. b'' and findings where it cannot be written.
    """
    groups = []
    for at, version in enumerate(list_versions_of(refusals)):
        same = [one for one in refusals if _read_version(one) == version]
        sets = list(_list_sets(same, envelope, (marks, now)))
        sender = envelope.group_sender or envelope.sender
        receiver = envelope.group_receiver or envelope.receiver
        control = envelope.group_control + at
        groups.append(OutGroup("AG", sender, receiver, control, version, sets))
    return write_groups(groups, envelope, marks, now)


def list_versions_of(refusals: Sequence[Refusal]) -> list[str]:
    """Return the versions the answers are written in, each once, oldest first."""
    return sorted({_read_version(refusal) for refusal in refusals})


def _list_sets(
    refusals: Sequence[Refusal], envelope: OutEnvelope, said: tuple[Delimiters, datetime]
) -> Iterator[WrittenSet]:
    marks, now = said
    by_group = groupby(sorted(refusals, key=_group_of), key=_group_of)
    for at, (_, members) in enumerate(by_group, 1):
        same = list(members)
        number = f"{envelope.interchange_control:09d}-{at}"
        day = now.strftime("%Y%m%d" if _read_version(same[0]) >= "004010" else "%y%m%d")
        segments: list[WrittenSegment] = [("BGN", "11", number, day, now.strftime("%H%M"))]
        for refusal in same:
            segments += _list_refusal(refusal, marks)
        yield WrittenSet("824", f"{at:04d}", segments)


def _list_refusal(refusal: Refusal, marks: Delimiters) -> Iterator[WrittenSegment]:
    """Yield OTI and a TED with its notes for each finding that is more than a note."""
    version = _read_version(refusal)
    number = copy_safely(refusal.number, marks, 30)
    qualifier = _NUMBERS.get(refusal.set_id, "TN") if number else "TN"
    group = refusal.group_control.strip().lstrip("0")
    named = (group, refusal.set_control.strip()) if group.isdigit() else ("", "")
    identity = copy_safely(refusal.set_control, marks, 9)
    declared = copy_safely(refusal.version, marks, 12)
    yield (
        "OTI",
        refusal.verdict,
        qualifier,
        number or identity or "NONE",
        "",
        "",
        "",
        "",
        *(copy_safely(one, marks, 9) for one in named),
        copy_safely(refusal.set_id, marks, 3),
        declared,
    )
    told = [finding for finding in refusal.findings if finding.level != "note"]
    for finding in told[:_MOST_ERRORS]:
        yield _write_ted(finding, version, marks)
        yield from _list_notes(finding, marks)


def _write_ted(finding: Finding, version: str, marks: Delimiters) -> WrittenSegment:
    known = load_elements(version)["647"].codes
    reason = _REASONS.get(finding.code, "024")
    message = copy_safely(finding.sentence, marks, _LONGEST_MESSAGE)
    return ("TED", reason if reason in known else "024", message, *_write_spot(finding.x12, marks))


def _write_spot(place: X12Place | None, marks: Delimiters) -> tuple[Element, ...]:
    """Return TED03 to TED07: segment, its position, the element's, its number, the value."""
    segment = "".join(filter(str.isalnum, place.segment)) if place else ""
    if place is None or not 2 <= len(segment) <= 3 or place.ordinal < 1:
        return ()
    reference = place.reference if place.reference and place.reference.isdigit() else ""
    position = str(place.element) if place.element else ""
    value = copy_safely(place.value or "", marks, 99)
    return (segment, str(place.ordinal), position, reference, value)


def _list_notes(finding: Finding, marks: Delimiters) -> Iterator[WrittenSegment]:
    """Yield the whole sentence, its place and the advice as NTE, eighty characters each."""
    where = f"{finding.place}: " if finding.place else ""
    said = [f"{where}{finding.sentence}"]
    said += [f"what to do: {finding.advice}"] if finding.advice else []
    for text in said:
        for line in wrap(copy_safely(text, marks, 2000), _LONGEST_NOTE):
            yield ("NTE", "", line)


def _group_of(refusal: Refusal) -> str:
    return refusal.group_control.strip().lstrip("0")


def _read_version(refusal: Refusal) -> str:
    return find_version(refusal.version) or "004010"
