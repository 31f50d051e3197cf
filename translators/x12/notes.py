"""Notes: the relational conditions of a segment, such as P0203 and C0405 (B-50)."""

from collections.abc import Callable
from dataclasses import dataclass

_CONDITIONS: dict[str, Callable[[list[bool]], bool]] = {
    "P": lambda filled: all(filled) or not any(filled),
    "R": any,
    "E": lambda filled: sum(filled) <= 1,
    "C": lambda filled: not filled[0] or all(filled),
    "L": lambda filled: not filled[0] or any(filled[1:]),
}


@dataclass(slots=True, frozen=True)
class Note:
    """One condition: its letter (P, R, E, C or L) and the positions it speaks of."""

    kind: str
    positions: tuple[int, ...]


@dataclass(slots=True, frozen=True)
class Broken:
    """A condition not kept: the position at fault, its finding's word, form and words, the cause."""

    at: int
    word: str
    form: str
    words: dict[str, object]
    trigger: int | None = None  # the position that is filled and asks for it


def read_note(text: str) -> Note:
    """Return the condition a note such as L130204 writes."""
    return Note(text[0], tuple(int(text[at : at + 2]) for at in range(1, len(text), 2)))


def is_kept(note: Note, values: list[str]) -> bool:
    """Return whether the values, position 1 at index 1, keep the condition."""
    size = len(values)
    if note.kind == "P" and len(note.positions) == 2:  # nine of ten notes, so without a list
        one, other = note.positions
        return (one < size and values[one] != "") == (other < size and values[other] != "")
    return _CONDITIONS[note.kind]([at < size and values[at] != "" for at in note.positions])


def find_broken(note: Note, names: list[str], values: list[str]) -> Broken:
    """Return what to say of a condition not kept, and which position is at fault."""
    size = len(values)
    filled = [at < size and values[at] != "" for at in note.positions]
    empty = next((at for at, is_filled in enumerate(filled) if not is_filled), 0)
    if note.kind == "E":
        both = [name for name, is_filled in zip(names, filled, strict=True) if is_filled]
        at = [at for at, is_filled in zip(note.positions, filled, strict=True) if is_filled]
        return Broken(at[1], "exclusive", "", {"names": " and ".join(both)}, at[0])
    if note.kind == "R":
        return Broken(note.positions[0], "condition", "one-of", {"names": " and ".join(names)})
    if note.kind == "L":
        words: dict[str, object] = {"cause": names[0], "names": " or ".join(names[1:])}
        return Broken(note.positions[1], "condition", "then", words, note.positions[0])
    first = filled.index(True) if note.kind == "P" else 0
    words = {"name": names[empty], "cause": names[first]}
    return Broken(note.positions[empty], "condition", "", words, note.positions[first])
