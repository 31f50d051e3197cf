"""Tree: the bytes of an XML file as its outermost element, or the finding that says why not."""

import codecs
import re
from typing import TYPE_CHECKING

from translators.findings import Finding

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 50_000_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*?\?>", re.DOTALL)
_ENCODING = re.compile(rb"<\?xml\b[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_KNOWN = ("utf-8", "utf-16", "ascii", "iso8859", "cp125", "latin")
_DOCTYPE = "<!DOCTYPE"


def read_tree(data: bytes, *, keeps_doctype: bool = False) -> "_Element | Finding":
    """Return the outermost element, or the error that says why there is none.

    `keeps_doctype` passes over a DOCTYPE that only names a DTD elsewhere; it is never fetched.
    """
    if len(data) > MAX_BYTES:
        sentence = f"the file has {len(data)} bytes; {MAX_BYTES} are the limit"
        return fault("file-too-large", sentence, "send it in parts")
    text = _read_text(data)
    if isinstance(text, Finding):
        return text
    text = _DECLARATION.sub("", text, count=1)
    doctype = _find_doctype(text)
    plain = text if doctype is None else _without_doctype(text, doctype) if keeps_doctype else None
    if plain is None:
        sentence = "the file has a DOCTYPE; types and entities of its own are not read"
        return fault("dtd-refused", sentence, "send it without <!DOCTYPE …>")
    return _parse(plain)


def _read_text(data: bytes) -> str | Finding:
    """Return the text as its byte order mark or its declaration says; UTF-8 without either."""
    mark = next((one for one in _BOMS if data.startswith(one[0])), None)
    said = _ENCODING.match(data.lstrip()[:400])
    declared = said.group(1).decode() if said else ""
    encoding = mark[1] if mark else declared or "utf-8"
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if not name.startswith(_KNOWN):
        return fault("bad-encoding", f"encoding {encoding!r} is not read", "write UTF-8")
    body = data[len(mark[0]) if mark else 0 :]
    try:
        text = body.decode(encoding)
    except UnicodeError as error:
        return _bad_byte(body, encoding, getattr(error, "start", 0))
    return _find_utf8(body, encoding) or text


def _bad_byte(body: bytes, encoding: str, start: int) -> Finding:
    line = body.count(b"\n", 0, start) + 1
    sentence = f"byte {start} (0x{body[start : start + 1].hex().upper()}) is no {encoding}, which the file says it is"
    advice = "save it in the encoding that its first line declares"
    return fault("bad-encoding", sentence, advice, f"line {line}")


def _find_utf8(body: bytes, encoding: str) -> Finding | None:
    """Return the error of UTF-8 that declares an encoding in which every byte means something."""
    name = codecs.lookup(encoding).name
    if body.isascii() or not name.startswith(("iso8859", "cp125", "latin")):
        return None
    try:
        lines = body.decode().splitlines()
    except UnicodeError:
        return None
    number, line = next((at, one) for at, one in enumerate(lines, 1) if not one.isascii())
    shown = next(word for word in re.split(r"[<>]", line) if not word.isascii())[:40]
    sentence = f"{shown!r} stands there in UTF-8, and the file says it is {encoding}"
    advice = 'declare encoding="UTF-8" in its first line'
    return fault("wrong-encoding", sentence, advice, f"line {number}")


def _find_doctype(text: str) -> int | None:
    """Return where a DOCTYPE begins; it can only stand before the first element."""
    at = 0
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            at = text.find("-->", at)
        elif text.startswith("<?", at):
            at = text.find("?>", at)
        else:
            return at if text[at : at + len(_DOCTYPE)].upper() == _DOCTYPE else None
        if at < 0:
            return None
        at += 2
    return None


def _without_doctype(text: str, at: int) -> str | None:
    """Return the text without its DOCTYPE, None where that declares anything itself."""
    end = text.find(">", at)
    declared = text[at : end + 1]
    if end < 0 or "[" in declared:
        return None
    return text[:at] + "\n" * declared.count("\n") + text[end + 1 :]


def _parse(text: str) -> "_Element | Finding":
    from translators.xml.parse import MOST_DEPTH, XmlError, parse_xml  # noqa: PLC0415 loads lxml

    try:
        return parse_xml(text.encode("utf-8", "surrogatepass"))
    except XmlError as error:
        line, column = getattr(error.__cause__, "position", (0, 0))
        place = f"line {line}, column {column}" if line else ""
        if "levels" in str(error) or "xcessive depth" in str(error.__cause__):
            told = f"more than {MOST_DEPTH} levels stand inside each other"
            return fault("too-deep", told, "ask the sender", place)
        return fault("bad-xml", str(error), error.advice, place)


def fault(code: str, sentence: str, advice: str = "", place: str = "") -> Finding:
    """Return an error about the whole file."""
    return Finding(level="error", code=code, sentence=sentence, place=place, advice=advice)
