"""Leases: who holds what until when, and what a clock that was set back does to them."""

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Column, ColumnElement, or_

# Nobody takes a lease or puts off an effect for longer. A time beyond it was written before the
# clock was set back: waiting for it could take a year.
HORIZON = timedelta(minutes=15)


def has_passed(
    moment: Column[datetime], at: BindParameter[datetime], horizon: BindParameter[datetime]
) -> ColumnElement[bool]:
    """Return the condition that a moment lies before `at`, or so far after it that it is wrong."""
    return or_(moment < at, moment > horizon)


def moments(at: datetime) -> dict[str, datetime]:
    """Return the values of the parameters `now` and `horizon`."""
    return {"now": at, "horizon": at + HORIZON}
