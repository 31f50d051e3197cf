"""When silence is too long: three times what is usual, counted on working days."""

from datetime import datetime, timedelta

import msgspec
import pytest

from gateway.partners.partner import Calendar, Expectations, Partner
from gateway.partners.working_time import working_time
from gateway.silence import find_limit, find_silence

PARTNER = Partner(name="north", role="cm")
MONDAY = datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001 the ledger keeps UTC without a zone


def days(*offsets: float) -> list[datetime]:
    """Return moments so many days after the first Monday, nine o'clock."""
    return [MONDAY + timedelta(days=one) for one in offsets]


DAILY = days(0, 1, 2, 3, 4, 7, 8, 9, 10, 11)  # two weeks, working days


def test_a_daily_partner_is_silent_after_three_working_days() -> None:
    """Friday's file, then nothing: the weekend does not count, Thursday noon is too late."""
    assert timedelta(days=3) == find_limit(PARTNER, DAILY)
    assert "" == find_silence(PARTNER, DAILY, *days(15.9))
    assert "no file from north since 2026-11-13 09:00 UTC" in find_silence(
        PARTNER, DAILY, *days(16.1)
    )


def test_nights_of_a_busy_partner_are_no_alarm() -> None:
    """Every half hour from nine to five: the usual gap is short, and its night is usual too."""
    busy = [day + timedelta(minutes=30 * step) for day in DAILY for step in range(17)]
    limit = find_limit(PARTNER, busy)

    assert limit is not None
    assert timedelta(hours=16) < limit < timedelta(hours=30)


def test_a_burst_is_one_arrival() -> None:
    """A hundred files within a minute do not make a second the usual interval."""
    bursts = [day + timedelta(seconds=step) for day in DAILY for step in range(50)]

    assert find_limit(PARTNER, DAILY) == pytest.approx(
        find_limit(PARTNER, bursts), abs=timedelta(minutes=5)
    )


def test_nobody_knows_what_is_usual_of_a_new_partner() -> None:
    """Five gaps are the least; before that only its file can say."""
    said = msgspec.structs.replace(PARTNER, expectations=Expectations(file_hours=12))

    assert find_limit(PARTNER, DAILY[:5]) is None
    assert "" == find_silence(PARTNER, DAILY[:5], *days(40))
    assert "no file from north" in find_silence(said, DAILY[:1], *days(0.6))
    assert "" == find_silence(said, DAILY[:1], *days(0.4))


def test_working_time_leaves_out_weekends_and_holidays() -> None:
    """Days are those of the partner's own clock."""
    calendar = Calendar(timezone="America/Chicago", holidays=(MONDAY.date(),))
    friday, tuesday = days(4)[0], days(8)[0]

    assert timedelta(days=2) == working_time(friday, tuesday, Calendar())
    # From 03:00 on Friday to midnight there, then Monday and 03:00 of Tuesday.
    assert timedelta(days=2) == working_time(friday, tuesday, calendar)
    assert timedelta(hours=3) == working_time(MONDAY, days(1)[0], calendar)
