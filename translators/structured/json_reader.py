"""JSON read into documents: bad JSON is a finding with line and column, never an exception."""

import json
import re
from collections import Counter
from typing import Any, NoReturn

from translators.document import Document
from translators.findings import Finding, Level

MAX_BYTES = 50_000_000
MAX_DEPTH = 64
_BRACKET = re.compile(r"[\[\]{}]")


class _RefusedError(ValueError):
    """Something JSON libraries allow and JSON does not."""


def read_json_documents(data: bytes) -> list[Document]:
    """Return one document per file, or per element of a list at the top.

    Numbers stay the text they were written as, so that 10.50 keeps its zero.
    """
    findings: list[Finding] = []
    if len(data) > MAX_BYTES:
        sentence = f"the file has {len(data)} bytes; {MAX_BYTES} are the limit"
        return _unreadable("file-too-large", sentence, "", "send it in parts")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"byte {error.start} (0x{data[error.start]:02X}) is no UTF-8"
        return _unreadable("bad-encoding", sentence, "", "JSON is written in UTF-8")
    if _depth_of(text) > MAX_DEPTH:
        sentence = f"more than {MAX_DEPTH} levels stand inside each other"
        return _unreadable("too-deep", sentence, "", "ask the sender")
    try:
        content = _load(text, findings)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return _unreadable("bad-json", f"this is not JSON: {error.msg}", place, "mend the file")
    except (_RefusedError, RecursionError) as error:
        return _unreadable("bad-json", f"this is not JSON: {error}", "", "mend the file")
    return _documents(content, findings)


def _documents(content: Any, findings: list[Finding]) -> list[Document]:
    if not isinstance(content, list):
        return [_document(content, "the whole file", findings)]
    if not content:
        return _unreadable("empty-file", "the list is empty", "", "send at least one document")
    documents = [_document(item, f"element {number}", []) for number, item in enumerate(content, 1)]
    documents[0].findings[:0] = findings
    return documents


def _document(content: Any, place: str, findings: list[Finding]) -> Document:
    if isinstance(content, dict):
        return Document(kind="json", place=place, content=content, findings=findings)
    sentence = "an object in { } was wanted"
    finding = _finding("error", "bad-json", sentence, place, "send one object per document")
    return Document(kind="json", place=place, findings=[*findings, finding])


def _load(text: str, findings: list[Finding]) -> Any:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) < len(items):
            counts = Counter(name for name, _ in items)
            twice = sorted(name for name, count in counts.items() if count > 1)[:5]
            sentence = f"{', '.join(twice)[:80]} stands twice in one object; the last is read"
            if len(findings) < 50:
                findings.append(
                    _finding("warning", "duplicate-key", sentence, "", "ask the sender")
                )
        return made

    made = json.loads(
        text, parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=pairs
    )
    if "\\u" in text and not _is_writable(made):
        raise _RefusedError("a text holds half of a surrogate pair, which is no character")
    return made


def _is_writable(value: Any) -> bool:
    """Return whether all texts can be written again: half a surrogate pair is let through by json."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(text: str) -> NoReturn:
    raise _RefusedError(f"{text} is no JSON number")


def _depth_of(text: str) -> int:
    """Return how deep brackets nest outside strings."""
    deepest = depth = 0
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    for bracket in _BRACKET.findall("".join(outside)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _unreadable(code: str, sentence: str, place: str, advice: str) -> list[Document]:
    finding = _finding("error", code, sentence, place, advice)
    return [Document(kind="json", place="the whole file", findings=[finding])]


def _finding(level: Level, code: str, sentence: str, place: str, advice: str) -> Finding:
    return Finding(level=level, code=code, sentence=sentence, place=place, advice=advice)
