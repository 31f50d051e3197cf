"""Delimiters: the four characters an ISA declares, read also where the ISA is out of shape."""

import re
from dataclasses import dataclass, field
from string import ascii_letters, digits

from translators.findings import Finding
from translators.x12.catalogue import find_envelope_fault

ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
ISA_LENGTH = 106
ISA_WINDOW = 1024  # bytes that hold any ISA and the segment after it
NO_COMPONENT = "\x1f"  # stands where an ISA declares none, so that nothing is split by it
_SEPARATORS_AT = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)  # B-1
_ALPHANUMERIC = ascii_letters + digits + " "


@dataclass(slots=True, frozen=True)
class Delimiters:
    """Element, component, repetition and segment characters; repetition is '' before 00402."""

    element: str = "*"
    component: str = ">"
    repetition: str = ""
    segment: str = "~"
    newline: str = ""  # decoration that follows each segment terminator


@dataclass(slots=True)
class IsaRead:
    """An ISA as it stood: its 17 texts, the delimiters, the bytes it takes, what was wrong."""

    elements: list[str]
    delimiters: Delimiters
    length: int
    findings: list[Finding] = field(default_factory=list)


def read_delimiters(data: bytes, start: int = 0) -> tuple[Delimiters, list[Finding]]:
    """Return the delimiters of the ISA at a byte, the usual ones where there is none (B-1 to B-9)."""
    isa = read_isa(data[start : start + ISA_WINDOW])
    if isa is None:
        return Delimiters(), [find_envelope_fault("no-isa", {"start": start}, form="at")]
    return isa.delimiters, isa.findings


def read_isa(window: bytes) -> IsaRead | None:
    """Return the ISA at the start of the window, or None where none can be made out.

    Fixed width is believed only when all sixteen separators stand where they must (B-1); else
    the ISA is split at its separator, up to the next segment's id.
    """
    if window[:3].upper() != b"ISA" or len(window) < 5 or _is_plain(window[3:4]):
        return None
    text = window.decode("latin-1")
    separator = text[3]
    isa = _read_fixed(text) if _is_fixed(text, separator) else _read_split(text)
    if isa is None:
        return None
    isa.elements = [_read_utf8(element) for element in isa.elements]
    isa.findings += _check_characters(isa)
    if text[:3] != "ISA":
        isa.elements[0] = "ISA"
        isa.findings.append(find_envelope_fault("segment-id-case", {"shown": repr(text[:3])}))
    return isa


def read_repetition(version: str, isa11: str) -> str:
    """Return the repetition separator: only from 00402, and only if ISA11 is no letter (B-7)."""
    usable = len(isa11) == 1 and not isa11.isalnum() and not isa11.isspace()
    return isa11 if usable and version.isdigit() and version >= "00402" else ""


def _read_utf8(element: str) -> str:
    try:
        return element if element.isascii() else element.encode("latin-1").decode()
    except UnicodeDecodeError:
        return element


def _is_plain(char: bytes) -> bool:
    return char.isalnum() or char in b" \t\r\n"


def _is_fixed(text: str, separator: str) -> bool:
    return (
        len(text) >= ISA_LENGTH
        and all(text[at] == separator for at in _SEPARATORS_AT)
        and not text[ISA_LENGTH - 1].isalnum()
    )


def _read_fixed(text: str) -> IsaRead:
    elements = [
        text[at + 1 : at + 1 + width] for at, width in zip(_SEPARATORS_AT, ISA_WIDTHS, strict=True)
    ]
    rest = text[ISA_LENGTH:]
    end = ISA_LENGTH + len(rest) - len(rest.lstrip("\r\n"))
    return _read_tail(["ISA", *elements[:15]], text, text[ISA_LENGTH - 2 : end], end)


def _read_split(text: str) -> IsaRead | None:
    end = _find_end(text)
    parts = text[:end].split(text[3], 16) if end else []
    if len(parts) < 3:
        return None
    tail = parts[-1] if len(parts) == 17 else parts[-1].lstrip(_ALPHANUMERIC)
    if len(parts) == 17:
        isa = _read_tail(parts[:16], text, tail, end)
    else:
        cut = parts[-1][: len(parts[-1]) - len(tail)]
        isa = _read_tail([*parts[:-1], cut], text, tail, end)
        isa.elements.pop()
    isa.findings.append(_find_widths(isa.elements))
    return isa


def _find_end(text: str) -> int:
    """Return where the segment after the ISA begins, or the end by the count of separators, or 0."""
    separator = re.escape(text[3])
    tag = re.search(rf"[^A-Za-z0-9 {separator}]\s*((?:GS|TA1|IEA|ST){separator})", text[4:])
    if tag:
        return tag.start(1) + 4
    sixteenth = re.match(rf"(?:[^{separator}]*{separator}){{16}}", text)
    return min(sixteenth.end() + 2, len(text)) if sixteenth else 0


def _read_tail(elements: list[str], text: str, tail: str, end: int) -> IsaRead:
    """Return the ISA whose last bytes are ISA16, the terminator and perhaps a line end."""
    mark = tail.rstrip(" \t\r\n")
    newline = "".join(char for char in tail[len(mark) :] if char in "\r\n")
    missing = not mark or (len(mark) == 1 and (not newline or _ends_lines(mark, text[end:])))
    if missing:  # C-16: without ISA16 the terminator takes its place
        component, segment = NO_COMPONENT, mark or newline[:1] or "\n"
        newline = newline if mark else newline[1:]
    elif len(mark) == 1:
        component, segment, newline = mark, newline[0], newline[1:]
    else:
        component, segment = mark[0], mark[1]
    version, isa11 = (elements[12], elements[11]) if len(elements) > 12 else ("", "")
    delimiters = Delimiters(
        text[3], component, read_repetition(version, isa11), segment, newline[:2]
    )
    isa = IsaRead([*elements, "" if missing else component], delimiters, end)
    if missing:
        isa.findings.append(_find_missing_component(segment))
    return isa


def _ends_lines(mark: str, rest: str) -> bool:
    return rest.partition("\n")[0].rstrip("\r").endswith(mark)


def _find_missing_component(segment: str) -> Finding:
    return find_envelope_fault("no-component-separator", {"mark": repr(segment)})


def _find_widths(elements: list[str]) -> Finding:
    wrong = [
        f"ISA{at:02d} has {len(value)} of {width}"
        for at, (value, width) in enumerate(zip(elements[1:], ISA_WIDTHS, strict=False), 1)
        if len(value) != width
    ]
    said = ", ".join(wrong) or f"it has {len(elements) - 1} elements"
    return find_envelope_fault("isa-width", {"wrong": said})


def _check_characters(isa: IsaRead) -> list[Finding]:
    marks = isa.delimiters
    named = (
        ("element separator", marks.element, "026"),
        ("component separator", marks.component, "027"),
        ("segment terminator", marks.segment, "004"),
        ("repetition separator", marks.repetition, "032"),
    )
    findings = []
    taken: dict[str, str] = {}
    for name, char, code in named:
        if char and (char.isalnum() or char == " "):
            words: dict[str, object] = {"char": repr(char), "role": name}
            findings.append(find_envelope_fault("bad-delimiter", words, note=code))
        elif char in taken and char:
            words = {"char": repr(char), "one": taken[char], "other": name}
            findings.append(find_envelope_fault("bad-delimiter", words, form="twice", note=code))
        taken.setdefault(char, name)
    return findings
