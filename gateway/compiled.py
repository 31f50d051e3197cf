"""Compiled: the code of fast passes kept as files, to be read while debugging; never run from there."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def keep_under(folder: Path) -> Callable[[str, str], None]:
    """Return what writes a source into the folder, once for each name; a full disk is no fault."""

    def keep(name: str, source: str) -> None:
        path = folder / name
        with suppress(OSError):
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(source, encoding="utf-8")

    return keep
