"""What schedules ask for, period by period (B-79, B-80)."""

from datetime import date
from decimal import Decimal

from canonical.demand import firm_until, list_ahead, list_needs, merge_needs, pick_standing
from canonical.forecast import Forecast, ForecastLine, Period, Receipt
from canonical.shared import Item


def period(day: date, quantity: int, firmness: str = "firm") -> Period:
    return Period(quantity=Decimal(quantity), firmness=firmness, bucket="week", on=day)  # type: ignore[arg-type]


def schedule(
    *periods: Period, booked: int | None = None, item: str = "A-100", **head: object
) -> Forecast:
    received = (
        ()
        if booked is None
        else (Receipt(counts="cumulative", quantity=Decimal(booked), what="received"),)
    )
    line = ForecastLine(item=Item(buyer=item), unit="EA", periods=periods, receipts=received)
    values = {"kind": "planning", "forecast_number": "F", "issued_on": date(2026, 11, 23)} | head
    return Forecast(lines=(line,), **values)  # type: ignore[arg-type]


NOV_16, NOV_30, DEC_7, JAN_4 = (
    date(2026, 11, 16),
    date(2026, 11, 30),
    date(2026, 12, 7),
    date(2027, 1, 4),
)


def test_cumulative_quantities_are_told_apart() -> None:
    """900, 1100 and 1500 since the count began, 800 of them booked: 100, 200 and 400 are to come."""
    asked = schedule(
        period(NOV_30, 900),
        period(DEC_7, 1100),
        period(JAN_4, 1500),
        booked=800,
        counts="cumulative",
    )
    assert [100, 200, 400] == [int(one.quantity) for one in list_needs(asked)]
    assert [] == list_ahead(asked)


def test_what_was_sent_too_early_is_not_asked_for_again() -> None:
    """1,000 are booked where 900 are asked: nothing, then 100."""
    asked = schedule(period(NOV_30, 900), period(DEC_7, 1100), booked=1000, counts="cumulative")

    assert [0, 100] == [int(one.quantity) for one in list_needs(asked)]
    (ahead,) = list_ahead(asked)
    assert (900, 1000) == (ahead.asked, ahead.booked)


def test_a_period_before_the_day_of_issue_is_past_due() -> None:
    """What stood in a bucket that is over is still asked for, and shown as late."""
    needs = list_needs(schedule(period(NOV_16, 50), period(NOV_30, 10)))

    assert [True, False] == [one.is_past_due for one in needs]


def test_firm_ends_where_planning_begins() -> None:
    """The horizon up to which the buyer is bound is the last firm period."""
    needs = list_needs(schedule(period(DEC_7, 5), period(NOV_30, 5), period(JAN_4, 5, "planned")))

    assert firm_until(needs) == DEC_7


def test_a_shipping_schedule_goes_first_inside_its_window() -> None:
    """Of its own parts only, and only for its days: the rest of the plan stays."""
    plan = schedule(period(NOV_30, 100), period(DEC_7, 200), period(JAN_4, 400))
    other = schedule(period(NOV_30, 7), item="A-200")
    plan = Forecast(
        **{name: getattr(plan, name) for name in plan.__struct_fields__}
        | {"lines": plan.lines + other.lines}
    )
    ships = schedule(
        period(date(2026, 12, 1), 60), kind="shipping", starts_on=NOV_30, ends_on=date(2026, 12, 6)
    )

    merged = [(one.item, one.kind, int(one.quantity)) for one in merge_needs(plan, ships)]
    assert [
        ("A-100", "shipping", 60),
        ("A-100", "planning", 200),
        ("A-100", "planning", 400),
        ("A-200", "planning", 7),
    ] == merged


def test_a_new_schedule_replaces_the_one_before_as_a_whole() -> None:
    """By the day of issue, whenever it came; one that is cancelled leaves none."""
    old = schedule(period(NOV_30, 1), issued_on=date(2026, 11, 1))
    new = schedule(period(DEC_7, 2))
    gone = schedule(period(DEC_7, 2), purpose="cancel", kind="shipping")

    assert (new, None) == pick_standing([old, new])
    assert (new, None) == pick_standing([new, old, gone])
