"""Secrecy: a partner file names secrets and never holds one; its findings do not show them either."""

import re
from collections.abc import Iterator
from typing import Any

from gateway.yaml_file import KeyPath, YamlFile
from translators.findings import Finding

NAMES_A_SECRET = frozenset({"key", "passphrase", "partner_key", "password", "token"})
SOUNDS_SECRET = re.compile(
    r"pass(word|wd|phrase)?|pwd|secret|token|api_?key|private_?key", re.IGNORECASE
)
NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
CONNECTIONS = (("channels",), ("webhooks",), ("events",), ("erp",), ("pgp",))
LOOKS_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|PuTTY-User-Key-File|://[^/@\s]*:[^/@\s]+@"
)


def check_secrecy(file: YamlFile, part: KeyPath = ()) -> list[Finding]:
    """Return one finding for each place, of the whole file or a part, that holds a key or password instead of its name."""
    return [
        _refuse(file, path)
        for path, value in _list_values(file.value, ())
        if path[: len(part)] == part and _is(path, value)
    ]


def _list_values(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _list_values(one, (*path, str(key)))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _list_values(one, (*path, number))
    elif value not in (None, ""):
        yield path, value


def _is(path: KeyPath, value: Any) -> bool:
    text = str(value)
    if LOOKS_SECRET.search(text):
        return True
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    inside = len(path) > 1 and path[-2] in ("sftp", "https", "erp", "pgp")
    names = inside and key in NAMES_A_SECRET
    sounds = path[:1] in CONNECTIONS and SOUNDS_SECRET.fullmatch(str(key)) is not None
    return (names or sounds) and NAME.fullmatch(text) is None


def _refuse(file: YamlFile, path: KeyPath) -> Finding:
    name = ".".join(str(step) for step in path)
    return Finding(
        level="error",
        code="secret-in-file",
        sentence=f"{name} holds what looks like a key or password",
        place=file.place(path),
        advice="put the name of a secret there, such as NORTH_SFTP_KEY, and the secret itself "
        "into the environment as CMGATEWAY_SECRET_NORTH_SFTP_KEY; change it, it has been seen",
    )
