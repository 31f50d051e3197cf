"""Receipts: what a ReceivingAdvice means for the orders it names; conditions are booked apart (B-78)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from canonical.changes import Change, Remark, Said, Told, bad_quantity, post_line
from canonical.postings import Balance, Posting, PostingKind
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.receiving_advice import ReceivedLine, ReceivingAdvice
from canonical.shared import Quantity
from canonical.shipments import LineKey, find_named, not_found

# What is neither here is good: over, wrong container, booked without a notice, an adjusted count.
_HELD = frozenset(("on_hold", "no_notice", "other"))
_REFUSED = frozenset(("damaged", "quality", "wrong_item", "rejected", "scrapped", "over_returned"))
_SHORT = frozenset(("short", "not_received"))
Amounts = dict[PostingKind, Decimal]


def receipt_change(
    advice: ReceivingAdvice,
    orders: Mapping[str, PurchaseOrder],
    balances: Mapping[LineKey, Balance],
    said: Said,
) -> Change:
    """Return the postings of one receipt: good, held, refused and short goods of each line apart."""
    postings: list[Posting] = []
    remarks: list[Remark] = []
    for index, received in enumerate(advice.lines):
        place = said.place(f"lines[{index}]")
        found = find_named(received, orders)
        if isinstance(found, str):
            remarks.append(not_found(found, place))
            continue
        order, line = found
        against = list(_check(order, line, received, place))
        if against:
            remarks += against
            continue
        amounts = _sort(received)
        postings += _post(order, line, amounts, Told(said.partner, place))
        remarks += _remark(order, line, received, place)
    remarks += _check_unnoticed(postings, balances)
    return Change(postings=tuple(postings), remarks=tuple(remarks))


def _sort(line: ReceivedLine) -> Amounts:
    """Return how much goes where; what is in question is part of what was counted in."""
    held, refused, short, questioned = (
        sum((one.quantity.value for one in line.conditions if one.condition in kinds), Decimal(0))
        for kinds in (_HELD, _REFUSED, _SHORT, {one.condition for one in line.conditions})
    )
    refused = max(refused, line.returned.value if line.returned else Decimal(0))
    counted = line.received.value if line.received else questioned - short
    good = max(counted - held - refused, Decimal(0))
    return {"received": good, "held": held, "refused": refused, "short": short}


def _post(order: PurchaseOrder, line: OrderLine, amounts: Amounts, told: Told) -> Iterator[Posting]:
    for kind, value in amounts.items():
        if value > 0:
            quantity = Quantity(value=value, unit=line.ordered.unit)
            yield post_line(order, line, kind, quantity, told)


def _check(
    order: PurchaseOrder, line: OrderLine, received: ReceivedLine, place: str
) -> Iterator[Remark]:
    about = f"line {line.line_number} of order {order.po_number}"
    amounts = [one.quantity for one in received.conditions]
    amounts += [one for one in (received.received, received.returned) if one is not None]
    if not amounts:
        yield Remark(
            level="error",
            code="no-quantity",
            sentence=f"{about} is received without a quantity",
            advice="say how many were counted in",
            place=place,
        )
    for amount in amounts:
        if amount.value < 0:
            sentence = f"{about}: {amount.value:f} {amount.unit} are received"
            yield bad_quantity(sentence, "send quantities without a sign", place, line.line_number)
        if amount.unit != line.ordered.unit:
            yield Remark(
                level="error",
                code="unit-differs",
                sentence=f"{about}: received in {amount.unit}, ordered in {line.ordered.unit}",
                advice=f"say the quantity in {line.ordered.unit}",
                place=place,
                line_number=line.line_number,
            )


def _remark(
    order: PurchaseOrder, line: OrderLine, received: ReceivedLine, place: str
) -> Iterator[Remark]:
    """Yield what somebody has to settle with the maker: all that is not simply good."""
    wrong = [
        f"{one.quantity.value:f} {one.quantity.unit} {one.condition.replace('_', ' ')}"
        for one in received.conditions
        if one.condition in _HELD | _REFUSED | _SHORT and one.quantity.value > 0
    ]
    if not wrong and received.returned is not None and received.returned.value > 0:
        wrong = [f"{received.returned.value:f} {received.returned.unit} returned"]
    if wrong:
        yield Remark(
            level="warning",
            code="receipt-differs",
            sentence=f"line {line.line_number} of order {order.po_number}: {', '.join(wrong)}",
            advice="settle with the maker what is sent again or credited",
            place=place,
            line_number=line.line_number,
            po_number=order.po_number,
        )


def _check_unnoticed(
    postings: list[Posting], balances: Mapping[LineKey, Balance]
) -> Iterator[Remark]:
    """Yield the lines of which more was counted in than a ship notice says has left (B-77)."""
    counted: dict[LineKey, Decimal] = {}
    for one in postings:
        key = (one.po_number, one.line_number)
        counted[key] = counted.get(key, Decimal(0)) + one.quantity
    for (po_number, line_number), value in counted.items():
        left = max(balances.get((po_number, line_number), Balance()).to_receive, Decimal(0))
        if value > left:
            yield Remark(
                level="warning",
                code="received-unnoticed",
                sentence=f"line {line_number} of order {po_number}: {value:f} counted in, ship notices say {left:f} are on their way",
                advice="ask the maker for the ship notice that is missing",
                line_number=line_number,
            )
