"""YAML text: a header as YAML takes it for text."""

import json
import re

_PLAIN = re.compile(r"[^\W\d_][\w ./()°%-]*[\w.)°%]|[^\W\d_]")
_WORDS_OF_YAML = frozenset(("null", "true", "false", "yes", "no", "on", "off"))


def quote(text: str) -> str:
    """Return a text as YAML takes it for text, inside braces too."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def quote_path(path: str) -> str:
    """Return a path as YAML takes it for text; `.` stands as it is."""
    return path if path == "." else quote(path)
