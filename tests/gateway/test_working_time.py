"""Working time over weekends, holidays, shifts and nights in which clocks are changed."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.partners.partner import Calendar
from gateway.partners.working_time import add_working_time, end_of_day, subtract_working_time

WEST = "America/Los_Angeles"
DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Calendar(timezone=WEST, hours=("08:00-12:00", "13:00-17:00"))
NIGHT = Calendar(timezone=WEST, workdays=(*DAYS, "sat"), hours=("22:00-06:00",))
WHOLE = Calendar(timezone=WEST, workdays=(*DAYS, "sat", "sun"))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "due"),
    [
        pytest.param(Calendar(), "2026-11-23T08:00", 48, "2026-11-25T08:00", id="whole days"),
        pytest.param(Calendar(), "2026-11-27T20:00", 8, "2026-11-30T04:00", id="a weekend"),
        pytest.param(OFFICE, "2026-11-24T01:30", 1, "2026-11-24T17:00", id="after closing time"),
        pytest.param(OFFICE, "2026-11-23T19:00", 2, "2026-11-23T22:00", id="lunch does not count"),
        pytest.param(OFFICE, "2026-11-24T00:00", 1, "2026-11-24T01:00", id="to the last minute"),
        # Friday 16:00 PDT; on Sunday clocks are put back; Monday 16:00 PST is an hour later in UTC.
        pytest.param(OFFICE, "2026-10-30T23:00", 8, "2026-11-03T00:00", id="over the change"),
        # The night of Saturday to Sunday has nine hours when clocks are put back …
        pytest.param(NIGHT, "2026-11-01T05:00", 8, "2026-11-01T13:00", id="a night of nine hours"),
        pytest.param(NIGHT, "2026-11-01T05:00", 9, "2026-11-01T14:00", id="all nine of them"),
        # … and seven when they are put forward: the eighth is on Monday at 22:00 PDT.
        pytest.param(NIGHT, "2027-03-14T06:00", 8, "2027-03-16T06:00", id="a night of seven hours"),
        pytest.param(WHOLE, "2026-11-01T07:00", 24, "2026-11-02T07:00", id="a day of 25 hours"),
        pytest.param(WHOLE, "2026-11-01T07:00", 26, "2026-11-02T09:00", id="and on"),
    ],
)
def test_only_working_hours_count(calendar, start, hours, due):
    """In the partner's own zone; what is stored is UTC."""
    assert add_working_time(calendar, _utc(start), hours) == _utc(due)


def test_a_holiday_does_not_count():
    """Thanksgiving: an order of Wednesday afternoon is answered on Friday."""
    holiday = Calendar(timezone=WEST, hours=OFFICE.hours, holidays=(date(2026, 11, 26),))
    assert add_working_time(holiday, _utc("2026-11-25T23:00"), 4) == _utc("2026-11-27T18:00")
    assert subtract_working_time(holiday, _utc("2026-11-27T18:00"), 4) == _utc("2026-11-25T23:00")


def test_a_day_ends_at_midnight_there():
    """Whatever the clocks did that day."""
    assert end_of_day(OFFICE, date(2026, 10, 31)) == _utc("2026-11-01T07:00")
    assert end_of_day(OFFICE, date(2026, 11, 1)) == _utc("2026-11-02T08:00")


def test_a_calendar_without_working_time_does_not_hang():
    """Every hour counts then."""
    never = Calendar(workdays=())
    assert add_working_time(never, _utc("2026-11-23T08:00"), 5) == _utc("2026-11-23T13:00")
    assert subtract_working_time(never, _utc("2026-11-23T08:00"), 5) == _utc("2026-11-23T03:00")


@given(
    st.sampled_from([OFFICE, NIGHT, WHOLE, Calendar()]),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 UTC without a zone
    st.floats(0.25, 200),
)
def test_back_and_forth_is_the_same_moment(calendar, start, hours):
    """What is added can be taken away, but for breaks at either end; nothing goes backwards."""
    due = add_working_time(calendar, start, hours)
    assert due >= start
    back = subtract_working_time(calendar, due, hours)
    again = add_working_time(calendar, back, hours)
    assert abs(again - due) < timedelta(seconds=1)
