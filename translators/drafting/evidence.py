"""Evidence: what speaks for a column being a certain field, with its confidence and in a sentence."""

from dataclasses import dataclass

FIRM = 0.6  # from here on a guess is written as a rule; below it stays a comment


@dataclass(slots=True, frozen=True)
class Evidence:
    """One thing that speaks for a role of a column; `picture` is how its values are written."""

    role: str
    column: str
    score: float
    sentence: str
    picture: str = ""


@dataclass(slots=True, frozen=True)
class Guess:
    """What a column is taken for, how sure, and why."""

    role: str
    column: str
    confidence: float
    evidence: tuple[str, ...]
    picture: str = ""

    @property
    def is_firm(self) -> bool:
        """Return whether it becomes a rule of the mapping."""
        return self.confidence >= FIRM


def strength(hits: int, of: int) -> float:
    """Return how much so many hits say: one alone may be chance."""
    return hits / of * (1 - 0.4 / hits) if hits and of else 0.0


def both(first: float, second: float) -> float:
    """Return the confidence of two reasons that do not depend on each other."""
    return 1 - (1 - first) * (1 - second)
