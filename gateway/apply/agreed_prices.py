"""Agreed prices: what a person has accepted of an order line once is not asked about again."""

from collections.abc import Iterator
from decimal import Decimal

from canonical.changes import find_order_line
from canonical.entities import read_json
from canonical.order_ack import OrderAck
from canonical.packs import ack_line_in_order_unit
from canonical.purchase_order import PurchaseOrder
from canonical.tolerances import price_of_one
from gateway.apply.incoming import Incoming
from gateway.ledger.cases import CaseRow, list_cases
from gateway.ledger.documents import find_document

REVIEW = "line-review"
ACCEPTED = "accepted: "  # how the resolution of a case begins that a person decided so
REFUSED = "refused: "
MOST = 100_000
Prices = dict[str, frozenset[Decimal]]


def list_agreed_prices(incoming: Incoming, order: PurchaseOrder, ack: OrderAck) -> Prices:
    """Return by line the prices of one unit that a person accepted; the last word on each holds.

    Nothing is looked up for an answer at the prices of its order.
    """
    if not _is_dearer(order, ack):
        return {}
    decided: dict[str, dict[Decimal, bool]] = {}
    for case in list_cases(incoming.tx, "closed", order.po_number, limit=MOST):
        is_accepted = case.resolution.startswith(ACCEPTED)
        if case.kind != REVIEW or not (is_accepted or case.resolution.startswith(REFUSED)):
            continue
        for price in _list_prices(incoming, order, case):
            decided.setdefault(case.line_number, {})[price] = is_accepted
    return {
        number: frozenset(price for price, is_accepted in prices.items() if is_accepted)
        for number, prices in decided.items()
    }


def _is_dearer(order: PurchaseOrder, ack: OrderAck) -> bool:
    """Return whether a line has another price than was ordered."""
    for said in ack.lines:
        if said.unit_price is None:
            continue
        line = find_order_line(order, said.line_number, said.item)
        if line is None:
            continue
        ours = price_of_one(line.unit_price, line.price_per)
        if ours != price_of_one(said.unit_price, said.price_per):
            return True
    return False


def _list_prices(incoming: Incoming, order: PurchaseOrder, case: CaseRow) -> Iterator[Decimal]:
    """Yield what one unit costs by the answer that a case was about."""
    document = find_document(incoming.tx, case.document_id or 0)
    if document is None or document.entity != OrderAck.__name__:
        return
    ack = read_json(OrderAck.__name__, document.content)
    for said in ack.lines if isinstance(ack, OrderAck) else ():
        line = find_order_line(order, said.line_number, said.item)
        if line is None or line.line_number != case.line_number:
            continue
        taken = ack_line_in_order_unit(said, line, incoming.partner.pack_sizes)
        price = price_of_one(taken.unit_price, taken.price_per)
        if price is not None:
            yield price
