"""Observations: what each look at a file saw and decided until it was taken (F9)."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

MOST = 1_000


class Observation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One look: the file's size and time as the source told them, what was decided, and why."""

    at: datetime
    verdict: str
    reason: str
    size: int | None = None
    modified_at: datetime | None = None

    def is_like(self, other: "Observation") -> bool:
        """Return whether both saw the same and decided the same; reasons may count differently."""
        mine = (self.size, self.modified_at, self.verdict)
        return mine == (other.size, other.modified_at, other.verdict)


def add_observation(seen: list[Observation], new: Observation) -> None:
    """Add a look; of a run of looks that saw and decided the same, the first and the last are kept."""
    if seen and seen[-1].is_like(new) and seen[-1].reason == new.reason:
        return
    is_run = len(seen) > 1 and seen[-2].is_like(seen[-1]) and seen[-1].is_like(new)
    if is_run or len(seen) >= MOST:
        seen[-1] = new
    else:
        seen.append(new)


def write_observations(seen: Sequence[Observation]) -> str:
    """Return the observations as the ledger keeps them."""
    return msgspec.json.encode(seen).decode()


def read_observations(text: str) -> tuple[Observation, ...]:
    """Return the observations of the ledger; before 0006 each was a line of text."""
    found = msgspec.json.decode(text, type=tuple[Observation | str, ...])
    return tuple(_read_line(one) if isinstance(one, str) else one for one in found)


def _read_line(line: str) -> Observation:
    at, _, rest = line.partition(" ")
    verdict, _, reason = rest.partition(": ")
    try:
        return Observation(at=datetime.fromisoformat(at), verdict=verdict, reason=reason)
    except ValueError:  # of a file inside a container nothing but a sentence was kept
        began = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
        return Observation(at=began, verdict="take", reason=line)
