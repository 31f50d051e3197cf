"""At work: what this process has in hand now, and nothing else, so that only those leases are kept."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class AtWork:
    """The ids of files and effects that a thread of this process is working on.

    What a broken connection made it drop is not among them: that lease runs out, and the work is
    taken again, here or elsewhere.
    """

    files: set[int] = field(default_factory=set)
    effects: set[int] = field(default_factory=set)

    @contextmanager
    def on_file(self, file_id: int) -> Iterator[None]:
        """Have a file in hand for the block."""
        self.files.add(file_id)
        try:
            yield
        finally:
            self.files.discard(file_id)

    @contextmanager
    def on_effects(self, effect_ids: Iterable[int]) -> Iterator[None]:
        """Have effects in hand for the block."""
        ids = set(effect_ids)
        self.effects |= ids
        try:
            yield
        finally:
            self.effects -= ids
