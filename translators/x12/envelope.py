"""Envelope: whether headers, trailers and counts of sets, groups and interchanges agree."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from translators.findings import Finding, X12Place
from translators.x12.catalogue import (
    find_envelope_fault,
    load_catalogue,
    make_finding,
    write_sentence,
)
from translators.x12.delimiters import Delimiters
from translators.x12.grammar import GROUP_OF, find_version, load_elements, load_segments
from translators.x12.places import locate, quote, write_place
from translators.x12.structure import Group, Interchange, Segment, Set
from translators.x12.values import Fault, find_value_fault

_REPETITION_FROM = "00402"  # the first ISA12 whose ISA11 is a separator (B-7)
_EARLIEST = "003060"  # TA1 is the same in every version
_USUAL = "004010"  # what a GS without a version is judged by
_MOST_ACKS = 100  # TA1 of one interchange that are looked at
_GROUP_CODES = {"GS01": "1", "GS06": "6", "GS08": "2", "GE02": "6"}  # AK905


def check_set_envelope(set_: Set, trailer: Segment | None) -> list[Finding]:
    """Return what is wrong between ST and SE; `trailer` is None where SE is missing (B-15, B-16)."""
    header, findings = set_.segments[0], list[Finding]()
    if not header.element(1).strip():
        findings.append(_find_set_fault(set_, header, "no-set-id", {}))
    if not header.element(2).strip():
        findings.append(_find_set_fault(set_, header, "no-set-control", {}))
    if trailer is None:
        words: dict[str, object] = {"count": len(set_.segments)}
        findings.append(_find_set_fault(set_, header, "no-se", words))
        return findings
    if _strip_or_same(trailer.element(2)) != _strip_or_same(set_.control):
        words = {"trailer": quote(trailer.element(2)), "header": quote(set_.control)}
        findings.append(_find_set_fault(set_, trailer, "set-control", words))
    if not _is_count(trailer.element(1), trailer.ordinal):
        words = {"claimed": quote(trailer.element(1)), "count": trailer.ordinal}
        findings.append(_find_set_fault(set_, trailer, "segment-count", words))
    return findings


def check_set_group(set_: Set) -> list[Finding]:
    """Return a warning where the set does not belong into its group by GS01 (B-19)."""
    wanted, stands = GROUP_OF.get(set_.set_id), set_.group.header.element(1)
    if wanted is None or not stands or stands == wanted:
        return []
    words = {"stands": repr(stands), "set_id": set_.set_id, "wanted": repr(wanted)}
    return [_find_set_fault(set_, set_.segments[0], "group-kind", dict(words))]


def check_group(group: Group) -> list[Finding]:
    """Return what is wrong between GS and GE (B-15, B-16)."""
    header, trailer = group.header, group.trailer
    if trailer is None:
        return [_find_group_fault(group, "no-ge", {})] if header else []
    findings = _check_group_number(group)
    if not _are_same_number(header.element(6), trailer.element(2)):
        words = {"trailer": quote(trailer.element(2)), "header": quote(header.element(6))}
        findings.append(_find_group_fault(group, "group-control", dict(words)))
    if not _is_count(trailer.element(1), len(group.sets)):
        counts = {"claimed": quote(trailer.element(1)), "count": len(group.sets)}
        findings.append(_find_group_fault(group, "set-count", counts))
    return findings


def check_group_elements(group: Group) -> list[Finding]:
    """Return warnings for elements of GS and GE that the group's version does not allow (B-21)."""
    declared = group.header.element(8)
    version = find_version(declared) if declared.strip() else _USUAL
    findings = list[Finding]()
    for segment in (group.header, group.trailer):
        if version is not None and segment:
            findings += _check_control(segment, version, group.interchange.delimiters)
    return findings


def check_acks(interchange: Interchange) -> Iterator[Finding]:
    """Yield a warning for each TA1 with an element that no version allows."""
    if not interchange.acks:
        return
    rules, elements = load_segments(_EARLIEST)["TA1"].elements, load_elements(_EARLIEST)
    marks = interchange.delimiters
    for segment in interchange.acks[:_MOST_ACKS]:
        values = [(at, use, segment.element(at)) for at, use in enumerate(rules, 1)]
        for at, use, value in values:
            if not value or find_value_fault(elements[use.number], value) is not None:
                words: dict[str, object] = {"name": f"TA1{at:02d}", "value": repr(value)}
                place = locate(segment, marks, element=at, value=value or None)
                yield make_finding("ta1-element", place, write_place(segment, marks), words)
                break


def _check_control(segment: Segment, version: str, delimiters: Delimiters) -> list[Finding]:
    elements = load_elements(version)
    findings = []
    for at, use in enumerate(load_segments(version)[segment[0]].elements, 1):
        value = segment.element(at)
        fault = find_value_fault(elements[use.number], value) if value else None
        if fault is not None or (not value and use.requirement == "M"):
            findings.append(_find_control_fault(segment, at, fault, delimiters))
    return findings


def _find_control_fault(
    segment: Segment, at: int, fault: Fault | None, marks: Delimiters
) -> Finding:
    value, name, place = segment.element(at), f"{segment[0]}{at:02d}", write_place(segment, marks)
    code = _GROUP_CODES.get(name)
    x12 = locate(segment, marks, element=at, value=value or None, group_code=code)
    if fault is None:
        return make_finding("group-element", x12, place, {"name": name}, form="empty")
    words = fault.words | {"name": name, "value": repr(value)}
    said = write_sentence(fault.word, words, fault.form)
    advice = fault.write_advice(words)
    return make_finding("group-element", x12, place, {"said": said}, advice=advice)


def check_interchange(interchange: Interchange) -> list[Finding]:
    """Return what is wrong between ISA and IEA (B-15, B-16, B-24)."""
    header, trailer = interchange.header, interchange.trailer
    if trailer is None:
        return [find_envelope_fault("no-iea", segment="IEA")]
    findings = []
    if not _are_same_number(header.element(13), trailer.element(2)):
        words = {"trailer": quote(trailer.element(2)), "header": quote(header.element(13))}
        findings.append(find_envelope_fault("interchange-control", dict(words), segment="IEA"))
    if not _is_count(trailer.element(1), len(interchange.groups)):
        counts = {"claimed": quote(trailer.element(1)), "count": len(interchange.groups)}
        findings.append(find_envelope_fault("group-count", counts, segment="IEA"))
    return findings


def check_header(header: Segment) -> list[Finding]:
    """Return the ISA elements that hold what the standard does not know; all are warnings."""
    tests = (
        (1, "010", _is_qualifier, "00, or another code of element I01"),
        (3, "012", _is_qualifier, "00, or another code of element I03"),
        (5, "005", _is_qualifier, "a qualifier such as ZZ or 01"),
        (6, "006", str.strip, "your own id"),
        (7, "007", _is_qualifier, "a qualifier such as ZZ or 01"),
        (8, "008", str.strip, "the receiver's id"),
        (9, "014", _is_short_date, "a date YYMMDD"),
        (10, "015", _is_short_time, "a time HHMM"),
        (12, "017", str.isdigit, "a version such as 00401"),
        (12, "003", _is_known_control, "a version such as 00401"),
        (13, "018", str.isdigit, "a number of nine digits"),
        (14, "019", lambda text: text in {"0", "1", "2", "3"}, "0 or 1"),
        (15, "020", lambda text: text in {"P", "T", "I"}, "P, T or I"),
    )
    faults = [
        (at, code, wanted)
        for at, code, is_good, wanted in tests
        if at < len(header) and not is_good(header.element(at))
    ]
    if header.element(12) >= _REPETITION_FROM and header.element(11).isalnum():
        faults.append((11, "016", "a separator such as ^"))
    return [_find_header_fault(header, *fault) for fault in faults]


def _find_header_fault(header: Segment, at: int, code: str, wanted: str) -> Finding:
    name, value = f"ISA{at:02d}", repr(header.element(at))
    words: dict[str, object] = {"name": name, "value": value, "wanted": wanted}
    finding = find_envelope_fault("isa-element", words, note=code)
    place = X12Place(segment="ISA", ordinal=0, element=at, interchange_code=code)
    return replace(finding, x12=place)


def _find_set_fault(set_: Set, segment: Segment, word: str, words: Mapping[str, object]) -> Finding:
    marks = set_.group.interchange.delimiters
    x12 = locate(segment, marks, set_code=load_catalogue()[word].ak502[0])
    return make_finding(word, x12, write_place(segment, marks), words)


def _find_group_fault(group: Group, word: str, words: Mapping[str, object]) -> Finding:
    marks = group.interchange.delimiters
    segment = group.header if group.trailer is None else group.trailer
    tag = "GS" if group.trailer is None else "GE"
    x12 = locate(segment, marks, tag=tag, group_code=load_catalogue()[word].ak905[0])
    return make_finding(word, x12, write_place(group.header, marks), words)


def _strip_or_same(text: str) -> str:
    return text.strip() or text


def _is_count(text: str, count: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12 and int(text) == count


def _are_same_number(one: str, other: str) -> bool:
    one, other = one.strip(), other.strip()
    if one.isdigit() and other.isdigit():
        return one.lstrip("0") == other.lstrip("0")
    return bool(one) and one == other


def _check_group_number(group: Group) -> list[Finding]:
    """Return a warning where an earlier group of the interchange has this GS01 and GS06 (B-26)."""
    kind, control = group.header.element(1), group.header.element(6).strip().lstrip("0")
    known = group.interchange.group_numbers
    if (kind, control) not in known:
        known.add((kind, control))
        return []
    words = {"control": repr(group.header.element(6)), "kind": kind}
    return [_find_group_fault(group, "group-control-again", dict(words))]


def _is_known_control(text: str) -> bool:
    """Return whether controls of this version may exist, or another finding tells that not."""
    return not text.isdigit() or "00200" <= text < "00900"


def _is_qualifier(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalnum()


def _is_short_date(text: str) -> bool:
    good = len(text) == 6 and text.isascii() and text.isdigit()
    return good and 1 <= int(text[2:4]) <= 12 and 1 <= int(text[4:]) <= 31


def _is_short_time(text: str) -> bool:
    good = len(text) == 4 and text.isascii() and text.isdigit()
    return good and int(text[:2]) < 24 and int(text[2:]) < 60
