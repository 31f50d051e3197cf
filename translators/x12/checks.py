"""Checks: every error of a set in one pass, each with its X12 code, its place and what to change."""

from collections.abc import Iterator

from msgspec.structs import replace

from translators.findings import Finding
from translators.x12.catalogue import make_finding
from translators.x12.delimiters import Delimiters
from translators.x12.elements import check_segment, compile_segments
from translators.x12.grammar import Grammar
from translators.x12.guide_checks import check_guide
from translators.x12.guide_rules import read_rules
from translators.x12.loops import read_loops
from translators.x12.places import locate, write_place
from translators.x12.quirks import tolerate
from translators.x12.structure import Loop, Segment, Set
from translators.x12.totals import check_totals

_IN_ELEMENT = "8"  # AK304
MOST_FINDINGS = 1000  # of one set; a runaway file must not fill the ledger (B-13)


def check_set(set_: Set, grammar: Grammar) -> list[Finding]:
    """Fill the set's `root` and return all that is wrong with it, in the order of its segments."""
    delimiters = set_.group.interchange.delimiters
    findings = read_loops(set_, grammar)
    findings += _check_elements(set_, grammar, delimiters)
    findings += check_totals(set_, delimiters)
    if set_.root is not None and "LS" in grammar.segments:
        findings += _check_bounds(set_.root, delimiters)
    findings += _check_guide(set_, grammar, findings)
    findings.sort(key=lambda finding: finding.x12.ordinal if finding.x12 else 0)
    return _cut(tolerate(findings, set_.group.interchange.tolerance), set_)


def _check_guide(set_: Set, grammar: Grammar, known: list[Finding]) -> list[Finding]:
    """Return what breaks the sender's guide and is no fault by the standard already."""
    tolerance = set_.group.interchange.tolerance
    texts = tolerance.guides.get((grammar.set_id, grammar.version), ())
    if not texts:
        return []
    told = {(one.x12.ordinal, one.x12.segment, one.x12.element) for one in known if one.x12}
    astray = {
        one.x12.segment
        for one in known
        if one.x12 and one.x12.segment_code not in {None, _IN_ELEMENT} and not one.x12.element
    }  # missing by the standard, or left out of the tree: neither is missing by the guide too
    own = tuple(sorted(tolerance.own_codes.items()))
    found = check_guide(set_, read_rules(texts, grammar, own))
    places = ((one, one.x12) for one in found)
    return [
        replace(one, rule=tolerance.guide_places.get(one.rule, ""))
        for one, at in places
        if at
        and (at.ordinal, at.segment, at.element) not in told
        and not (one.code == "guide-missing" and at.segment in astray)
    ]


def _check_elements(set_: Set, grammar: Grammar, delimiters: Delimiters) -> list[Finding]:
    findings = list[Finding]()
    tests = compile_segments(grammar, delimiters.component + delimiters.repetition)
    trailing = list[Segment]()
    for segment in set_.segments:
        test = tests[segment[0]]
        if test is None or test(segment):
            continue
        findings += check_segment(segment, grammar, delimiters)
        if len(segment) > 1 and not segment[-1]:
            trailing.append(segment)
        if len(findings) > MOST_FINDINGS:
            break
    return findings + _check_trailing(trailing, delimiters)


def _check_trailing(trailing: list[Segment], delimiters: Delimiters) -> list[Finding]:
    if not trailing:
        return []
    count, first = len(trailing), trailing[0]
    place = write_place(first, delimiters)
    form = "many" if count > 1 else ""
    x12 = locate(first, delimiters)
    return [make_finding("trailing-elements", x12, place, {"count": count}, form=form)]


def _check_bounds(root: Loop, delimiters: Delimiters) -> Iterator[Finding]:
    """Yield an error where LS stands without LE or LE without LS: they come as a pair."""
    for loop in root.walk():
        ends = [segment for segment in loop.segments if segment[0] in {"LS", "LE"}]
        if len(ends) != 1:
            continue
        other = "LE" if ends[0][0] == "LS" else "LS"
        x12 = locate(ends[0], delimiters, tag=other, segment_code="3")
        words: dict[str, object] = {"tag": ends[0][0], "other": other}
        place = write_place(ends[0], delimiters)
        advice = "send LS before and LE after the loop, or neither"
        yield make_finding("missing-segment", x12, place, words, form="bound", advice=advice)


def _cut(findings: list[Finding], set_: Set) -> list[Finding]:
    if len(findings) <= MOST_FINDINGS:
        return findings
    x12 = locate(set_.segments[0], set_.group.interchange.delimiters, set_code="5")
    words: dict[str, object] = {"most": MOST_FINDINGS}
    return [*findings[:MOST_FINDINGS], make_finding("too-many-findings", x12, set_.place, words)]
