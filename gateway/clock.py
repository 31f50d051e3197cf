"""The clock: the one place that knows what time it is, so that tests can hold it still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def _utc() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


_clock: ContextVar[Clock] = ContextVar("clock", default=_utc)


def now() -> datetime:
    """Return the present moment in UTC without a zone, as the ledger stores it (B-96)."""
    return _clock.get()()


class StillClock:
    """A clock that moves only when told to."""

    def __init__(self, moment: datetime) -> None:
        """Stand at this moment, UTC without a zone."""
        self.moment = moment

    def __call__(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment

    def advance(self, step: timedelta) -> datetime:
        """Move on by a step and return the new moment."""
        self.moment += step
        return self.moment


@contextmanager
def use_clock(clock: Clock) -> Iterator[None]:
    """Let `now` ask this clock inside the block; new threads still ask the real one."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)
