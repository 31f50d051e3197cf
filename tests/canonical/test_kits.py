"""What the sub-lines of a kit mean for its line (B-64)."""

from datetime import date
from decimal import Decimal

import pytest

from canonical.answers import answer_change
from canonical.changes import Change, Said
from canonical.order_ack import AckLine, KitPart, LineStatus, OrderAck
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, PromisedDate, Quantity

ORDER = PurchaseOrder(
    po_number="45001",
    ordered_on=date(2026, 11, 23),
    lines=(
        OrderLine(
            line_number="1",
            item=Item(buyer="K-900"),
            ordered=Quantity(value=Decimal(20), unit="EA"),
        ),
    ),
)


def said(status: str, amount: int | None = None, day: int | None = None) -> LineStatus:
    quantity = None if amount is None else Quantity(value=Decimal(amount), unit="EA")
    promised = None if day is None else PromisedDate(on=date(2026, 12, day), means="ship")
    return LineStatus(status=status, quantity=quantity, promised=promised)  # type: ignore[arg-type]


def part(number: str, *acks: LineStatus, each: int = 4) -> KitPart:
    return KitPart(number=number, quantity=Quantity(value=Decimal(each), unit="EA"), acks=acks)


def answer(*parts: KitPart, acks: tuple[LineStatus, ...] = (), status: str = "changed") -> Change:
    line = AckLine(line_number="1", acks=acks, parts=parts)
    ack = OrderAck(po_number="45001", status=status, lines=(line,))  # type: ignore[arg-type]
    return answer_change(ORDER, ack, Said(partner="cm"))


def test_a_kit_comes_with_its_last_part() -> None:
    """One part on time and one backordered: all twenty kits are backordered to the later day."""
    change = answer(part("1", said("accepted", 80, 11)), part("2", said("backordered", 80, 18)))

    (posting,) = change.postings
    assert ("backordered", 20, date(2026, 12, 18)) == (
        posting.kind,
        posting.quantity,
        posting.promised_on,
    )
    assert () == change.remarks


def test_a_kit_without_one_of_its_parts_is_refused() -> None:
    """Nobody can use kits in which a part is missing."""
    change = answer(part("1", said("accepted")), part("2", said("rejected")))

    assert [("rejected", 20)] == [(one.kind, one.quantity) for one in change.postings]


@pytest.mark.parametrize("amount", [4, 80])
def test_a_part_may_be_counted_for_one_kit_or_for_all(amount: int) -> None:
    """SLN04 says 4 a kit; an answer of 4, and one of 80 for twenty kits, are all of it."""
    change = answer(part("1", said("accepted", amount)))

    assert [("accepted", 20)] == [(one.kind, one.quantity) for one in change.postings]


@pytest.mark.parametrize(
    "pieces",
    [
        (said("accepted", 30),),
        (said("accepted", 60), said("rejected", 20)),
        (said("substituted", 80),),
        (),
    ],
    ids=["in part", "refused in part", "another part", "not answered"],
)
def test_a_kit_in_pieces_is_for_a_person(pieces: tuple[LineStatus, ...]) -> None:
    """Nothing is posted of what no whole kits can be made of."""
    change = answer(part("1", said("accepted")), part("2", *pieces))

    assert ((), ["kit-unclear"]) == (change.postings, [one.code for one in change.remarks])
    assert "sub-line 2" in change.remarks[0].sentence


def test_a_line_may_not_say_better_than_its_parts() -> None:
    """ACK*IA of the line and R4 of its part contradict each other, and so do their days."""
    refused = answer(part("1", said("rejected")), acks=(said("accepted", 20),))
    later = answer(part("1", said("accepted", 80, 18)), acks=(said("accepted", 20, 11),))

    assert ["kit-unclear"] == [one.code for one in refused.remarks]
    assert "2026-12-18" in later.remarks[0].sentence
    assert () == refused.postings + later.postings


def test_a_line_that_is_answered_holds_where_its_parts_agree() -> None:
    """The line's own split is posted; its sub-lines only confirm it."""
    acks = (said("accepted", 12, 11), said("backordered", 8, 18))
    change = answer(part("1", said("backordered", 80, 18)), acks=acks)

    assert [("accepted", 12), ("backordered", 8)] == [
        (one.kind, one.quantity) for one in change.postings
    ]
