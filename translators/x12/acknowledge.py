"""Acknowledge: the TA1 and the 997 that answer an interchange, from what was found in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from translators.findings import Finding, X12Place, has_errors
from translators.x12.delimiters import NO_COMPONENT, Delimiters
from translators.x12.grammar import GROUP_OF, find_version
from translators.x12.structure import Group, Interchange, Set
from translators.x12.writer import (
    OutEnvelope,
    OutGroup,
    WrittenSegment,
    WrittenSet,
    check_delimiters,
    write_groups,
)

_MOST_CODES = 5  # of AK5 and AK9 (B-41)
_MOST_ELEMENTS = 99  # AK4 of one AK3
_LONGEST_COPY = 99  # AK404
_OLDER_CODES = {"12": "6", "13": "3"}  # AK403 that 5010 added
_VAGUE = frozenset(("022", "024"))  # TA105 codes that say little; any other goes first (B-32)


@dataclass(slots=True, frozen=True)
class Numbers:
    """Control numbers of an answer: its ISA13, and the GS06 of its first group, the rest following."""

    interchange: int
    group: int


def write_acknowledgment(
    interchange: Interchange,
    groups: Sequence[Group],
    numbers: Numbers,
    now: datetime,
    *,
    rejected: bool = False,
) -> tuple[bytes, list[Finding]]:
    """Return one interchange that answers one interchange: its TA1, if due, and a 997 per group.

    It goes back the way it came, in the sender's version (B-33, B-34); groups of one version share
    a group, so `len(list_batches(groups))` numbers of groups are used. b'' where no answer is due,
    and with findings where the sender's own ids cannot be written back. `rejected` says that the
    gateway refuses the interchange, whatever its groups hold.
    """
    ta1 = [write_ta1(interchange, rejected=rejected)] if needs_ta1(interchange, rejected) else []
    batches = [] if rejected else list_batches(groups)
    if not interchange.header or not (ta1 or batches):
        return b"", []
    marks = _choose_marks(interchange)
    out = [_answer_batch(batch, numbers.group + at, marks) for at, batch in enumerate(batches)]
    envelope = _mirror(interchange, numbers)
    return write_groups(out, envelope, marks, now, ta1)


def needs_ta1(interchange: Interchange, rejected: bool = False) -> bool:
    """Return whether a TA1 is due: asked for by ISA14, or the envelope was refused (B-24, B-31)."""
    if not interchange.header or (interchange.acks and not interchange.groups):
        return False
    verdict = "R" if rejected else judge_interchange(interchange)
    asked = interchange.header.element(14)
    return verdict == "R" or asked == "1" or (asked == "3" and verdict == "E")


def list_batches(groups: Sequence[Group]) -> list[list[Group]]:
    """Return the groups to answer, those of one version and address together, never FA (B-33).

    A group without GS01 or GS06 cannot be named in an answer; the TA1 speaks for it.
    """
    answered = [
        group
        for group in groups
        if group.header.element(1) != "FA"
        and all(any(map(str.isalnum, group.header.element(at))) for at in (1, 6))
    ]
    return [list(batch) for _, batch in groupby(sorted(answered, key=_key), _key)]


def judge_set(set_: Set) -> str:
    """Return AK501: R with an error, E with a warning that has a code of the standard, else A."""
    if has_errors(set_.findings):
        return "R"
    return "E" if any(_is_coded(finding) for finding in set_.findings) else "A"


def judge_interchange(interchange: Interchange) -> str:
    """Return TA104: R where an error left no set readable, E with any other fault, else A."""
    faults = [finding for finding in interchange.findings if _read_code(finding)]
    if not faults:
        return "A"
    sets = any(group.sets for group in interchange.groups)
    return "E" if sets or not has_errors(faults) else "R"


def write_ta1(interchange: Interchange, *, rejected: bool = False) -> WrittenSegment:
    """Return the TA1 segment: exactly one note code, the most telling one (B-32)."""
    header = interchange.header
    faults = sorted(
        filter(_read_code, interchange.findings),
        key=lambda fault: (fault.level != "error", _read_code(fault) in _VAGUE),
    )
    code = _read_code(faults[0]) if faults else ("024" if rejected else "000")
    verdict = "R" if rejected else judge_interchange(interchange)
    marks = _choose_marks(interchange)
    control, day, time = (_copy(header.element(at), marks, 9) for at in (13, 9, 10))
    return ("TA1", control, day, time, verdict, code)


def _answer_batch(batch: list[Group], control: int, marks: Delimiters) -> OutGroup:
    header, isa = batch[0].header, batch[0].interchange.header
    version = _read_version(batch[0])
    sets = [
        WrittenSet("997", f"{at:04d}", list(_list_answer(group, version, marks)))
        for at, group in enumerate(batch, 1)
    ]
    sender = header.element(3).strip() or isa.element(8).strip()
    receiver = header.element(2).strip() or isa.element(6).strip()
    return OutGroup("FA", sender, receiver, control, version, sets)


def _list_answer(group: Group, version: str, marks: Delimiters) -> Iterator[WrittenSegment]:
    """Yield AK1 to AK9 for one group."""
    new = version >= "005010"
    kind = _copy(group.header.element(1), marks, 2)
    declared = _copy(group.header.element(8), marks, 12) if new else ""
    yield ("AK1", kind, _copy(group.header.element(6), marks, 9), declared)
    for set_ in group.sets:
        convention = _copy(set_.segments[0].element(3), marks, 35) if new else ""
        yield ("AK2", *_name_set(set_, marks), convention)
        yield from _list_segment_faults(set_, marks, version)
        yield ("AK5", judge_set(set_), *_list_set_codes(set_))
    yield _write_ak9(group)


def _name_set(set_: Set, marks: Delimiters) -> tuple[str, str]:
    """Return AK201 and AK202; where ST is empty, the set its group is for, and 0000."""
    kind = set_.group.header.element(1)
    implied = next((set_id for set_id, group in GROUP_OF.items() if group == kind), "850")
    set_id = _copy(set_.set_id, marks, 3) or implied
    return set_id, _copy(set_.control, marks, 9) or "0000"


def _list_segment_faults(set_: Set, marks: Delimiters, version: str) -> Iterator[WrittenSegment]:
    """Yield AK3 for each segment at fault, its AK4 after it."""
    faults = [
        (finding.x12.ordinal, finding.x12.segment_code, finding.x12)
        for finding in set_.findings
        if finding.level != "note" and finding.x12 and finding.x12.segment_code
    ]
    faults += [
        (finding.x12.ordinal, "8", finding.x12)
        for finding in set_.findings
        if finding.level != "note" and _is_in_element(finding.x12) and finding.x12
    ]
    unique = dict.fromkeys(faults)
    ordered = sorted(unique, key=lambda fault: fault[:2])
    for (ordinal, code), same in groupby(ordered, key=lambda fault: fault[:2]):
        places = [place for *_, place in same]
        segment = "".join(filter(str.isalnum, _copy(places[0].segment, marks, 3)))
        yield ("AK3", segment.ljust(2, "X"), str(ordinal), places[0].loop or "", code)
        inside = [place for place in places if place.element_code]
        yield from (_write_ak4(place, marks, version) for place in inside[:_MOST_ELEMENTS])


def _write_ak4(place: X12Place, marks: Delimiters, version: str) -> WrittenSegment:
    position = (str(place.element or 1), str(place.component or ""))
    reference = place.reference if place.reference and place.reference.isdigit() else ""
    copy = _copy(place.value or "", marks, _LONGEST_COPY)
    return ("AK4", position, reference, _fit_code(place.element_code or "", version), copy)


def _fit_code(code: str, version: str) -> str:
    """Return AK403, or where the version of the answer lacks it the nearest it has (B-38)."""
    return _OLDER_CODES.get(code, code) if version < "005010" else code


def _write_ak9(group: Group) -> WrittenSegment:
    """Return AK9: what GE01 claims, what came, what was accepted (B-35)."""
    verdicts = [judge_set(set_) for set_ in group.sets]
    received, accepted = len(verdicts), sum(verdict != "R" for verdict in verdicts)
    codes = list(
        dict.fromkeys(
            finding.x12.group_code
            for finding in (*group.findings, *(f for set_ in group.sets for f in set_.findings))
            if finding.x12 and finding.x12.group_code
        )
    )
    if accepted == 0 and (received or codes):
        verdict = "R"
    elif accepted < received:
        verdict = "P"
    else:
        verdict = "E" if codes or "E" in verdicts else "A"
    claimed = group.trailer.element(1) if group.trailer else ""
    claimed = claimed if claimed.isascii() and claimed.isdigit() else str(received)
    return ("AK9", verdict, claimed[:6], str(received), str(accepted), *codes[:_MOST_CODES])


def _list_set_codes(set_: Set) -> list[str]:
    """Return AK502 and on: what the envelope of the set says first, then 5 for its segments."""
    if judge_set(set_) == "A":
        return []
    places = [finding.x12 for finding in set_.findings if finding.level != "note" and finding.x12]
    codes = [place.set_code for place in places if place.set_code and place.set_code != "5"]
    inside = any(place.segment_code or place.set_code == "5" for place in places)
    if inside or (not codes and judge_set(set_) == "R"):
        codes.append("5")
    return list(dict.fromkeys(codes))[:_MOST_CODES]


def _is_coded(finding: Finding) -> bool:
    place = finding.x12
    coded = place and (place.segment_code or place.element_code or place.set_code)
    return finding.level == "warning" and bool(coded)


def _is_in_element(place: X12Place | None) -> bool:
    return place is not None and bool(place.element_code) and not place.segment_code


def _read_code(finding: Finding) -> str:
    return (finding.x12.interchange_code or "") if finding.x12 else ""


def _key(group: Group) -> tuple[str, str, str]:
    return (_read_version(group), group.header.element(2), group.header.element(3))


def _read_version(group: Group) -> str:
    declared = group.header.element(8)[:6]
    return find_version(declared) or (
        declared if declared.isascii() and declared.isdigit() else "004010"
    )


def _mirror(interchange: Interchange, numbers: Numbers) -> OutEnvelope:
    header = interchange.header
    version = header.element(12)
    return OutEnvelope(
        sender_qualifier=header.element(7),
        sender=header.element(8).strip(),
        receiver_qualifier=header.element(5),
        receiver=header.element(6).strip(),
        group_id="FA",
        interchange_control=numbers.interchange,
        group_control=numbers.group,
        version=version if len(version) == 5 and version.isdigit() else "00401",
        usage=header.element(15) if header.element(15) in {"P", "T", "I"} else "P",
    )


def _choose_marks(interchange: Interchange) -> Delimiters:
    """Return the sender's delimiters, or the usual ones where his are unfit."""
    marks = interchange.delimiters
    unfit = marks.component == NO_COMPONENT or check_delimiters(marks)
    return Delimiters() if unfit else marks


def _copy(value: str, marks: Delimiters, longest: int) -> str:
    """Return bad data fit to be sent back: no delimiter, no control character, not too long (B-40)."""
    taken = {marks.element, marks.component, marks.repetition, marks.segment, "^"}
    kept = "".join(" " if char in taken or not char.isprintable() else char for char in value)
    return kept[:longest].strip()
