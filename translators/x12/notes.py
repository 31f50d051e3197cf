"""Notes: the relational conditions of a segment, such as P0203 and C0405 (B-50)."""

from dataclasses import dataclass


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
    first = note.positions[0]
    filled = [at < size and values[at] != "" for at in note.positions]
    if note.kind == "P":
        return all(filled) or not any(filled)
    if note.kind == "R":
        return any(filled)
    if note.kind == "E":
        return sum(filled) <= 1
    if first >= size or not values[first]:
        return True
    return all(filled) if note.kind == "C" else any(filled[1:])


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
