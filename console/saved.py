"""Saved: files of one command in a folder, with a list of what they were, so that no other is written over."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from console.refusal import RefusalError

LIST = "made.sha256"  # as sha256sum --check reads it


def save_all(folder: Path, made: Mapping[str, bytes]) -> None:
    """Write files by their name in the folder; raises RefusalError, nothing written, where one is another's.

    What the list names and still is as it was written may be written anew.
    """
    before = _read_list(folder / LIST)
    for name, data in made.items():
        there = folder / name
        if there.exists() and not _is_ours(there, data, before.get(name, "")):
            raise RefusalError(
                f"{there} is there already and is not as this command made it; nothing was written, "
                "name another folder"
            )
    for name, data in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    marks = before | {name: _mark(data) for name, data in made.items()}
    text = "".join(f"{mark}  {name}\n" for name, mark in sorted(marks.items()))
    (folder / LIST).write_text(text, encoding="utf-8")


def _is_ours(path: Path, data: bytes, mark: str) -> bool:
    return path.is_file() and _mark(path.read_bytes()) in (mark, _mark(data))


def _read_list(path: Path) -> dict[str, str]:
    """Return the marks by name; none of a file that is no such list, which then is no other's either."""
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = [line.split("  ", 1) for line in lines]
    if not all(len(pair) == 2 and len(pair[0]) == 64 for pair in pairs):
        raise RefusalError(f"{path} is there already and is no list of ours; name another folder")
    return {name: mark for mark, name in pairs}


def _mark(data: bytes) -> str:
    return sha256(data).hexdigest()
