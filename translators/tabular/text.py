"""Text: the bytes of a table decoded as agreed; what does not fit is a finding."""

import codecs
import re

from translators.findings import Finding
from translators.tabular.options import TableOptions
from translators.tabular.table import tell

MAX_BYTES = 200_000_000
LINE_END = re.compile(r"\r\n|\r|\n")


def read_table_text(data: bytes, options: TableOptions, findings: list[Finding]) -> str | None:
    """Return the text of a table's bytes; None, with the reason told, where there is none to read."""
    if len(data) > MAX_BYTES:
        sentence = f"the file has {len(data)} bytes; {MAX_BYTES} are the limit"
        findings.append(tell("error", "file-too-large", sentence, "", "send it in parts"))
        return None
    text = read_text(data, options, findings)
    if text is not None and not text.strip():
        advice = "send a header row and at least one row"
        findings.append(tell("error", "empty-file", "the file is empty", "", advice))
        return None
    if text is not None and "\x00" in text:
        sentence = "the file holds NUL characters; they are left out"
        findings.append(tell("warning", "nul-characters", sentence, "", "ask the sender"))
        text = text.replace("\x00", "")
    return text


def read_text(data: bytes, options: TableOptions, findings: list[Finding]) -> str | None:
    """Return the text without byte order mark; UTF-8 and UTF-16 with a mark are believed."""
    encoding = _marked_encoding(data) or options.encoding
    try:
        told = _find_utf8(data, encoding, options)
        if told is not None:
            findings.append(told)
            return data.decode()
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        sentence = f"there is no encoding {encoding!r}"
        findings.append(tell("error", "bad-encoding", sentence, "", "write utf-8 or cp1252"))
        return None
    except UnicodeError as error:
        findings.append(_encodingtell(data, encoding, getattr(error, "start", 0)))
    return data.decode(encoding, errors="replace").removeprefix("\ufeff")


def _find_utf8(data: bytes, encoding: str, options: TableOptions) -> Finding | None:
    """Return the error of a file that is UTF-8 where an encoding of one byte a character is agreed.

    Every byte means something there, so it would be read without a complaint, and wrongly.
    """
    if data.isascii() or not _is_single_byte(encoding):
        return None
    try:
        text = data.decode()
    except UnicodeError:
        return None
    lines = LINE_END.split(text)
    row, line = next((n, one) for n, one in enumerate(lines, 1) if not one.isascii())
    cells = line.split(options.delimiter or ",")
    cell = next((one for one in cells if not one.isascii()), line)[:40]
    read = cell.encode().decode(encoding, errors="replace")
    sentence = f"{cell!r} stands there in UTF-8; in {encoding}, which is agreed, it reads {read!r}"
    advice = f"save the file as {encoding}, or ask to have UTF-8 agreed"
    return tell("error", "wrong-encoding", sentence, f"row {row}", advice)


def _is_single_byte(encoding: str) -> bool:
    """Return whether each byte is a character of its own; raises LookupError for no encoding."""
    name = codecs.lookup(encoding).name
    every = bytes(range(256)).decode(encoding, errors="replace")
    return not name.startswith("utf") and name != "ascii" and len(every) == len(range(256))


def _marked_encoding(data: bytes) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    return "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else None


def _encodingtell(data: bytes, encoding: str, start: int) -> Finding:
    row = data.count(b"\n", 0, start) + 1
    sentence = f"byte {start} (0x{data[start]:02X}) is no {encoding}"
    advice = "save the file in the agreed encoding, or change `encoding` in the mapping"
    return tell("error", "bad-encoding", sentence, f"row {row}", advice)
