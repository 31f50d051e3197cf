"""Functional: the segments of a 997 or 999, from AK1 to AK9, from what was found in a group."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from translators.findings import Finding, X12Place, has_errors
from translators.x12.delimiters import Delimiters
from translators.x12.grammar import GROUP_OF, find_version, load_elements, load_segments
from translators.x12.structure import Group, Set
from translators.x12.writer import Element, WrittenSegment

Functional = Literal["997", "999"]

_MOST_CODES = 5  # of AK5 and AK9 (B-41)
_MOST_ELEMENTS = 99  # AK4 of one AK3
_LAST_POSITION = 99  # that element 722 can name; AK3 speaks for those after it
_LONGEST_COPY = 99  # AK404
_NEAREST = {
    ("3", "I4"): "2",
    ("3", "I6"): "3",
    ("3", "I7"): "3",
    ("3", "I8"): "3",
    ("3", "I9"): "2",
    ("4", "I6"): "7",
    ("4", "I9"): "2",
    ("4", "I10"): "10",
    ("4", "I12"): "7",
    ("4", "I13"): "10",
    ("5", "I6"): "1",
    ("3", "12"): "6",
    ("4", "12"): "6",
    ("4", "13"): "3",
    ("5", "18"): "6",
}  # by segment: what an older version says for a code it has not (B-38)
_MISSING = frozenset(("3", "I6", "I7", "I8"))  # AK304, IK304
_FIRST = ("1", "2", "6", "7")  # of AK502 and AK905: what makes all others idle goes first (B-41)
_Fault = tuple[int, str, str, X12Place]
_REPEATS_FROM = "004030"  # the first version whose C030 has a third component


@dataclass(slots=True, frozen=True)
class Style:
    """Which acknowledgment is written, in which version; a 999 says IK where a 997 says AK."""

    set_id: Functional
    version: str

    @property
    def notes(self) -> str:
        """Return the letters that begin the segments for segment, element and set."""
        return "IK" if self.set_id == "999" else "AK"

    @property
    def is_new(self) -> bool:
        """Return whether the version is 5010 or later."""
        return self.version >= "005010"


def choose_style(functional: Functional, version: str) -> Style:
    """Return how to answer in a version: there is no 999 before 5010."""
    return Style("999" if functional == "999" and version >= "005010" else "997", version)


def list_answer(group: Group, style: Style, marks: Delimiters) -> Iterator[WrittenSegment]:
    """Yield AK1 to AK9 for one group."""
    kind = copy_safely(group.header.element(1), marks, 2)
    declared = copy_safely(group.header.element(8), marks, 12) if style.is_new else ""
    yield ("AK1", kind, copy_safely(group.header.element(6), marks, 9), declared)
    for set_ in group.sets:
        convention = copy_safely(set_.segments[0].element(3), marks, 35) if style.is_new else ""
        yield ("AK2", *_name_set(set_, marks), convention)
        yield from _list_segment_faults(set_, style, marks)
        yield (f"{style.notes}5", judge_set(set_), *_list_set_codes(set_, style))
    yield _write_ak9(group, style)


def _name_set(set_: Set, marks: Delimiters) -> tuple[str, str]:
    """Return AK201 and AK202; where ST is empty, the set its group is for, and 0000."""
    kind = set_.group.header.element(1)
    implied = next((set_id for set_id, group in GROUP_OF.items() if group == kind), "850")
    set_id = copy_safely(set_.set_id, marks, 3) or implied
    return set_id, copy_safely(set_.control, marks, 9) or "0000"


def _list_segment_faults(set_: Set, style: Style, marks: Delimiters) -> Iterator[WrittenSegment]:
    """Yield AK3 for each segment at fault, its AK4 after it."""
    told = [finding.x12 for finding in set_.findings if finding.level != "note" and finding.x12]
    faults = [(*_name_fault(place), place) for place in told if place.segment_code]
    faults += [(place.ordinal, "8", "", place) for place in told if _is_in_element(place)]
    ordered = sorted(_without_repeats(faults), key=lambda fault: fault[:3])
    for (ordinal, code, _), same in groupby(ordered, key=lambda fault: fault[:3]):
        places = [place for *_, place in same]
        segment = "".join(filter(str.isalnum, copy_safely(places[0].segment, marks, 3)))
        name = segment.ljust(2, "X")
        loop, fitting = (places[0].loop or "")[:4], fit_code(code, "3", style)
        yield (f"{style.notes}3", name, str(ordinal), loop, fitting)
        for place in list(filter(_can_be_named, places))[:_MOST_ELEMENTS]:
            yield _write_ak4(place, style, marks)
            if place.trigger and style.set_id == "999":
                yield _write_context(place, name)


def _can_be_named(place: X12Place) -> bool:
    """Return whether AK4 can say where a fault stands: it has two digits for a position."""
    most = max(place.element or 0, place.component or 0)
    return bool(place.element_code) and most <= _LAST_POSITION


def _name_fault(place: X12Place) -> tuple[int, str, str]:
    """Return what one AK3 tells of: a segment and a code; several may be missing at one place."""
    code = place.segment_code or ""
    return (place.ordinal, code, place.segment if code in _MISSING else "")


def _without_repeats(faults: list[_Fault]) -> list[_Fault]:
    return list(dict.fromkeys(faults))


def _write_ak4(place: X12Place, style: Style, marks: Delimiters) -> WrittenSegment:
    position: Element = (str(place.element or 1), str(place.component or ""))
    if place.repeat and style.version >= _REPEATS_FROM:
        position = (*position, str(place.repeat))
    reference = place.reference if place.reference and place.reference.isdigit() else ""
    copy = copy_safely(place.value or "", marks, _LONGEST_COPY)
    code = fit_code(place.element_code or "", "4", style)
    return (f"{style.notes}4", position, reference, code, copy)


def _write_context(place: X12Place, segment: str) -> WrittenSegment:
    """Return CTX: which filled element asks for the one that is missing (B-39)."""
    trigger = str(place.trigger or "")
    return ("CTX", "SITUATIONAL TRIGGER", segment, str(place.ordinal), place.loop or "", trigger)


def _write_ak9(group: Group, style: Style) -> WrittenSegment:
    """Return AK9: what GE01 claims, what came, what was accepted (B-35)."""
    verdicts = [judge_set(set_) for set_ in group.sets]
    received, accepted = len(verdicts), sum(verdict != "R" for verdict in verdicts)
    codes = list(
        dict.fromkeys(
            fit_code(finding.x12.group_code, "9", style)
            for finding in (*group.findings, *(f for set_ in group.sets for f in set_.findings))
            if finding.level != "note" and finding.x12 and finding.x12.group_code
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
    told = sorted(filter(None, codes), key=_rank)[:_MOST_CODES]
    return ("AK9", verdict, claimed[:6], str(received), str(accepted), *told)


def fit_code(code: str, segment: str, style: Style) -> str:
    """Return the code of AK3, 4, 5 or 9 as the answer's version has it, or '' where it has none.

    A list of the standard grows with its versions; an answer holds to its own (B-38).
    """
    name = "AK9" if segment == "9" else f"{style.notes}{segment}"
    at = {"3": 3, "4": 2, "5": 1, "9": 4}[segment]
    version = find_version(style.version) or ("005010" if style.is_new else "004010")
    use = load_segments(version)[name].elements[at]
    known = load_elements(version)[use.number].codes
    nearest = _NEAREST.get((segment, code), "")
    return next((one for one in (code, nearest) if one in known), "")


def _list_set_codes(set_: Set, style: Style) -> list[str]:
    """Return AK502 and on: what the envelope of the set says first, then 5 for its segments."""
    if judge_set(set_) == "A":
        return []
    places = [finding.x12 for finding in set_.findings if finding.level != "note" and finding.x12]
    told = [place.set_code for place in places if place.set_code and place.set_code != "5"]
    codes = [code for code in (fit_code(code, "5", style) for code in told) if code]
    inside = any(place.segment_code or place.set_code == "5" for place in places)
    is_around = any(place.group_code or place.interchange_code for place in places)
    if style.set_id == "999" and any(map(_is_of_guide, places)):
        codes.append("I5")
        inside = not all(map(_is_of_guide, places))
    if inside or (not codes and not is_around and judge_set(set_) == "R"):
        codes.append("5")
    return sorted(dict.fromkeys(codes), key=_rank)[:_MOST_CODES]


def _is_of_guide(place: X12Place) -> bool:
    """Return whether a fault has a code of an implementation guide (B-39)."""
    return "I" in f"{place.segment_code or ''}{place.element_code or ''}"


def _rank(code: str) -> int:
    return _FIRST.index(code) if code in _FIRST else len(_FIRST) + (code == "5")


def _is_coded(finding: Finding) -> bool:
    place = finding.x12
    coded = place and (place.segment_code or place.element_code or place.set_code)
    return finding.level == "warning" and bool(coded)


def _is_in_element(place: X12Place) -> bool:
    return bool(place.element_code) and not place.segment_code


def judge_set(set_: Set) -> str:
    """Return AK501: R with an error, E with a warning that has a code of the standard, else A."""
    if has_errors(set_.findings):
        return "R"
    return "E" if any(_is_coded(finding) for finding in set_.findings) else "A"


def copy_safely(value: str, marks: Delimiters, longest: int) -> str:
    """Return bad data fit to be sent back: no delimiter, no control character, not too long (B-40)."""
    taken = {marks.element, marks.component, marks.repetition, marks.segment, "^"}
    kept = "".join(" " if char in taken or not char.isprintable() else char for char in value)
    return kept.strip()[:longest].strip()
