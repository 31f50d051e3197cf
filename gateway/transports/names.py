"""File names from outside: which are safe to use, and what to call a second of the same name."""

from collections.abc import Iterator
from itertools import count

LONGEST_NAME = 240  # bytes; the file systems' 255 less what we add while a file is moved


def find_fault(name: str) -> str:
    """Return why a name must not be used, or nothing (B-94: a name is not to be trusted)."""
    if name.startswith("..") or "/" in name or "\\" in name or name in {"", "."}:
        return "the name leads to another folder"
    if any(not letter.isprintable() for letter in name):
        return "the name has characters that cannot be shown"
    size = len(name.encode())
    if size > LONGEST_NAME:
        return f"the name has {size} bytes, {LONGEST_NAME} are allowed"
    return ""


def write_safely(name: str) -> str:
    """Return the name as it can be printed and stored."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in name
    )


def list_names(name: str) -> Iterator[str]:
    """Yield the name, then `order-2.csv`, `order-3.csv` and so on, without end."""
    yield name
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    for number in count(2):
        yield f"{stem}-{number}{dot}{ending}"
