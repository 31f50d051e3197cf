"""What a ship notice means for the orders it names."""

from datetime import date
from decimal import Decimal

import pytest

from canonical.changes import Change, Said
from canonical.postings import Balance
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Quantity
from canonical.ship_notice import ShipLine, ShipNotice
from canonical.shipments import notice_change

EACH = Quantity(value=Decimal(10), unit="EA")


def order(number: str, *items: str) -> PurchaseOrder:
    lines = tuple(
        OrderLine(line_number=str(index), item=Item(buyer=item), ordered=EACH)
        for index, item in enumerate(items, start=1)
    )
    return PurchaseOrder(
        po_number=number, ordered_on=date(2026, 11, 23), currency="USD", lines=lines
    )


ORDERS = {"45001": order("45001", "A-100", "A-200"), "45002": order("45002", "A-100")}
OPEN = Balance(ordered=Decimal(10))
BALANCES = {("45001", "1"): OPEN, ("45001", "2"): OPEN, ("45002", "1"): OPEN}


def ship(*lines: ShipLine) -> Change:
    notice = ShipNotice(shipment_number="SH1", noticed_on=date(2026, 11, 27), lines=lines)
    places = {f"lines[{index}]": f"segment {index}" for index in range(9)}
    return notice_change(notice, ORDERS, BALANCES, Said(partner="cm", places=places))


def packed(po_number: str | None, item: str, value: int = 5, number: str | None = None) -> ShipLine:
    return ShipLine(
        po_number=po_number,
        line_number=number,
        item=Item(buyer=item),
        shipped=Quantity(value=Decimal(value), unit="EA"),
    )


def test_one_shipment_may_serve_two_orders() -> None:
    """Each packed line is posted on the order it names (B-71)."""
    change = ship(packed("45001", "A-200"), packed("45002", "A-100"))

    assert [("45001", "2", "segment 0"), ("45002", "1", "segment 1")] == [
        (p.po_number, p.line_number, p.place) for p in change.postings
    ]


def test_a_running_number_does_not_hide_the_part() -> None:
    """SN101 is often a counter: the part decides where the number names no line."""
    change = ship(packed("45002", "A-100", number="4"))

    assert ["1"] == [posting.line_number for posting in change.postings]


def test_an_unknown_order_is_an_error_with_its_place() -> None:
    """The finding names the order and where it stands."""
    change = ship(packed("99", "A-100"))

    assert [("no-such-line", "segment 0")] == [(r.code, r.place) for r in change.remarks]


def test_several_packs_of_one_line_are_added_before_judging() -> None:
    """Two packs of 6 exceed an order of 10, one does not."""
    assert [] == list(ship(packed("45001", "A-100", 6)).remarks)
    change = ship(packed("45001", "A-100", 6), packed("45001", "A-100", 6))

    assert ["over-shipped"] == [remark.code for remark in change.remarks]
    assert "line 1 of order 45001: 12 shipped, 10 were still to come" == change.remarks[0].sentence


@pytest.mark.parametrize("value", [0, -5])
def test_nothing_or_less_cannot_be_shipped(value: int) -> None:
    """A packed line holds something; a return is no ship notice."""
    change = ship(packed("45001", "A-100", value))

    assert [("bad-quantity", "segment 0")] == [(r.code, r.place) for r in change.remarks]
    assert () == change.postings


@pytest.mark.parametrize(
    ("balance", "expected"),
    [
        (Balance(ordered=Decimal(10), shipped=Decimal(10)), True),
        (Balance(ordered=Decimal(10), shipped=Decimal(9)), False),
        (Balance(ordered=Decimal(10), accepted=Decimal(6), shipped=Decimal(6)), False),
        (
            Balance(
                ordered=Decimal(10), accepted=Decimal(6), rejected=Decimal(4), shipped=Decimal(6)
            ),
            True,
        ),
        (
            Balance(
                ordered=Decimal(10), accepted=Decimal(6), backordered=Decimal(4), shipped=Decimal(6)
            ),
            False,
        ),
    ],
    ids=["all", "short", "unanswered", "rest-refused", "backordered"],
)
def test_a_line_has_left_when_nothing_is_owed(balance: Balance, expected: bool) -> None:
    """Unanswered and backordered goods are owed; refused ones are not."""
    assert expected == balance.is_all_shipped


def test_what_is_missing_is_never_more_than_what_is_still_to_come() -> None:
    """Refused, and sent after all: only the rest needs another maker."""
    sent = Balance(ordered=Decimal(10), rejected=Decimal(10), shipped=Decimal(7))
    assert Decimal(3) == sent.missing
    surplus = Balance(ordered=Decimal(10), rejected=Decimal(4), shipped=Decimal(12))
    assert Decimal(-2) == surplus.missing
