"""One order line for several places, and which of them an answer is for (B-83)."""

from datetime import date
from decimal import Decimal

import pytest

from canonical.answers import answer_change
from canonical.changes import Change, Said, check_order, order_postings
from canonical.demand import list_needs
from canonical.forecast import Forecast, ForecastLine, Period
from canonical.order_ack import AckLine, LineStatus, OrderAck
from canonical.places import balances_by_place
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Destination, Item, Quantity


def ea(value: int) -> Quantity:
    return Quantity(value=Decimal(value), unit="EA")


def to(**places: int) -> tuple[Destination, ...]:
    return tuple(Destination(place=place, quantity=ea(value)) for place, value in places.items())


def order(ordered: int, **places: int) -> PurchaseOrder:
    line = OrderLine(
        line_number="1", item=Item(buyer="A-100"), ordered=ea(ordered), destinations=to(**places)
    )
    return PurchaseOrder(po_number="P", ordered_on=date(2026, 11, 23), lines=(line,))


ORDER = order(144, WH01=100, WH02=44)


def said(status: str, value: int) -> LineStatus:
    return LineStatus(status=status, quantity=ea(value))  # type: ignore[arg-type]


def answer(*acks: LineStatus, **places: int) -> Change:
    line = AckLine(line_number="1", acks=acks, destinations=to(**places))
    ack = OrderAck(po_number="P", status="changed", lines=(line,))
    return answer_change(ORDER, ack, Said(partner="cm"))


def posted(change: Change) -> list[tuple[str, str, int]]:
    return [(one.kind, one.ship_to, int(one.quantity)) for one in change.postings]


def test_a_line_is_ordered_place_by_place() -> None:
    """Each place has its own posting; together they are the line."""
    postings = order_postings(ORDER, Said(partner="erp"))

    assert {"WH01": 100, "WH02": 44} == {
        place: int(one.ordered) for place, one in balances_by_place(postings).items()
    }


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ({"WH01": 100}, "sends 100 to its places, 144 are ordered"),
        ({"WH01": 144, "WH02": 0}, "sends nothing, or less, to one of its places"),
    ],
)
def test_places_that_do_not_add_up_are_refused(places: dict[str, int], sentence: str) -> None:
    """An order whose places are not the line is not released."""
    (remark,) = check_order(order(144, **places), Said(partner="erp"))
    assert ("places-differ", True) == (remark.code, sentence in remark.sentence)


def test_an_answer_by_place_is_posted_by_place() -> None:
    """120 promised, 100 and 20 of them by place: the refused 24 are what WH02 lacks."""
    change = answer(said("accepted", 120), said("rejected", 24), WH01=100, WH02=20)

    assert [
        ("accepted", "WH01", 100),
        ("accepted", "WH02", 20),
        ("rejected", "WH02", 24),
    ] == posted(change)


def test_one_word_on_the_whole_line_is_for_all_places() -> None:
    """Without places a yes, or a no, to all of it is for each; a part is for nobody knows which."""
    assert [("accepted", "WH01", 100), ("accepted", "WH02", 44)] == posted(
        answer(said("accepted", 144))
    )
    assert [("accepted", "", 120), ("rejected", "", 24)] == posted(
        answer(said("accepted", 120), said("rejected", 24))
    )


@pytest.mark.parametrize(
    ("places", "why"),
    [
        ({"WH01": 100}, "its places add up to 100"),
        ({"WH01": 100, "WH09": 20}, "answered for WH09"),
        ({"WH01": 70, "WH02": 50}, "more for WH02 than was ordered there"),
    ],
)
def test_places_that_do_not_fit_decide_nothing(places: dict[str, int], why: str) -> None:
    """Nothing is posted of a line whose places contradict it; a person is told why."""
    change = answer(said("accepted", 120), said("rejected", 24), **places)

    assert ((), ["places-unclear"]) == (change.postings, [one.code for one in change.remarks])
    assert why in change.remarks[0].sentence


def test_a_schedule_for_several_places_is_told_place_by_place() -> None:
    """One FST with an SDQ is as many needs as it names places."""
    period = Period(
        quantity=Decimal(72),
        firmness="firm",
        bucket="day",
        on=date(2026, 12, 1),
        destinations=to(WH01=50, WH02=22),
    )
    line = ForecastLine(item=Item(buyer="A-100"), unit="EA", periods=(period,))
    schedule = Forecast(
        kind="shipping", forecast_number="S", issued_on=date(2026, 11, 23), lines=(line,)
    )

    assert [("WH01", 50), ("WH02", 22)] == [
        (one.ship_to, int(one.quantity)) for one in list_needs(schedule)
    ]
