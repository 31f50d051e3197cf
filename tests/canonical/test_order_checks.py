"""What stands against releasing an order."""

from datetime import date
from decimal import Decimal

import pytest

from canonical.changes import Said, check_order
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Quantity


def line(number: str = "1", value: str = "10", price: str | None = "2.50") -> OrderLine:
    """Return an order line."""
    return OrderLine(
        line_number=number,
        item=Item(buyer="A-100"),
        ordered=Quantity(value=Decimal(value), unit="EA"),
        unit_price=None if price is None else Decimal(price),
    )


def codes(*lines: OrderLine, number: str = "45001") -> list[str]:
    """Return the codes found in an order of these lines."""
    order = PurchaseOrder(po_number=number, ordered_on=date(2026, 11, 23), lines=lines)
    said = Said(partner="erp", places={"": "[0]", "lines[0]": "[0].items[0]"})
    found = check_order(order, said)
    assert all(one.level == "error" and one.place and one.advice for one in found[:1])
    return [one.code for one in found]


def test_a_sound_order_has_nothing_against_it() -> None:
    """A price of nothing, or none, is the buyer's business."""
    assert [] == codes(line("1"), line("2", price="0"), line("3", price=None))


@pytest.mark.parametrize("value", ["0", "-1", "-0.001"])
def test_a_line_orders_more_than_nothing(value: str) -> None:
    """Zero and less cannot be made."""
    assert ["bad-quantity"] == codes(line(value=value))


def test_a_price_is_not_below_zero() -> None:
    """A credit is no order."""
    assert ["bad-price"] == codes(line(price="-0.01"))


@pytest.mark.parametrize("again", ["1", "01", "0001"])
def test_a_line_number_stands_once(again: str) -> None:
    """Answers name lines by their number, and leading zeros are no difference."""
    assert ["line-twice"] == codes(line("1"), line(again))


@pytest.mark.parametrize(
    "number",
    [
        "4500\n1",
        "4500\x1d1",
        "4500\u202e1",
        "4500\x7f",
        " 45001",
        "45001 ",
        "4" * 23,
        "=1+1",
        "+45001",
        "-45001",
        "@SUM(A1)",
    ],
)
def test_an_order_number_that_cannot_be_carried_is_refused(number: str) -> None:
    """It is the key by which answers come back, so it is never cleaned."""
    assert ["bad-order-number"] == codes(line(), number=number)


@pytest.mark.parametrize("number", ["4" * 22, "PO-45/001", "Bestellung 7", "45.001_A"])
def test_usual_order_numbers_pass(number: str) -> None:
    """Letters, digits and what stands between them."""
    assert [] == codes(line(), number=number)


@pytest.mark.parametrize("number", ["1\x00", "1\x1d", "1" * 21])
def test_a_line_number_that_cannot_be_carried_is_refused(number: str) -> None:
    """Answers come back by it."""
    assert ["bad-line-number"] == codes(line("1"), line(number, value="-1"), line(number))[:1]
