"""Writer: sets as an interchange, with counts, widths and numbers as the standard wants them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from translators.findings import Finding
from translators.x12.catalogue import make_finding
from translators.x12.delimiters import NO_COMPONENT, Delimiters

Element = str | tuple[str, ...]  # a tuple is a composite
WrittenSegment = Sequence[Element]  # its id first

_FREE = "*~>^|:!{}`@<\x1d\x1c\x1f\x1e"  # delimiters to choose from, the usual ones first
_LARGEST_CONTROL = 999_999_999


@dataclass(slots=True, frozen=True)
class WrittenSet:
    """One set to write: its id, ST02, and its segments without ST and SE."""

    set_id: str
    control: str
    segments: Sequence[WrittenSegment]


@dataclass(slots=True, frozen=True)
class OutGroup:
    """One functional group to write; `version` becomes GS08."""

    group_id: str
    sender: str
    receiver: str
    control: int
    version: str
    sets: Sequence[WrittenSet]


@dataclass(slots=True, frozen=True)
class OutEnvelope:
    """Who sends what to whom, under which numbers; group ids are the interchange's where empty."""

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    group_id: str
    interchange_control: int
    group_control: int
    version: str = "004010"
    group_sender: str = ""
    group_receiver: str = ""
    usage: str = "P"
    ack_requested: bool = False


def write_interchange(
    sets: Sequence[WrittenSet], envelope: OutEnvelope, delimiters: Delimiters, now: datetime
) -> tuple[bytes, list[Finding]]:
    """Return one interchange with one group in UTF-8, or b'' and what stands against it.

    A delimiter in the data cannot be escaped (B-8): it is a finding. Where the partner leaves the
    choice, take the delimiters from `choose_delimiters` and there is none.
    """
    group = OutGroup(
        envelope.group_id,
        envelope.group_sender or envelope.sender,
        envelope.group_receiver or envelope.receiver,
        envelope.group_control,
        envelope.version,
        sets,
    )
    return write_groups([group], envelope, delimiters, now)


def write_groups(
    groups: Sequence[OutGroup],
    envelope: OutEnvelope,
    delimiters: Delimiters,
    now: datetime,
    acks: Sequence[WrittenSegment] = (),
) -> tuple[bytes, list[Finding]]:
    """Return one interchange with several groups, `acks` being TA1 segments ahead of them."""
    marks = settle_delimiters(delimiters, envelope.version)
    findings = [*_check_envelope(envelope, groups), *check_delimiters(marks)]
    lines = [*acks]
    for group in groups:
        lines += _list_group(group, now)
    lines.append(("IEA", str(len(groups)), f"{envelope.interchange_control:09d}"))
    findings += _check_lines(lines, marks)
    if findings:
        return b"", findings
    end = marks.segment + marks.newline
    text = end.join([_write_isa(envelope, marks, now), *(_write(line, marks) for line in lines)])
    return (text + end).encode("utf-8"), []


def settle_delimiters(delimiters: Delimiters, version: str) -> Delimiters:
    """Return the delimiters with a repetition separator from 00402 on, without one before (B-7)."""
    if version[:5] < "00402":
        return replace(delimiters, repetition="")
    if delimiters.repetition:
        return delimiters
    taken = delimiters.element + delimiters.component + delimiters.segment
    return replace(delimiters, repetition=next(char for char in "^" + _FREE if char not in taken))


def choose_delimiters(
    sets: Iterable[WrittenSet], wanted: Delimiters, version: str = "004010"
) -> Delimiters:
    """Return the wanted delimiters, each that the data hold replaced by a free one (B-8)."""
    used = {
        char
        for set_ in sets
        for segment in set_.segments
        for value in _list_values(segment)
        for char in set(value)
    }
    marks = settle_delimiters(wanted, version)
    asked = (marks.element, marks.component, marks.segment, marks.repetition)
    free = iter([char for char in _FREE if char not in used and char not in asked])
    chosen = list[str]()
    for char in asked:
        clear = char not in used and char not in chosen and char != NO_COMPONENT
        chosen.append(char if clear or not char else next(free, char))
    return replace(
        marks, element=chosen[0], component=chosen[1], segment=chosen[2], repetition=chosen[3]
    )


def check_delimiters(delimiters: Delimiters) -> list[Finding]:
    """Return an error where two delimiters are the same, or one is a letter, digit or blank (B-9)."""
    marks = [delimiters.element, delimiters.component, delimiters.segment]
    marks += [delimiters.repetition] if delimiters.repetition else []
    if len(set(marks)) == len(marks) and all(
        len(mark) == 1 and mark.isascii() and not mark.isalnum() and mark != " " for mark in marks
    ):
        return []
    words: dict[str, object] = {"marks": " ".join(map(repr, marks))}
    advice = "choose others in the partner file"
    return [make_finding("bad-delimiter", None, "", words, form="ours", advice=advice)]


def _list_group(group: OutGroup, now: datetime) -> Iterator[WrittenSegment]:
    day = now.strftime("%Y%m%d" if group.version >= "004010" else "%y%m%d")  # B-21
    control = str(group.control)
    yield (
        "GS",
        group.group_id,
        group.sender,
        group.receiver,
        day,
        now.strftime("%H%M"),
        control,
        "X",
        group.version,
    )
    for set_ in group.sets:
        yield ("ST", set_.set_id, set_.control)
        yield from set_.segments
        yield ("SE", str(len(set_.segments) + 2), set_.control)
    yield ("GE", str(len(group.sets)), control)


def _write_isa(envelope: OutEnvelope, marks: Delimiters, now: datetime) -> str:
    elements = (
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        envelope.sender_qualifier,
        envelope.sender.ljust(15),
        envelope.receiver_qualifier,
        envelope.receiver.ljust(15),
        now.strftime("%y%m%d"),
        now.strftime("%H%M"),
        marks.repetition or "U",
        envelope.version[:5],
        f"{envelope.interchange_control:09d}",
        "1" if envelope.ack_requested else "0",
        envelope.usage,
        marks.component,
    )
    return marks.element.join(elements)


def _write(segment: WrittenSegment, marks: Delimiters) -> str:
    texts = [
        element
        if isinstance(element, str)
        else marks.component.join(element).rstrip(marks.component)
        for element in segment
    ]
    return marks.element.join(texts).rstrip(marks.element)


def _check_envelope(envelope: OutEnvelope, groups: Sequence[OutGroup]) -> Iterator[Finding]:
    controls = [envelope.interchange_control, *(group.control for group in groups)]
    if not all(0 < control <= _LARGEST_CONTROL for control in controls):
        numbers: dict[str, object] = {"controls": controls, "largest": _LARGEST_CONTROL}
        yield make_finding("control-number", None, "ISA", numbers)
    wanted = (
        ("ISA05", envelope.sender_qualifier, 2, 2),
        ("ISA06", envelope.sender, 1, 15),
        ("ISA07", envelope.receiver_qualifier, 2, 2),
        ("ISA08", envelope.receiver, 1, 15),
        ("ISA12", envelope.version[:5], 5, 5),
        ("ISA15", envelope.usage, 1, 1),
        *(("GS02", group.sender, 1, 15) for group in groups),
        *(("GS03", group.receiver, 1, 15) for group in groups),
    )
    for name, value, least, most in wanted:
        if not (least <= len(value) <= most and value.isascii() and value.isprintable()):
            words = {"name": name, "value": repr(value), "least": least, "most": most}
            yield make_finding("envelope-element", None, name, words)


def _check_lines(lines: Sequence[WrittenSegment], marks: Delimiters) -> Iterator[Finding]:
    taken = {marks.element, marks.component, marks.segment, marks.repetition} - {""}
    for segment in lines:
        for at, element in enumerate(segment):
            value = element if isinstance(element, str) else "".join(element)
            if value.isalnum():
                continue
            bad = next((char for char in value if char in taken or char < " "), None)
            if bad is None:
                continue
            words: dict[str, object] = {
                "name": f"{segment[0]}{at:02d}",
                "value": repr(value[:40]),
                "mark": repr(bad),
                "role": "delimiter" if bad in taken else "control character",
            }
            place = _write(segment, marks)[:60]
            advice = "choose other delimiters in the partner file, or replace the character"
            yield make_finding("delimiter-in-data", None, place, words, form="ours", advice=advice)


def _list_values(segment: WrittenSegment) -> Iterator[str]:
    for element in segment:
        if isinstance(element, str):
            yield element
        else:
            yield from element
