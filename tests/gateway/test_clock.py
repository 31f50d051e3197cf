"""Rules of the clock."""

from datetime import UTC, datetime, timedelta

from gateway.clock import StillClock, now, use_clock


def test_the_clock_is_utc_without_a_zone():
    """The ledger stores UTC; a zone would only be dropped on the way."""
    assert now().tzinfo is None
    assert abs(now() - datetime.now(UTC).replace(tzinfo=None)) < timedelta(seconds=5)


def test_a_still_clock_moves_only_when_told():
    """Inside the block time stands; after it the real clock is back."""
    clock = StillClock(datetime(2020, 2, 29))  # noqa: DTZ001 UTC without a zone is the rule here
    with use_clock(clock):
        assert now() == now() == clock.moment
        assert clock.advance(timedelta(days=1)) == now()
    assert now().year > 2020
