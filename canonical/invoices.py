"""Invoices: whether what the maker wants to be paid is what was ordered and has left (the three-way check)."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from canonical.changes import Remark, Said
from canonical.invoice import Charge, Invoice, InvoiceLine
from canonical.packs import to_order_unit
from canonical.postings import Balance
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shipments import LineKey, find_named, not_found
from canonical.tolerances import HUNDRED, price_of_one

CENT = Decimal("0.01")
_SIGNS = {"allowance": -1, "charge": 1, "other": 0}


def check_invoice(
    invoice: Invoice,
    orders: Mapping[str, PurchaseOrder],
    known: tuple[Mapping[LineKey, Balance], Mapping[LineKey, Decimal]],
    said: Said,
) -> tuple[Remark, ...]:
    """Return where an invoice differs from its orders; `known` are balances, and what was invoiced before."""
    balances, before = known
    remarks: list[Remark] = []
    asked: dict[LineKey, Decimal] = {}
    for index, line in enumerate(invoice.lines):
        place = said.place(f"lines[{index}]")
        named = replace(line, po_number=line.po_number or invoice.po_number)
        found = find_named(named, orders)
        if isinstance(found, str):
            remarks.append(not_found(found, place))
            continue
        order, meant = found
        about = _About(order, meant, place)
        remarks += about.differs(_check_price(meant, line, said))
        key = (order.po_number, meant.line_number)
        amount, against = _amount_of(meant, line, said)
        remarks += about.differs(against)
        asked[key] = asked.get(key, before.get(key, Decimal(0))) + amount
        if invoice.kind == "invoice":
            shipped = balances.get(key, Balance()).shipped
            remarks += about.differs(_check_shipped(asked[key], shipped, meant))
    remarks += _check_total(invoice, said)
    return tuple(remarks)


class _About(Struct, frozen=True):
    order: PurchaseOrder
    line: OrderLine
    place: str

    def differs(self, sentences: Iterable[str]) -> Iterator[Remark]:
        for sentence in sentences:
            yield Remark(
                level="warning",
                code="invoice-differs",
                sentence=f"line {self.line.line_number} of order {self.order.po_number}: {sentence}",
                advice="send a credit and a new invoice, or settle it with the buyer",
                place=self.place,
                line_number=self.line.line_number,
                po_number=self.order.po_number,
            )


def quantity_of(line: InvoiceLine, meant: OrderLine, said: Said) -> Decimal | None:
    """Return what is invoiced as the order counts; None where the unit is another."""
    if line.invoiced is None:
        return Decimal(0)
    amount = to_order_unit(line.invoiced, meant, said.packs)
    return amount.value if amount.unit == meant.ordered.unit else None


def _amount_of(meant: OrderLine, line: InvoiceLine, said: Said) -> tuple[Decimal, list[str]]:
    amount = quantity_of(line, meant, said)
    if amount is None and line.invoiced is not None:
        return Decimal(0), [f"invoiced in {line.invoiced.unit}, ordered in {meant.ordered.unit}"]
    return amount or Decimal(0), []


def _check_price(meant: OrderLine, line: InvoiceLine, said: Said) -> Iterator[str]:
    ours = price_of_one(meant.unit_price, meant.price_per)
    theirs = line.unit_price
    if ours is None or theirs is None or theirs in {ours, meant.unit_price}:
        return
    percent = (theirs - ours) / ours * HUNDRED if ours else HUNDRED
    if said.tolerances.price_percent.judge(percent) != "accept":
        yield f"invoiced at {theirs:f}, ordered at {meant.unit_price:f}"


def _check_shipped(asked: Decimal, shipped: Decimal, meant: OrderLine) -> Iterator[str]:
    if asked > shipped:
        yield f"{asked:f} {meant.ordered.unit} are invoiced by now, {shipped:f} have left"


def _check_total(invoice: Invoice, said: Said) -> Iterator[Remark]:
    """Yield that the lines, charges and taxes do not add up, each line rounded to a cent."""
    if any(line.invoiced is None or line.unit_price is None for line in invoice.lines):
        return
    total = sum(
        (
            line.invoiced.value * line.unit_price + _sum_charges(line.charges) + _sum_taxes(line)
            for line in invoice.lines
            if line.invoiced is not None and line.unit_price is not None
        ),
        Decimal(0),
    )
    total += _sum_charges(invoice.charges) + _sum_taxes(invoice)
    if invoice.lines and abs(total - abs(invoice.total)) > CENT * (len(invoice.lines) + 1):
        yield Remark(
            level="warning",
            code="invoice-differs",
            sentence=f"invoice {invoice.invoice_number}: {invoice.total:f} is to be paid, lines, charges and taxes add up to {total.quantize(CENT):f}",
            advice="send a credit and a new invoice, or settle it with the buyer",
            place=said.place(""),
            po_number=invoice.po_number or "",
        )


def _sum_charges(charges: tuple[Charge, ...]) -> Decimal:
    return sum(((one.amount or Decimal(0)) * _SIGNS[one.kind] for one in charges), Decimal(0))


def _sum_taxes(taxed: Invoice | InvoiceLine) -> Decimal:
    return sum((one.amount or Decimal(0) for one in taxed.taxes), Decimal(0))
