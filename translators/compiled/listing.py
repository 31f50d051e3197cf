"""Listing: lines of Python source as they are written, with the values they name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Listing:
    """Source text that grows line by line; `names` holds the values it refers to."""

    lines: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    depth: int = 0
    functions: list[str] = field(default_factory=list)  # lines that stand before all others
    starts: list[str] = field(default_factory=list)  # variables that are empty at first
    made: list[Any] = field(
        default_factory=list
    )  # structs that are made, as their marks count them
    _count: int = 0

    def add(self, *lines: str) -> None:
        """Write lines at the present depth."""
        pad = "    " * self.depth
        self.lines += [pad + line for line in lines]

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write a head; what is added within stands one deeper."""
        self.add(head)
        self.depth += 1
        yield
        self.depth -= 1

    @contextmanager
    def function(self, head: str) -> Iterator[None]:
        """Write a function that stands before everything else."""
        lines, depth = self.lines, self.depth
        self.lines, self.depth = self.functions, 0
        with self.block(head):
            yield
        self.lines, self.depth = lines, depth

    def fresh(self, stem: str) -> str:
        """Return a variable name nobody has."""
        self._count += 1
        return f"{stem}{self._count}"

    def name(self, stem: str, value: Any) -> str:
        """Return a name for a value; the same value of the same stem keeps its name."""
        for known, held in self.names.items():
            if known.startswith(stem) and (held is value or _is_same(held, value)):
                return known
        name = self.fresh(stem)
        self.names[name] = value
        return name

    def write(self) -> str:
        """Return the source text."""
        return "\n".join((*self.functions, *self.lines)) + "\n"


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and isinstance(one, frozenset | dict | str) and one == other
