"""Reader: the bytes of a file as sets, groups and interchanges, each as its trailer is met."""

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from translators.findings import Finding
from translators.x12.catalogue import find_envelope_fault, make_finding
from translators.x12.delimiters import Delimiters
from translators.x12.envelope import (
    check_acks,
    check_group,
    check_group_elements,
    check_interchange,
    check_set_envelope,
    check_set_group,
)
from translators.x12.grammar import GROUP_OF
from translators.x12.opening import (
    FRAGMENT,
    open_fragment,
    open_interchange,
    open_nothing,
    show_bytes,
)
from translators.x12.places import locate, write_place
from translators.x12.plain_sets import PlainSets
from translators.x12.quirks import STRICT, Tolerance, tolerate
from translators.x12.source import BLOCK, FILLING, LONGEST_SEGMENT, Source
from translators.x12.structure import Group, Interchange, Segment, Set

MOST_SEGMENTS = 100_000  # of one set that are kept; far above any real document (B-13)
_CONTROL = frozenset(("", "ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"))
_AROUND = frozenset(("ISB", "ISE", "TA3", "S1S", "S1E", "S2S", "S2E", "S3S", "S3E", "S4S", "S4E"))
_LEAD = " \t\r\n"
_JOINED = re.compile(r"\n([A-Z][A-Z0-9]{1,2})(?=[^A-Za-z0-9\s])")

_FEW = 512  # bytes split at once where the quick way goes on soon

Part = Set | Group | Interchange
Quick = Callable[[str, Segment, Group], Any]  # what a quick way makes of a set, None: look closer


def read_x12(
    data: bytes | Iterable[bytes], tolerance: Tolerance = STRICT, quick: Quick | None = None
) -> Iterator[Part]:
    """Yield each set as its SE is met, then its group, then its interchange, missing trailers or not.

    Memory is one set, where the caller releases each once it is done with it (`Set.release`).
    What is no X12 at all comes out as one interchange with an empty header and a finding.
    `quick` is shown each plain set as text, with its ST and group; one it takes has no fault,
    holds what it made of it in `taken`, and of its segments only ST.
    """
    source = Source(data)
    reader = _Reader(source, tolerance, quick)
    width = source.unwrap() if tolerance.has("wrapped-lines") else 0
    if FRAGMENT.match(source.peek(256)):
        yield from reader.read_interchange(open_fragment(source))
    while True:
        isa, skipped = source.find_isa()
        if isa is None:
            break
        interchange = open_interchange(isa, skipped, source)
        if width:
            finding = make_finding("wrapped-lines", None, "", {"width": width})
            interchange.findings.append(finding)
        yield from reader.read_interchange(interchange)
    if not reader.interchanges:
        yield open_nothing(skipped)


@dataclass(slots=True)
class _Amended:
    """What was left out or changed in the open set because a quirk excuses it."""

    newlines: int = 0
    cases: int = 0
    first: str = ""


class _Reader:
    """Where the reader stands: the open interchange, group and set."""

    def __init__(self, source: Source, tolerance: Tolerance, quick: Quick | None) -> None:
        self._source = source
        self._plain = PlainSets(source)
        self._quick = quick
        self._tolerance = tolerance
        self._amends = tolerance.has("stray-newlines") or tolerance.has("lower-case-ids")
        self._amended = _Amended()
        self.interchanges = 0
        self._sets = 0
        self._interchange = Interchange(Segment([]), Delimiters(), 0)
        self._group: Group | None = None
        self._set: Set | None = None
        self._count = 0  # segments of the open set
        self._empty = 0
        self._blank = 0
        self._joined = list[Segment]()  # after which a terminator is missing
        self._strays = list[str]()
        self._controls = set[str]()

    def read_interchange(self, interchange: Interchange) -> Iterator[Part]:
        """Yield the parts of one interchange, the source standing behind its ISA."""
        self.interchanges += 1
        interchange.ordinal = self.interchanges
        interchange.tolerance = self._tolerance
        self._interchange, self._group, self._set = interchange, None, None
        stop: int | None = None
        while stop is None:
            if self._quick is not None:
                yield from self._read_quick(self._quick)
            stop = yield from self._read_segments()
        self._source.seek(stop)
        yield from self._close_interchange(stop)

    def _read_quick(self, take: Quick) -> Iterator[Set]:
        """Yield the sets the quick way takes, up to the first it declines."""
        group, marks = self._group, self._interchange.delimiters
        if group is None or not self._is_plain(group, marks):
            return
        sets, mark, separator = self._plain.list_sets(marks), marks.segment, marks.element
        held, controls = group.sets, self._controls
        for text, offset in sets:
            header = Segment(text[: text.find(mark)].split(separator), 1, offset)
            control = header[2] if len(header) > 2 else ""
            taken = None if control in controls else take(text, header, group)
            if taken is None:
                break
            self._sets += 1
            controls.add(control)
            made = Set([header], group, self._sets, taken=taken)
            del taken  # whoever releases the set is rid of it
            held.append(made)
            yield made
        sets.close()

    def _is_plain(self, group: Group, marks: Delimiters) -> bool:
        """Return whether nothing about the envelope or the sender's quirks wants a closer look."""
        is_ascii = (marks.element + marks.component + marks.segment + marks.repetition).isascii()
        is_amended = self._amends or self._source.is_unwrapped or bool(self._joined)
        is_enclosed = bool(group.header and self._interchange.header)
        guided = {GROUP_OF.get(set_id) for set_id, _ in self._tolerance.guides}
        is_odd = is_amended or group.header.element(1) in guided  # judged the careful way
        return self._set is None and is_enclosed and is_ascii and not is_odd

    def _read_segments(self) -> Generator[Part, None, int | None]:
        """Yield the parts segment by segment; return where the interchange ends.

        None says that the quick way may go on from here.
        """
        marks = self._interchange.delimiters
        separator, decoration = marks.element, "\r" if marks.segment == "\n" else ""
        line, ends_line = self._source.line, int(marks.segment == "\n")
        amends = self._amends or self._source.is_unwrapped
        stop = self._source.offset
        first = BLOCK if self._quick is None else _FEW
        for text, start, end in self._source.list_segments(marks, first):
            body = text.lstrip(_LEAD)
            lead = len(text) - len(body)
            if lead and text[:lead].strip("\r\n"):
                self._blank += 1
            here = line + text.count("\n", 0, lead) if lead else line
            at, inside = start + lead, body.count("\n") if "\n" in body else 0
            if inside and not ends_line and (cuts := _find_cuts(body, separator)):
                yield from self._take_joined(body, (at, here), cuts)
                here += body.count("\n", 0, cuts[-1])
                body, at = body[cuts[-1] :], at + cuts[-1]
                inside = body.count("\n")
            line = here + inside + ends_line
            body = body.rstrip(decoration) if decoration else body
            if amends:
                body = self._amend(body, separator)
                at, here = self._place(at, here)
            elements = body.split(separator)
            tag = elements[0]
            if self._set is not None and len(tag) < 4 and tag not in _CONTROL:
                self._count += 1
                if self._count <= MOST_SEGMENTS:
                    self._set.segments.append(Segment(elements, self._count, at, here))
                continue
            if tag[:3] == "ISA" and _is_isa(body):
                stop = start + lead
                break
            stop = end
            yield from self._take(Segment(elements, 0, at, here), len(text))
            if tag == "IEA":
                break
            if self._quick is not None and tag in {"GS", "SE"}:
                self._source.seek(end)
                return None
        return stop

    def _take_joined(self, text: str, place: tuple[int, int], cuts: list[int]) -> Iterator[Part]:
        """Take the segments of a text that lacks terminators, all but the last one."""
        at, line = place
        separator = self._interchange.delimiters.element
        for start, end in zip([0, *cuts], cuts, strict=False):
            elements = text[start:end].rstrip(_LEAD).split(separator)
            segment = Segment(elements, 0, at + start, line + text.count("\n", 0, start))
            self._joined.append(segment)
            yield from self._take(segment, end - start)

    def _place(self, offset: int, line: int) -> tuple[int, int]:
        return self._source.find_place(offset) if self._source.is_unwrapped else (offset, line)

    def _amend(self, body: str, separator: str) -> str:
        """Return the segment without what the sender's quirks excuse, and count it."""
        if self._tolerance.has("stray-newlines") and ("\n" in body or "\r" in body):
            self._amended.newlines += body.count("\n") or body.count("\r")
            body = body.replace("\r", "").replace("\n", "")
        tag, mark, rest = body.partition(separator)
        if self._tolerance.has("lower-case-ids") and tag != tag.upper():
            self._amended.cases += 1
            self._amended.first = self._amended.first or tag[:20]
            body = tag.upper() + mark + rest
        return body

    def _add(self, segment: Segment) -> None:
        self._count += 1
        if self._set is not None and self._count <= MOST_SEGMENTS:
            self._set.segments.append(segment)

    def _take(self, segment: Segment, length: int) -> Iterator[Part]:
        tag = segment[0]
        if length >= LONGEST_SEGMENT:
            self._report_long(segment)
        elif tag in {"ST", "SE"}:
            yield from self._take_set(segment)
        elif tag in {"GS", "GE"}:
            yield from self._take_group(segment)
        elif tag == "IEA":
            yield from self._close_group(None)
            self._interchange.trailer = segment
        elif tag == "" and len(segment) == 1:
            self._empty += 1
        else:
            self._take_other(segment)

    def _take_set(self, segment: Segment) -> Iterator[Part]:
        if segment[0] == "ST":
            yield from self._close_set(None)
            self._open_set(segment)
        elif self._set is None:
            self._take_other(segment)
        else:
            segment.ordinal = self._count + 1
            yield from self._close_set(segment)

    def _take_group(self, segment: Segment) -> Iterator[Part]:
        if segment[0] == "GS":
            yield from self._close_group(None)
            self._open_group(segment)
        elif self._group is None:
            self._take_other(segment)
        else:
            yield from self._close_group(segment)

    def _take_other(self, segment: Segment) -> None:
        if self._set is not None:
            segment.ordinal = self._count + 1
            self._add(segment)
        elif segment[0] == "TA1":
            self._interchange.acks.append(segment)
        elif segment[0] not in _AROUND:
            self._strays.append(write_place(segment, self._interchange.delimiters)[:80])
            del self._strays[1000:]

    def _open_group(self, header: Segment) -> Group:
        self._group = Group(header, self._interchange)
        self._interchange.groups.append(self._group)
        self._controls = set()
        return self._group

    def _open_set(self, header: Segment) -> None:
        group = self._group
        if group is None:
            group = self._open_group(Segment([]))
            if self._interchange.header:
                group.findings.append(find_envelope_fault("no-gs"))
        self._sets += 1
        self._count = header.ordinal = 1
        self._set = Set([header], group, self._sets)
        self._empty = self._blank = 0
        group.sets.append(self._set)

    def _close_set(self, trailer: Segment | None) -> Iterator[Set]:
        current = self._set
        if current is None:
            return
        self._set = None
        if trailer is not None:
            current.segments.append(trailer)
        current.findings += check_set_envelope(current, trailer)
        current.findings += check_set_group(current)
        current.findings += self._list_oddities(current)
        if not self._interchange.header:
            current.findings.append(find_envelope_fault("no-envelope"))
        current.findings = tolerate(current.findings, self._tolerance)
        yield current

    def _list_oddities(self, current: Set) -> Iterator[Finding]:
        if current.control in self._controls:
            words: dict[str, object] = {"control": repr(current.control)}
            yield _find_in_set("set-control-again", current, words, "23")
        self._controls.add(current.control)
        if self._count > MOST_SEGMENTS:
            words = {"count": self._count, "most": MOST_SEGMENTS}
            yield _find_in_set("set-too-long", current, words, "5")
        for count, word in ((self._empty, "empty-segment"), (self._blank, "blank-before-segment")):
            if count:
                yield make_finding(word, None, current.place, {"count": count})
        joined, self._joined = self._joined, []
        yield from (_find_joined(segment, current) for segment in joined[:100])
        amended, self._amended = self._amended, _Amended()
        if amended.newlines:
            yield _find_in_set("stray-newline", current, {"count": amended.newlines}, None)
        if amended.cases:
            words = {"count": amended.cases, "shown": repr(amended.first)}
            yield make_finding("segment-id-case", None, current.place, words, form="set")

    def _close_group(self, trailer: Segment | None) -> Iterator[Set | Group]:
        yield from self._close_set(None)
        group, self._group = self._group, None
        if group is not None:
            group.trailer = trailer
            group.findings += [*check_group_elements(group), *check_group(group)]
            group.findings = tolerate(group.findings, self._tolerance)
            yield group

    def _close_interchange(self, end: int) -> Iterator[Part]:
        yield from self._close_group(None)
        current = self._interchange
        if current.header:
            current.findings += [*check_interchange(current), *check_acks(current)]
        if current.trailer is not None and end > self._source.offset:
            current.findings.append(make_finding("no-last-terminator", None, "IEA"))
        if self._strays:
            words: dict[str, object] = {"count": len(self._strays), "shown": self._strays[0]}
            current.findings.append(find_envelope_fault("stray-segment", words))
            self._strays = []
        self._report_bytes(current)
        current.findings = tolerate(current.findings, self._tolerance)
        yield current

    def _report_bytes(self, current: Interchange) -> None:
        if self._source.latin_at is not None:
            words = {"at": self._source.latin_at}
            current.findings.append(make_finding("no-utf-8", None, "", words))
            self._source.latin_at = None
        rest = self._source.peek(512).lstrip(FILLING) if current.trailer is not None else b""
        if rest and rest[:3].upper() != b"ISA":
            shown: dict[str, object] = {"shown": show_bytes(rest)}
            current.findings.append(make_finding("bytes-after-iea", None, "", shown))

    def _report_long(self, segment: Segment) -> None:
        words: dict[str, object] = {"at": segment.offset, "size": LONGEST_SEGMENT}
        finding = find_envelope_fault("segment-too-long", words)
        target = self._interchange if self._set is None else self._set
        if not any(known.code == finding.code for known in target.findings):
            target.findings.append(finding)


def _find_in_set(word: str, set_: Set, words: dict[str, object], code: str | None) -> Finding:
    x12 = locate(set_.segments[0], set_.group.interchange.delimiters, set_code=code)
    return make_finding(word, x12, set_.place, words)


def _find_joined(segment: Segment, set_: Set) -> Finding:
    marks, at = set_.group.interchange.delimiters, len(segment) - 1
    codes = {"segment_code": "8", "element_code": "6"}
    x12 = locate(segment, marks, element=at or 1, value=segment[-1] or None, **codes)
    words = {"tag": segment[0], "mark": repr(marks.segment)}
    return make_finding("missing-terminator", x12, write_place(segment, marks), words)


def _find_cuts(body: str, separator: str) -> list[int]:
    """Return where further segments begin on lines of their own inside one: a terminator is missing."""
    tag = body.partition(separator)[0]
    if not (2 <= len(tag) <= 3 and tag.isalnum() and tag.isupper()):
        return []  # a comment or a stray line before a segment
    return [match.start(1) for match in _JOINED.finditer(body) if body[match.end()] == separator]


def _is_isa(body: str) -> bool:
    return len(body) > 3 and not body[3].isalnum() and body.count(body[3]) >= 16
