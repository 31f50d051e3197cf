"""Whether an invoice is what was ordered and has left."""

from datetime import date
from decimal import Decimal

import pytest

from canonical.changes import Said
from canonical.invoice import Charge, Invoice, InvoiceLine
from canonical.invoices import check_invoice
from canonical.postings import Balance
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Quantity
from canonical.tolerances import Band, Tolerances

ORDER = PurchaseOrder(
    po_number="P",
    ordered_on=date(2026, 11, 23),
    lines=(
        OrderLine(
            line_number="1",
            item=Item(buyer="A-100"),
            ordered=Quantity(value=Decimal(100), unit="EA"),
            unit_price=Decimal("12.50"),
        ),
    ),
)
SAID = Said(partner="cm", tolerances=Tolerances(price_percent=Band(accept=Decimal(0))))


def check(quantity: int, price: str, total: str, *, before: int = 0, **said: object) -> list[str]:
    line = InvoiceLine(
        line_number="1",
        invoiced=Quantity(value=Decimal(quantity), unit="EA"),
        unit_price=Decimal(price),
    )
    values = {"invoice_number": "I", "invoiced_on": date(2026, 12, 1), "po_number": "P"} | said
    invoice = Invoice(total=Decimal(total), lines=(line,), **values)  # type: ignore[arg-type]
    known = ({("P", "1"): Balance(shipped=Decimal(60))}, {("P", "1"): Decimal(before)})
    return [one.sentence for one in check_invoice(invoice, {"P": ORDER}, known, SAID)]


def test_what_has_left_at_the_price_ordered_fits() -> None:
    """Sixty shipped, sixty invoiced, and a charge that the total holds."""
    freight = Charge(kind="charge", amount=Decimal(20))

    assert [] == check(60, "12.50", "750.00")
    assert [] == check(60, "12.50", "770.00", charges=(freight,))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ((61, "12.50", "762.50"), "61 EA are invoiced by now, 60 have left"),
        ((60, "12.75", "765.00"), "invoiced at 12.75, ordered at 12.50"),
        ((60, "12.50", "800.00"), "add up to 750.00"),
    ],
    ids=["more than left", "another price", "another total"],
)
def test_a_difference_is_told(said: tuple[int, str, str], sentence: str) -> None:
    """More than has left, another price, or a sum that is none."""
    (found,) = check(*said)
    assert sentence in found


def test_what_was_invoiced_before_counts_and_a_credit_is_no_demand() -> None:
    """Forty of sixty were invoiced: thirty more are ten too many; a credit asks for nothing."""
    assert ["line 1 of order P: 70 EA are invoiced by now, 60 have left"] == check(
        30, "12.50", "375.00", before=40
    )
    assert [] == check(30, "12.50", "-375.00", before=60, kind="credit")
