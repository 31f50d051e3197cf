"""Opening: how an interchange begins, also where its ISA is missing or nothing is X12."""

import re

from translators.x12.catalogue import find_envelope_fault, make_finding
from translators.x12.delimiters import Delimiters, IsaRead
from translators.x12.envelope import check_header
from translators.x12.source import Source
from translators.x12.structure import Interchange, Segment

FRAGMENT = re.compile(rb"[ \t\r\n]*(?:ST|GS)([^A-Za-z0-9\s])")


def open_interchange(isa: IsaRead, skipped: bytes, source: Source) -> Interchange:
    """Return the interchange an ISA opens, the source standing behind it."""
    header = Segment(isa.elements, 0, source.offset, source.line)
    interchange = Interchange(header, isa.delimiters, 0)
    interchange.findings += [*isa.findings, *check_header(header)]
    if skipped:
        finding = make_finding("bytes-before-isa", None, "", {"shown": show_bytes(skipped)})
        interchange.findings.append(finding)
    source.seek(source.offset + isa.length)
    return interchange


def open_fragment(source: Source) -> Interchange:
    """Return the interchange of sets that come without one, with the marks they seem to use."""
    head = source.peek(4096)
    found = FRAGMENT.match(head)
    mark = found.group(1).decode("latin-1") if found else "*"
    segment = next((char for char in "~'!\n\r" if char.encode() in head), "~")
    interchange = Interchange(Segment([]), Delimiters(mark, ">", "", segment), 0)
    interchange.findings.append(find_envelope_fault("no-envelope"))
    return interchange


def open_nothing(skipped: bytes) -> Interchange:
    """Return what stands for a file that is no X12: an interchange without a header."""
    interchange = Interchange(Segment([]), Delimiters(), 1)
    if not skipped:
        interchange.findings.append(find_envelope_fault("empty-file"))
        return interchange
    form = "cut" if skipped[:3].upper() == b"ISA" else ""
    words: dict[str, object] = {"shown": show_bytes(skipped)}
    interchange.findings.append(find_envelope_fault("no-isa", words, form=form))
    return interchange


def show_bytes(data: bytes) -> str:
    """Return the first bytes as findings show them."""
    return repr(data[:40].decode("latin-1"))
