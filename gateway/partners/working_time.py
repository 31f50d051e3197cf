"""Working time: hours that count for a partner, in its own zone, over weekends, holidays and nights when clocks change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gateway.partners.partner import Calendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 3660  # a calendar without any working time ends the search
DAY = timedelta(days=1)


def add_working_time(calendar: Calendar, start: datetime, hours: float) -> datetime:
    """Return the moment (UTC) by which so many working hours have passed since another (UTC)."""
    left = timedelta(hours=hours)
    for begin, end in _list_windows(calendar, start, 1):
        if end <= start:
            continue
        first = max(begin, start)
        if left <= end - first:
            return first + left
        left -= end - first
    return start + timedelta(hours=hours)


def subtract_working_time(calendar: Calendar, end: datetime, hours: float) -> datetime:
    """Return the moment (UTC) from which so many working hours pass until another (UTC)."""
    left = timedelta(hours=hours)
    for begin, until in _list_windows(calendar, end, -1):
        if begin >= end:
            continue
        last = min(until, end)
        if left <= last - begin:
            return last - left
        left -= last - begin
    return end - timedelta(hours=hours)


def working_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return how much working time lies between two moments (UTC)."""
    total = timedelta()
    for begin, until in _list_windows(calendar, start, 1):
        if begin >= end:
            break
        total += max(min(until, end) - max(begin, start), timedelta())
    return total


@lru_cache(MOST_DAYS)
def end_of_day(calendar: Calendar, day: date) -> datetime:
    """Return when a day is over there, in UTC."""
    return _to_utc(datetime.combine(day + DAY, time(), ZoneInfo(calendar.timezone)))


def _list_windows(
    calendar: Calendar, moment: datetime, step: int
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times people work there, forward or backward from a moment, in UTC."""
    today = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(calendar.timezone)).date()
    for number in range(-1, MOST_DAYS):  # a night shift began the day before, or ends the day after
        yield from _list_spans(calendar, today + number * step * DAY)[::step]


@lru_cache(MOST_DAYS)  # each answer to an order asks for the same few days
def _list_spans(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return the times people work there on one day, in UTC."""
    if DAYS[day.weekday()] not in calendar.workdays or day in calendar.holidays:
        return ()
    zone = ZoneInfo(calendar.timezone)
    if not calendar.hours:
        return ((_to_utc(datetime.combine(day, time(), zone)), end_of_day(calendar, day)),)
    spans = []
    for text in sorted(calendar.hours):
        begin, end = map(time.fromisoformat, text.replace("24:00", "00:00").split("-"))
        last = day if end > begin else day + DAY
        spans.append(
            (
                _to_utc(datetime.combine(day, begin, zone)),
                _to_utc(datetime.combine(last, end, zone)),
            )
        )
    return tuple(spans)


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
