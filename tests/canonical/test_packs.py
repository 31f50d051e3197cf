"""Quantities said in packs, taken as the order counts (B-52, B-72); what labels of packages say (B-74)."""

from datetime import date
from decimal import Decimal

import pytest

from canonical.changes import Change, Said
from canonical.order_ack import AckLine, LineStatus
from canonical.packs import PackSize, ack_line_in_order_unit, to_order_unit
from canonical.postings import Balance
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Quantity
from canonical.ship_notice import Package, Packing, ShipLine, ShipNotice
from canonical.shipments import notice_change
from canonical.sscc import check_digit, check_sscc, list_labels

CASE = PackSize(item="F-310", unit="CA", holds=Decimal(24), of="EA")
ANY = PackSize(unit="CA", holds=Decimal(10), of="EA")
GOOD, OTHER = "106141411234567897", "106141411234567903"


def amount(value: int | str, unit: str) -> Quantity:
    return Quantity(value=Decimal(value), unit=unit)


def ordered(value: int, unit: str = "EA", item: str = "F-310") -> OrderLine:
    return OrderLine(line_number="1", item=Item(buyer=item), ordered=amount(value, unit))


def ship(line: OrderLine, shipped: Quantity, before: int = 0, **said: object) -> Change:
    order = PurchaseOrder(po_number="P", ordered_on=date(2026, 11, 23), lines=(line,))
    packed = ShipLine(po_number="P", line_number="1", shipped=shipped, **said)  # type: ignore[arg-type]
    notice = ShipNotice(shipment_number="S", noticed_on=date(2026, 12, 1), lines=(packed,))
    balance = Balance(ordered=line.ordered.value, shipped=Decimal(before))
    return notice_change(
        notice, {"P": order}, {("P", "1"): balance}, Said(partner="cm", packs=(CASE,))
    )


def codes(change: Change) -> list[str]:
    return [one.code for one in change.remarks]


@pytest.mark.parametrize(
    ("said", "line", "taken"),
    [
        (amount(2, "CA"), ordered(100), amount(48, "EA")),
        (amount(36, "EA"), ordered(5, "CA"), amount("1.5", "CA")),
        (amount(10, "EA"), ordered(5, "CA"), amount(10, "EA")),
        (amount(2, "CA"), ordered(100, item="F-311"), amount(20, "EA")),
        (amount(2, "PL"), ordered(100), amount(2, "PL")),
    ],
    ids=["packs to pieces", "half a pack", "no number of packs", "of every part", "no size"],
)
def test_packs_are_taken_as_the_order_counts(
    said: Quantity, line: OrderLine, taken: Quantity
) -> None:
    """The part's own size goes first; nothing is rounded, and what has no size stays as it was."""
    assert taken == to_order_unit(said, line, (ANY, CASE))


def test_an_answer_in_packs_has_its_price_in_pieces() -> None:
    """Two cases at 240 each are 48 pieces at 10 (B-53)."""
    said = AckLine(
        line_number="1",
        ordered=amount(2, "CA"),
        unit_price=Decimal(240),
        acks=(LineStatus(status="accepted", quantity=amount(2, "CA")),),
    )
    taken = ack_line_in_order_unit(said, ordered(48), (CASE,))

    assert (Decimal(10), amount(48, "EA")) == (taken.unit_price, taken.acks[0].quantity)


def test_a_shipment_in_cases_is_posted_in_pieces() -> None:
    """SN1*2*CA of an order in EA, with its size agreed; without a size it is refused."""
    change = ship(ordered(100), amount(2, "CA"))

    assert [(48, "EA")] == [(int(one.quantity), one.unit) for one in change.postings]
    assert ["unit-converted"] == codes(change)
    assert ["unit-differs"] == codes(ship(ordered(100), amount(2, "PL")))


@pytest.mark.parametrize(
    ("packing", "expected"),
    [
        (Packing(inside=Decimal(24)), "unit-converted"),
        (Packing(inside=Decimal(2), holds=amount(12, "EA")), "unit-converted"),
        (Packing(inside=Decimal(24), holds=amount(12, "OZ")), "unit-converted"),
        (Packing(inside=Decimal(20), holds=amount(1, "EA")), "pack-differs"),
    ],
)
def test_packing_that_contradicts_the_agreed_size_is_refused(
    packing: Packing, expected: str
) -> None:
    """PO401 times PO402 is what a case holds, where PO402 counts pieces and not ounces."""
    assert [expected] == codes(ship(ordered(100), amount(2, "CA"), packing=packing))


def test_a_count_to_date_that_is_not_ours_tells_of_a_missing_notice() -> None:
    """SN104 says 72 have left; 24 came before and 24 now (B-72)."""
    right = ship(ordered(100), amount(24, "EA"), before=24, shipped_to_date=Decimal(48))
    wrong = ship(ordered(100), amount(1, "CA"), before=24, shipped_to_date=Decimal(3))

    assert [] == codes(right)
    assert ["unit-converted", "count-differs"] == codes(wrong)
    assert "72 EA have left" in wrong.remarks[-1].sentence


def test_a_package_number_has_eighteen_digits_and_the_right_last_one() -> None:
    """GS1's own example is sound; a digit changed, cut or lettered is told with the one wanted."""
    assert ("7", "") == (check_digit(GOOD[:-1]), check_sscc(GOOD))
    assert check_sscc(GOOD[:-1] + "1").endswith("its check digit is 7")
    assert "17 digits" in check_sscc(GOOD[:-1])
    assert "digits only" in check_sscc("BOX 1")


def test_a_label_on_two_packages_is_one_too_many() -> None:
    """What a package or a line has from the level around it is no second label."""
    pallet = Package(number="3", inside="2", level="pallet", sscc=GOOD)
    bare = Package(number="4", inside="3", level="package", sscc=GOOD)
    own = Package(number="5", inside="3", level="package", sscc=OTHER)
    again = Package(number="6", inside="3", level="package", sscc=OTHER)
    line = ShipLine(po_number="P", sscc=OTHER)
    notice = ShipNotice(
        shipment_number="S",
        noticed_on=date(2026, 12, 1),
        packages=(pallet, bare, own, again),
        lines=(line,),
    )

    labels = {GOOD: ["packages[0]"], OTHER: ["packages[2]", "packages[3]"]}
    assert labels == list_labels(notice)
