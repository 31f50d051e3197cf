"""Reader: the bytes of a file as sets, groups and interchanges, each as its trailer is met."""

import re
from collections.abc import Iterable, Iterator

from translators.findings import Finding, X12Place
from translators.x12.delimiters import Delimiters, IsaRead, find_envelope_fault
from translators.x12.envelope import (
    check_group,
    check_group_elements,
    check_header,
    check_interchange,
    check_set_envelope,
    check_set_group,
    write_place,
)
from translators.x12.source import FILLING, LONGEST_SEGMENT, Source
from translators.x12.structure import Group, Interchange, Segment, Set

MOST_SEGMENTS = 100_000  # of one set that are kept; far above any real document (B-13)
_CONTROL = frozenset(("", "ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"))
_AROUND = frozenset(("ISB", "ISE", "TA3", "S1S", "S1E", "S2S", "S2E", "S3S", "S3E", "S4S", "S4E"))
_LEAD = " \t\r\n"
_FRAGMENT = re.compile(rb"[ \t\r\n]*(?:ST|GS)([^A-Za-z0-9\s])")

Part = Set | Group | Interchange


def read_x12(data: bytes | Iterable[bytes]) -> Iterator[Part]:
    """Yield each set as its SE is met, then its group, then its interchange, missing trailers or not.

    Memory is one set, where the caller releases each once it is done with it (`Set.release`).
    What is no X12 at all comes out as one interchange with an empty header and a finding.
    """
    source = Source(data)
    reader = _Reader(source)
    if _FRAGMENT.match(source.peek(256)):
        yield from reader.read_interchange(_open_fragment(source))
    while True:
        isa, skipped = source.find_isa()
        if isa is None:
            break
        yield from reader.read_interchange(_open_interchange(isa, skipped, source))
    if not reader.interchanges:
        yield _open_nothing(skipped)


class _Reader:
    """Where the reader stands: the open interchange, group and set."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.interchanges = 0
        self._sets = 0
        self._interchange = Interchange(Segment([]), Delimiters(), 0)
        self._group: Group | None = None
        self._set: Set | None = None
        self._count = 0  # segments of the open set
        self._empty = 0
        self._blank = 0
        self._strays = list[str]()
        self._controls = set[str]()

    def read_interchange(self, interchange: Interchange) -> Iterator[Part]:
        """Yield the parts of one interchange, the source standing behind its ISA."""
        self.interchanges += 1
        interchange.ordinal = self.interchanges
        self._interchange, self._group, self._set = interchange, None, None
        marks = interchange.delimiters
        separator, decoration = marks.element, "\r" if marks.segment == "\n" else ""
        stop = self._source.offset
        for text, start, end in self._source.list_segments(marks):
            body = text.lstrip(_LEAD)
            lead = len(text) - len(body)
            if lead and text[:lead].strip("\r\n"):
                self._blank += 1
            if decoration:
                body = body.rstrip(decoration)
            elements = body.split(separator)
            tag = elements[0]
            if self._set is not None and len(tag) < 4 and tag not in _CONTROL:
                self._add(Segment(elements, self._count + 1, start + lead))
                continue
            if tag[:3] == "ISA" and _is_isa(body):
                stop = start + lead
                break
            stop = end
            yield from self._take(Segment(elements, 0, start + lead), len(text))
            if tag == "IEA":
                break
        self._source.seek(stop)
        yield from self._close_interchange(stop)

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
                fault = find_envelope_fault("no-gs", "a set stands outside any group", code="024")
                group.findings.append(fault)
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
            current.findings.append(_find_no_envelope())
        yield current

    def _list_oddities(self, current: Set) -> Iterator[Finding]:
        if current.control in self._controls:
            code = "23" if current.version[:6] >= "005010" else None
            sentence = f"ST02 {current.control!r} was already used in this group"
            x12 = X12Place(segment="ST", ordinal=1, set_code=code)
            yield _warn("set-control-again", sentence, current.place, x12)
        self._controls.add(current.control)
        if self._count > MOST_SEGMENTS:
            sentence = f"the set has {self._count} segments; at most {MOST_SEGMENTS} are read"
            x12 = X12Place(segment="ST", ordinal=1, set_code="5")
            yield Finding(
                level="error", code="set-too-long", sentence=sentence, place=current.place, x12=x12
            )
        if self._empty:
            sentence = f"{self._empty} empty segments: doubled terminators or blank lines"
            yield _warn("empty-segment", sentence, current.place, None)
        if self._blank:
            sentence = f"{self._blank} segments have blanks before their id"
            yield _warn("blank-before-segment", sentence, current.place, None)

    def _close_group(self, trailer: Segment | None) -> Iterator[Set | Group]:
        yield from self._close_set(None)
        group, self._group = self._group, None
        if group is not None:
            group.trailer = trailer
            group.findings += [*check_group_elements(group), *check_group(group)]
            yield group

    def _close_interchange(self, end: int) -> Iterator[Part]:
        yield from self._close_group(None)
        current = self._interchange
        if current.header:
            current.findings += check_interchange(current)
        if current.trailer is not None and end > self._source.offset:
            sentence = "the last segment has no terminator"
            current.findings.append(_warn("no-last-terminator", sentence, "IEA", None))
        if self._strays:
            sentence = f"{len(self._strays)} segments stand outside any set"
            current.findings.append(
                find_envelope_fault(
                    "stray-segment", f"{sentence}, first {self._strays[0]}", code="024"
                )
            )
            self._strays = []
        self._report_bytes(current)
        yield current

    def _report_bytes(self, current: Interchange) -> None:
        if self._source.latin_at is not None:
            sentence = f"byte {self._source.latin_at} is no UTF-8; the segment is read as Latin-1"
            current.findings.append(_warn("no-utf-8", sentence, "", None))
            self._source.latin_at = None
        rest = self._source.peek(512).lstrip(FILLING) if current.trailer is not None else b""
        if rest and rest[:3].upper() != b"ISA":
            sentence = f"bytes after IEA are ignored: {_show(rest)}"
            current.findings.append(
                Finding(level="note", code="bytes-after-iea", sentence=sentence)
            )

    def _report_long(self, segment: Segment) -> None:
        sentence = (
            f"a segment at byte {segment.offset} has {LONGEST_SEGMENT} bytes and no terminator"
        )
        finding = find_envelope_fault(
            "segment-too-long", sentence, advice="check the segment terminator", code="024"
        )
        target = self._interchange if self._set is None else self._set
        if not any(known.code == finding.code for known in target.findings):
            target.findings.append(finding)


def _open_interchange(isa: IsaRead, skipped: bytes, source: Source) -> Interchange:
    header = Segment(isa.elements, 0, source.offset)
    interchange = Interchange(header, isa.delimiters, 0)
    interchange.findings += [*isa.findings, *check_header(header)]
    if skipped:
        sentence = f"bytes before ISA are ignored: {_show(skipped)}"
        interchange.findings.append(
            Finding(level="note", code="bytes-before-isa", sentence=sentence)
        )
    source.seek(source.offset + isa.length)
    return interchange


def _open_fragment(source: Source) -> Interchange:
    head = source.peek(4096)
    found = _FRAGMENT.match(head)
    mark = found.group(1).decode("latin-1") if found else "*"
    segment = next((char for char in "~'!\n\r" if char.encode() in head), "~")
    interchange = Interchange(Segment([]), Delimiters(mark, ">", "", segment), 0)
    interchange.findings.append(_find_no_envelope())
    return interchange


def _open_nothing(skipped: bytes) -> Interchange:
    interchange = Interchange(Segment([]), Delimiters(), 1)
    if not skipped:
        word, sentence = "empty-file", "the file is empty"
    elif skipped[:3].upper() == b"ISA":
        word, sentence = "no-isa", f"the file ends within its ISA: {_show(skipped)}"
    else:
        word, sentence = "no-isa", f"there is no ISA in this file; it starts {_show(skipped)}"
    interchange.findings.append(find_envelope_fault(word, sentence, code="022"))
    return interchange


def _find_no_envelope() -> Finding:
    return find_envelope_fault(
        "no-envelope",
        "the set stands alone, without ISA and GS",
        advice="send it inside an interchange; only then is it known who sent it",
        code="022",
    )


def _warn(word: str, sentence: str, place: str, x12: X12Place | None) -> Finding:
    return Finding(level="warning", code=word, sentence=sentence, place=place, x12=x12)


def _is_isa(body: str) -> bool:
    return len(body) > 3 and not body[3].isalnum() and body.count(body[3]) >= 16


def _show(data: bytes) -> str:
    return repr(data[:40].decode("latin-1"))
