"""Envelope: whether headers, trailers and counts of sets, groups and interchanges agree."""

from translators.findings import Finding, Level, X12Place
from translators.x12.delimiters import Delimiters, find_envelope_fault
from translators.x12.grammar import GROUP_OF, find_version, load_elements, load_segments
from translators.x12.structure import Group, Interchange, Segment, Set
from translators.x12.values import find_value_fault

_LONGEST_SHOWN = 60


def write_place(segment: Segment, delimiters: Delimiters) -> str:
    """Return `segment 14: ACK*IR`, the text cut at sixty characters, as findings show it."""
    text = delimiters.element.join(segment)
    shown = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"segment {segment.ordinal}: {shown}" if segment.ordinal else shown


def check_set_envelope(set_: Set, trailer: Segment | None) -> list[Finding]:
    """Return what is wrong between ST and SE; `trailer` is None where SE is missing (B-15, B-16)."""
    header, findings = set_.segments[0], list[Finding]()
    if not header.element(1).strip():
        findings.append(_find_set_fault(set_, header, "no-set-id", "ST01 is empty", "6"))
    if not header.element(2).strip():
        findings.append(_find_set_fault(set_, header, "no-set-control", "ST02 is empty", "7"))
    if trailer is None:
        sentence = f"the set has no SE after {len(set_.segments)} segments"
        findings.append(_find_set_fault(set_, header, "no-se", sentence, "2"))
        return findings
    if _strip_or_same(trailer.element(2)) != _strip_or_same(set_.control):
        sentence = f"SE02 holds {trailer.element(2)!r}, ST02 holds {set_.control!r}"
        findings.append(_find_set_fault(set_, trailer, "set-control", sentence, "3"))
    if not _is_count(trailer.element(1), trailer.ordinal):
        sentence = (
            f"SE01 says {trailer.element(1)!r}, the set has {trailer.ordinal} segments, ST and SE"
            " included"
        )
        findings.append(_find_set_fault(set_, trailer, "segment-count", sentence, "4"))
    return findings


def check_set_group(set_: Set) -> list[Finding]:
    """Return a warning where the set does not belong into its group by GS01 (B-19)."""
    wanted, stands = GROUP_OF.get(set_.set_id), set_.group.header.element(1)
    if wanted is None or not stands or stands == wanted:
        return []
    sentence = f"GS01 holds {stands!r}, where a set {set_.set_id} wants {wanted!r}"
    place = write_place(set_.segments[0], set_.group.interchange.delimiters)
    return [Finding(level="warning", code="group-kind", sentence=sentence, place=place)]


def check_group(group: Group) -> list[Finding]:
    """Return what is wrong between GS and GE (B-15, B-16)."""
    header, trailer = group.header, group.trailer
    if trailer is None:
        return [_find_group_fault(group, "no-ge", "the group has no GE", "3")] if header else []
    findings = []
    if not _are_same_number(header.element(6), trailer.element(2)):
        sentence = f"GE02 holds {trailer.element(2)!r}, GS06 holds {header.element(6)!r}"
        findings.append(_find_group_fault(group, "group-control", sentence, "4"))
    if not _is_count(trailer.element(1), len(group.sets)):
        sentence = f"GE01 says {trailer.element(1)!r}, the group has {len(group.sets)} sets"
        findings.append(_find_group_fault(group, "set-count", sentence, "5"))
    return findings


def check_group_elements(group: Group) -> list[Finding]:
    """Return warnings for elements of GS and GE that the group's version does not allow (B-21)."""
    version = find_version(group.header.element(8))
    findings = list[Finding]()
    for segment in (group.header, group.trailer):
        if version is not None and segment:
            findings += _check_control(segment, version, group.interchange.delimiters)
    return findings


def _check_control(segment: Segment, version: str, delimiters: Delimiters) -> list[Finding]:
    elements = load_elements(version)
    findings = []
    for at, use in enumerate(load_segments(version)[segment[0]].elements, 1):
        value = segment.element(at)
        fault = find_value_fault(elements[use.number], value) if value else None
        if fault is not None or (not value and use.requirement == "M"):
            name = f"{segment[0]}{at:02d}"
            said = f"{name} holds {value!r}, {fault.sentence}" if fault else f"{name} is empty"
            advice = fault.advice if fault else "fill it"
            number = {"GS06": "6", "GE02": "6"}.get(name)  # AK905: control number violates syntax
            findings.append(
                Finding(
                    level="warning",
                    code="group-element",
                    sentence=said,
                    place=write_place(segment, delimiters),
                    advice=advice,
                    x12=X12Place(segment=segment[0], ordinal=0, element=at, group_code=number),
                )
            )
    return findings


def check_interchange(interchange: Interchange) -> list[Finding]:
    """Return what is wrong between ISA and IEA (B-15, B-16, B-24)."""
    header, trailer = interchange.header, interchange.trailer
    if trailer is None:
        sentence = "the file ends, or a new ISA begins, before the IEA of this interchange"
        advice = "send the interchange again, whole"
        return [find_envelope_fault("no-iea", sentence, advice=advice, code="023", segment="IEA")]
    findings = []
    if not _are_same_number(header.element(13), trailer.element(2)):
        sentence = f"IEA02 holds {trailer.element(2)!r}, ISA13 holds {header.element(13)!r}"
        findings.append(
            find_envelope_fault("interchange-control", sentence, code="001", segment="IEA")
        )
    if not _is_count(trailer.element(1), len(interchange.groups)):
        count = len(interchange.groups)
        sentence = f"IEA01 says {trailer.element(1)!r}, the interchange has {count} groups"
        findings.append(find_envelope_fault("group-count", sentence, code="021", segment="IEA"))
    return findings


def check_header(header: Segment) -> list[Finding]:
    """Return the ISA elements that hold what the standard does not know; all are warnings."""
    tests = (
        (5, "005", _is_qualifier, "a qualifier such as ZZ or 01"),
        (7, "007", _is_qualifier, "a qualifier such as ZZ or 01"),
        (9, "014", _is_short_date, "a date YYMMDD"),
        (10, "015", _is_short_time, "a time HHMM"),
        (12, "017", str.isdigit, "a version such as 00401"),
        (13, "018", str.isdigit, "a number of nine digits"),
        (14, "019", lambda text: text in {"0", "1", "2", "3"}, "0 or 1"),
        (15, "020", lambda text: text in {"P", "T", "I"}, "P, T or I"),
    )
    return [
        find_envelope_fault(
            "isa-element",
            f"ISA{at:02d} holds {header.element(at)!r}",
            advice=f"put {wanted} there",
            code=code,
            level="warning",
        )
        for at, code, is_good, wanted in tests
        if at < len(header) and not is_good(header.element(at))
    ]


def _find_set_fault(set_: Set, segment: Segment, word: str, sentence: str, code: str) -> Finding:
    place = write_place(segment, set_.group.interchange.delimiters)
    x12 = X12Place(segment=segment[0], ordinal=segment.ordinal, set_code=code)
    advice = {
        "no-se": "end every set with SE",
        "segment-count": f"put {segment.ordinal} into SE01",
        "set-control": "repeat ST02 in SE02",
    }.get(word, "fill it")
    return Finding(level="error", code=word, sentence=sentence, place=place, advice=advice, x12=x12)


def _find_group_fault(
    group: Group, word: str, sentence: str, code: str, level: Level = "error"
) -> Finding:
    segment = "GS" if group.trailer is None else "GE"
    place = write_place(group.header, group.interchange.delimiters)
    x12 = X12Place(segment=segment, ordinal=0, group_code=code)
    return Finding(level=level, code=word, sentence=sentence, place=place, x12=x12)


def _strip_or_same(text: str) -> str:
    return text.strip() or text


def _is_count(text: str, count: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12 and int(text) == count


def _are_same_number(one: str, other: str) -> bool:
    one, other = one.strip(), other.strip()
    if one.isdigit() and other.isdigit():
        return one.lstrip("0") == other.lstrip("0")
    return bool(one) and one == other


def _is_qualifier(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalnum()


def _is_short_date(text: str) -> bool:
    good = len(text) == 6 and text.isascii() and text.isdigit()
    return good and 1 <= int(text[2:4]) <= 12 and 1 <= int(text[4:]) <= 31


def _is_short_time(text: str) -> bool:
    good = len(text) == 4 and text.isascii() and text.isdigit()
    return good and int(text[:2]) < 24 and int(text[2:]) < 60
