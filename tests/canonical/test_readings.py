"""Readings: which setting of a partner's semantics balances to what was ordered (F3)."""

from decimal import Decimal

import pytest

from canonical.changes import Semantics
from canonical.order_ack import AckLine, LineStatus, OrderAck, PromisedPart
from canonical.readings import list_readings
from canonical.shared import Quantity


def ea(value: int) -> Quantity:
    """Return so many each."""
    return Quantity(value=Decimal(value), unit="EA")


def speaks_for(acks: dict, ordered: int = 144, schedule: tuple = (), shipped: int = 0) -> dict:
    """Return for each setting which option a line speaks for."""
    told = tuple(LineStatus(status=status, quantity=ea(value)) for status, value in acks)
    dated = tuple(PromisedPart(quantity=ea(value)) for value in schedule)
    line = AckLine(line_number="1", ordered=ea(ordered), acks=told, schedule=dated)
    ack = OrderAck(po_number="P", status="changed", lines=(line,))
    first = {"1": Decimal(shipped)} if shipped else {}
    return {one.setting: one.speaks_for for one in list_readings(ack, None, Semantics(), first)}


@pytest.mark.parametrize(
    ("acks", "option"),
    [
        ([("accepted", 60), ("date_changed", 84)], ""),  # shares, whatever the habit
        ([("accepted", 144), ("date_changed", 144)], "facets"),
        ([("accepted", 72), ("date_changed", 72)], "split"),
        ([("accepted", 10), ("date_changed", 20)], ""),  # neither adds up
    ],
)
def test_repeated_answers_are_read_as_they_balance(acks, option) -> None:
    """Amounts that repeat the line are facets of it; amounts that add up to it are parts."""
    assert {"repeated_acks": option} == speaks_for(acks)


@pytest.mark.parametrize(
    ("schedule", "shipped", "option"),
    [
        ((), 0, ""),  # 60 of 144 are late, or all but 60: each adds up
        ((), 84, "backordered"),
        ((), 60, "accepted"),
        ((60,), 0, "accepted"),
        ((84,), 0, "backordered"),
    ],
)
def test_the_quantity_of_a_backorder_is_told_by_schedule_or_shipment(
    schedule, shipped, option
) -> None:
    """ACK*BP*60 of 144 alone says nothing; what is dated or what left first does."""
    assert {"bp_quantity": option} == speaks_for([("backordered", 60)], 144, schedule, shipped)


def test_a_backorder_beside_an_acceptance_is_what_adds_up() -> None:
    """60 accepted and 84 backordered of 144: its quantity is what comes later, under both options."""
    told = speaks_for([("accepted", 60), ("backordered", 84)])

    assert "" == told["bp_quantity"]
