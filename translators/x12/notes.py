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


def write_condition(note: Note, names: list[str], values: list[str]) -> tuple[int, str]:
    """Return the position at fault and the sentence that says why, for a condition not kept."""
    size = len(values)
    filled = [at < size and values[at] != "" for at in note.positions]
    empty = next((at for at, is_filled in enumerate(filled) if not is_filled), 0)
    if note.kind == "E":
        both = [name for name, is_filled in zip(names, filled, strict=True) if is_filled]
        second = [at for at, is_filled in zip(note.positions, filled, strict=True) if is_filled][1]
        return second, f"{' and '.join(both)} are both filled; only one of them may be"
    if note.kind == "R":
        return note.positions[0], f"one of {' and '.join(names)} must be filled; none is"
    if note.kind == "L":
        others = " or ".join(names[1:])
        return note.positions[1], f"{names[0]} is filled; then {others} must be too"
    cause = names[filled.index(True)] if note.kind == "P" else names[0]
    return note.positions[empty], f"{names[empty]} is missing: {cause} is filled, and needs it"
