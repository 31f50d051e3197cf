"""How far an answer may be from its order: taken, asked about, or refused (B-53, B-65)."""

from datetime import date
from decimal import Decimal

import pytest

from canonical.answers import answer_change
from canonical.changes import Said
from canonical.order_ack import AckLine, LineStatus, OrderAck
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, PromisedDate, Quantity
from canonical.tolerances import Band, Tolerances

LINE = OrderLine(
    line_number="1",
    item=Item(buyer="A-100", revision="B"),
    ordered=Quantity(value=Decimal(100), unit="EA"),
    unit_price=Decimal("12.50"),
    needed=PromisedDate(on=date(2026, 12, 18), means="deliver"),
)
ORDER = PurchaseOrder(po_number="P", ordered_on=date(2026, 11, 23), lines=(LINE,))
ASKS = Tolerances(
    price_percent=Band(accept=Decimal(2), ask=Decimal(10)),
    quantity_percent=Band(accept=Decimal(5), ask=Decimal(50)),
    days_late=Band(accept=Decimal(3), ask=Decimal(30)),
    part="ask",
    revision="reject",
)


def amount(value: int) -> Quantity:
    return Quantity(value=Decimal(value), unit="EA")


def judge(status: LineStatus | None = None, **line: object) -> tuple[list[str], int]:
    """Return the codes of what was remarked, and how much was posted as accepted."""
    answered = AckLine(
        line_number="1",
        acks=(status or LineStatus(status="accepted"),),
        **line,  # type: ignore[arg-type]
    )
    ack = OrderAck(po_number="P", status="changed", lines=(answered,))
    change = answer_change(ORDER, ack, Said(partner="cm", tolerances=ASKS))
    accepted = sum(int(one.quantity) for one in change.postings if one.kind == "accepted")
    return [one.code for one in change.remarks], accepted


def promised(day: int) -> LineStatus:
    when = PromisedDate(on=date(2026, 12, day), means="deliver")
    return LineStatus(status="accepted", promised=when)


@pytest.mark.parametrize(
    ("price", "per", "codes", "accepted"),
    [
        ("12.50", None, [], 100),
        ("1250", 100, [], 100),
        ("12500", 1000, [], 100),
        ("12.70", None, ["price-differs"], 100),
        ("1320", 100, ["line-review"], 0),
        ("11.30", None, ["line-review"], 0),
        ("20.00", None, ["beyond-tolerance"], 0),
    ],
)
def test_prices_are_compared_for_one_unit(price, per, codes, accepted):
    """1250 for a hundred is 12.50 for one; up to 2 % is taken, up to 10 % asked (B-53)."""
    basis = None if per is None else Decimal(per)
    assert (codes, accepted) == judge(unit_price=Decimal(price), price_per=basis)


@pytest.mark.parametrize(
    ("day", "codes", "accepted"),
    [(18, [], 100), (21, ["promised-late"], 100), (25, ["line-review"], 0)],
)
def test_days_late_are_taken_asked_or_refused(day, codes, accepted):
    """A date after the day of need is late even where the answer is IA (B-65)."""
    assert (codes, accepted) == judge(promised(day))


@pytest.mark.parametrize(
    ("quantity", "codes", "accepted"),
    [(96, [], 96), (70, ["line-review"], 0), (40, ["beyond-tolerance"], 0)],
)
def test_less_than_ordered_is_judged_by_its_share(quantity, codes, accepted):
    """What is left over is refused by the maker, if the lesser quantity is taken at all (B-61)."""
    assert (codes, accepted) == judge(
        LineStatus(status="quantity_changed", quantity=amount(quantity))
    )


def test_another_part_is_asked_about_and_another_revision_refused():
    """In the line, or in the answer that substitutes it (B-56)."""
    other = LineStatus(status="substituted", item=Item(buyer="A-101"))
    assert (["line-review"], 0) == judge(other)
    assert (["beyond-tolerance"], 0) == judge(item=Item(buyer="A-100", revision="A"))


def test_a_counter_offer_binds_nobody_until_a_person_takes_it():
    """RO: what stands in the lines is an offer (B-58)."""
    line = AckLine(line_number="1", acks=(LineStatus(status="accepted", quantity=amount(60)),))
    ack = OrderAck(po_number="P", status="counter_offer", unmentioned="rejected", lines=(line,))
    change = answer_change(ORDER, ack, Said(partner="cm"))
    assert () == change.postings
    assert "line-review" in [one.code for one in change.remarks]
