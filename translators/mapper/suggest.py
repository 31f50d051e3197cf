"""The word somebody most likely meant."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `did you mean x?` for the nearest known word, or the first few words there are."""
    words = list(known)
    begun = [known for known in words if word and known.startswith(word)]
    close = begun[:1] or difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    if not words:
        return ""
    shown = ", ".join(words[:12])
    return f"there are {shown}{', …' if len(words) > 12 else ''}"
