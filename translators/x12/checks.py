"""Checks: every error of a set in one pass, each with its X12 code, its place and what to change."""

from collections.abc import Iterator

from translators.findings import Finding, X12Place
from translators.x12.delimiters import Delimiters
from translators.x12.elements import check_segment, compile_segments
from translators.x12.envelope import write_place
from translators.x12.grammar import Grammar
from translators.x12.loops import read_loops
from translators.x12.structure import Loop, Segment, Set

MOST_FINDINGS = 1000  # of one set; a runaway file must not fill the ledger (B-13)
_COUNTED = {"850": "PO1", "855": "PO1", "860": "POC", "865": "POC", "810": "IT1", "856": "HL"}


def check_set(set_: Set, grammar: Grammar) -> list[Finding]:
    """Fill the set's `root` and return all that is wrong with it, in the order of its segments."""
    delimiters = set_.group.interchange.delimiters
    findings = read_loops(set_, grammar)
    findings += _check_elements(set_, grammar, delimiters)
    findings += _check_counts(set_, delimiters)
    if set_.root is not None and "LS" in grammar.segments:
        findings += _check_bounds(set_.root, delimiters)
    findings.sort(key=lambda finding: finding.x12.ordinal if finding.x12 else 0)
    return _cut(findings, set_)


def _check_elements(set_: Set, grammar: Grammar, delimiters: Delimiters) -> list[Finding]:
    findings = list[Finding]()
    tests = compile_segments(grammar, delimiters.component + delimiters.repetition)
    trailing = list[Segment]()
    for segment in set_.segments:
        test = tests.get(segment[0])
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
    count = len(trailing)
    sentence = f"{count} segments end in empty elements" if count > 1 else "ends in empty elements"
    return [
        Finding(
            level="note",
            code="trailing-elements",
            sentence=sentence + (", this is the first" if count > 1 else ""),
            place=write_place(trailing[0], delimiters),
            advice="leave separators at the end of a segment out",
            x12=X12Place(segment=trailing[0][0], ordinal=trailing[0].ordinal),
        )
    ]


def _check_counts(set_: Set, delimiters: Delimiters) -> Iterator[Finding]:
    """Yield a warning where CTT01 is not the number of lines, in an 856 of HL (B-76)."""
    counted = _COUNTED.get(set_.set_id)
    totals = [segment for segment in set_.segments[-6:] if segment[0] == "CTT"]
    if counted is None or not totals:
        return
    claimed = totals[-1].element(1)
    count = sum(segment[0] == counted for segment in set_.segments)
    if not (claimed.isascii() and claimed.isdigit()) or len(claimed) > 9 or int(claimed) == count:
        return
    yield Finding(
        level="warning",
        code="line-count",
        sentence=f"CTT01 says {claimed}, the set has {count} {counted} segments",
        place=write_place(totals[-1], delimiters),
        advice=f"put {count} into CTT01",
        x12=X12Place(segment="CTT", ordinal=totals[-1].ordinal),
    )


def _check_bounds(root: Loop, delimiters: Delimiters) -> Iterator[Finding]:
    """Yield an error where LS stands without LE or LE without LS: they come as a pair."""
    for loop in root.walk():
        ends = [segment for segment in loop.segments if segment[0] in {"LS", "LE"}]
        if len(ends) != 1:
            continue
        other = "LE" if ends[0][0] == "LS" else "LS"
        yield Finding(
            level="error",
            code="missing-segment",
            sentence=f"{ends[0][0]} stands without {other}",
            place=write_place(ends[0], delimiters),
            advice="send LS before and LE after the loop, or neither",
            x12=X12Place(segment=other, ordinal=ends[0].ordinal, segment_code="3"),
        )


def _cut(findings: list[Finding], set_: Set) -> list[Finding]:
    if len(findings) <= MOST_FINDINGS:
        return findings
    sentence = f"the set has more than {MOST_FINDINGS} findings; the first are listed"
    x12 = X12Place(segment="ST", ordinal=1, set_code="5")
    last = Finding(
        level="error", code="too-many-findings", sentence=sentence, place=set_.place, x12=x12
    )
    return [*findings[:MOST_FINDINGS], last]
