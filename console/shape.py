"""Shape: how wide the reader's lines are, and how text is brought into them."""

import os
import textwrap
from typing import TextIO

MOST_OF_A_NAME = 40  # in listings; `show` and --json have it whole
MOST_OF_A_WORD = 60
LEAST = 20  # narrower lines are worse to read than lines that run over


def width_of(stream: TextIO) -> int | None:
    """Return the columns of a terminal or of COLUMNS; None in a pipe, where no line is broken."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and 0 < int(said) < 10_000:
        return int(said)
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:  # a terminal that does not say
        return None


def wrap(text: str, width: int | None, first: str = "", rest: str = "") -> list[str]:
    """Return the text as lines of that width; `first` stands before the first, `rest` before others."""
    if width is None:
        return [f"{first}{text}".rstrip()]
    lines = textwrap.wrap(
        text,
        max(width, len(rest) + LEAST),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )
    return lines or [first.rstrip()]


def brief(text: str) -> str:
    """Return a sentence as a listing has room for it: names in it that are too long are cut."""
    return " ".join(cut(word, MOST_OF_A_WORD) for word in text.split(" "))


def cut(name: str, most: int = MOST_OF_A_NAME) -> str:
    """Return the name as a listing has room for it: its begin and its end."""
    if len(name) <= most:
        return name
    tail = (most - 1) // 3
    return f"{name[: most - 1 - tail]}…{name[-tail:]}"
