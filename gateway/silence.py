"""Silence: no file from a partner for three times its usual interval is an alarm (F9, B-97)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from gateway.partners import Partner
from gateway.partners.working_time import working_time

LOOK_BACK = timedelta(days=60)
TOGETHER = timedelta(minutes=10)  # files closer than that came in one go
LEAST_GAPS = 5  # before that nobody knows what is usual
SHORTEST = timedelta(hours=1)
TIMES = 3


def find_limit(partner: Partner, times: Sequence[datetime]) -> timedelta | None:
    """Return how much working time without a file is too much; None where nobody knows.

    The partner's file may say it (`expectations.file_hours`). Else it is three times the usual
    gap, and at least half as much again as its longest ones: its nights are no alarm.
    """
    said = partner.expectations.file_hours
    if said is not None:
        return timedelta(hours=said)
    gaps = sorted(
        gap
        for before, after in pairwise(times)
        if (gap := working_time(before, after, partner.calendar)) > TOGETHER
    )
    if len(gaps) < LEAST_GAPS:
        return None
    usual, long = gaps[len(gaps) // 2], gaps[len(gaps) * 19 // 20]
    return max(TIMES * max(usual, SHORTEST), long * 1.5)


def find_silence(partner: Partner, times: Sequence[datetime], at: datetime) -> str:
    """Return a sentence where the partner has been silent for too long, else nothing."""
    limit = find_limit(partner, times)
    if limit is None or not times:
        return ""
    quiet = working_time(times[-1], at, partner.calendar)
    if quiet <= limit:
        return ""
    hours = limit.total_seconds() / 3600
    return (
        f"no file from {partner.name} since {times[-1]:%Y-%m-%d %H:%M} UTC; "
        f"after {hours:.0f} working hours it is too long"
    )
