"""Detect: what format a file has, by its first bytes and never by its name."""

import re
from typing import Literal

Format = Literal["x12", "edifact", "xml", "json", "xlsx", "xls", "zip", "csv", "empty", "binary"]

_WINDOW = 65_536
_BLANK = b" \t\r\n\x00\x1a\x0b\x0c"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_X12_START = re.compile(rb"(?:ISA|isa)[^A-Za-z0-9\s]|(?:ST|GS)([^A-Za-z0-9\s])[0-9A-Z]{2,3}\1")
_X12_INSIDE = re.compile(rb"(?<![A-Za-z0-9])ISA([^A-Za-z0-9\s])[0-9]{2}\1[^\r\n]{0,15}\1[0-9]{2}\1")
_EDIFACT_START = re.compile(rb"UNA.{5,6}\s*UN[BG]|UN[BHG][^A-Za-z0-9\s]", re.DOTALL)
_XML_START = re.compile(rb"<(?:\?xml|!DOCTYPE|!--|[A-Za-z_][\w.:-]*[\s/>])")
_TAG = re.compile(rb"<[^<>]*>")
_TAG_END = re.compile(rb"</|/>|<[?!]")
_JSON_START = re.compile(rb'\{\s*["}]|\[\s*[\[\]{"0-9tfn-]')
_MOST_CONTROL = 0.01  # of a text; more makes it binary


def detect_format(data: bytes) -> Format:
    """Return the format the bytes show; `csv` is any text that is nothing else."""
    head = data[:_WINDOW]
    if not head.strip(_BLANK + b"\xef\xbb\xbf"):
        return "empty"
    packed = _detect_packed(data)
    return packed if packed is not None else _detect_text(_read_head(head))


def _detect_text(text: bytes) -> Format:
    tests: tuple[tuple[Format, bool], ...] = (
        ("x12", _X12_START.match(text) is not None),
        ("edifact", _EDIFACT_START.match(text) is not None),
        ("xml", _XML_START.match(text) is not None and not _is_header(text)),
        ("json", _JSON_START.match(text) is not None),
        ("x12", _X12_INSIDE.search(text) is not None),  # below a banner or a mail's head (B-2)
        ("binary", _is_binary(text)),
    )
    return next((name for name, is_so in tests if is_so), "csv")


def _is_header(text: bytes) -> bool:
    """Return whether what begins like a tag is the first header of a table, as in `<PO>;Line`.

    No element ends in it, and its first line is cut by what cuts cells.
    """
    first = _TAG.sub(b"", text.split(b"\n", 1)[0])
    return not _TAG_END.search(text) and any(mark in first for mark in b";,\t|")


def _detect_packed(data: bytes) -> Format | None:
    if data[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        is_workbook = b"xl/workbook" in data or b"xl/worksheets" in data
        return "xlsx" if is_workbook else "zip"
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "xls"
    return "binary" if data[:2] == b"\x1f\x8b" or data[:5] == b"%PDF-" else None


def _read_head(head: bytes) -> bytes:
    """Return the head as UTF-8 without byte order mark and leading blanks."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            text = head[len(bom) :].decode(encoding, errors="ignore")
            return text.encode("utf-8", errors="ignore").lstrip(_BLANK)
    return head.lstrip(_BLANK)


def _is_binary(text: bytes) -> bool:
    control = sum(text.count(bytes((code,))) for code in range(32) if code not in b"\t\r\n\x0c\x1a")
    return control > len(text) * _MOST_CONTROL or b"\x00" in text.rstrip(b"\x00")
