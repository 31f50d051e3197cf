"""Later answers: whether a second answer to a line says all of it anew, or adds to the first (B-61)."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal

from canonical.changes import find_order_line
from canonical.order_ack import AckLine, OrderAck
from canonical.purchase_order import PurchaseOrder
from canonical.shared import Entity, Quantity


class LaterAnswer(Entity, frozen=True, kw_only=True):
    """A line that several documents answered: what each of them says, and how they balance."""

    po_number: str
    line_number: str
    ordered: Quantity
    said: tuple[Decimal, ...]  # by each document, in the order of the files
    speaks_for: Literal["whole", "more", ""] = ""


def list_later_answers(
    acks: Iterable[OrderAck], orders: Mapping[str, PurchaseOrder]
) -> Iterator[LaterAnswer]:
    """Yield each line with quantities in two documents at least.

    Here an answer is the whole of its line and replaces the one before; answers that only together
    come to what was ordered are meant otherwise.
    """
    found: dict[tuple[str, str], tuple[Quantity, list[Decimal]]] = {}
    for ack in acks:
        order = orders.get(ack.po_number)
        for line in ack.lines:
            ours = find_order_line(order, line.line_number, line.item) if order else None
            ordered = ours.ordered if ours else line.ordered
            total = _sum(line)
            if ordered is not None and total:
                key = (ack.po_number, (line.line_number or "").lstrip("0"))
                found.setdefault(key, (ordered, []))[1].append(total)
    for (po_number, number), (ordered, said) in found.items():
        if len(said) > 1:
            yield LaterAnswer(
                po_number=po_number,
                line_number=number,
                ordered=ordered,
                said=tuple(said),
                speaks_for=_decide(ordered.value, said),
            )


def _sum(line: AckLine) -> Decimal:
    amounts = (one.quantity.value for one in line.acks if one.quantity is not None)
    return sum(amounts, Decimal(0))


def _decide(ordered: Decimal, said: list[Decimal]) -> Literal["whole", "more", ""]:
    if said[-1] == ordered:
        return "whole"
    return "more" if sum(said) == ordered else ""
