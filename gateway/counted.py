"""Counted: a number with its word, as people say it."""


def counted(number: int, word: str) -> str:
    """Return `1 line`, `2 lines`, `0 lines`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
