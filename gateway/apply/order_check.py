"""Whose order it is: an answer counts only for an order that partner was given."""

from gateway.apply.incoming import Incoming
from gateway.apply.remarks import refuse
from gateway.ledger.locks import hold
from gateway.ledger.orders import OrderRow, find_order
from translators.findings import Finding


def find_own_order(incoming: Incoming, po_number: str) -> OrderRow | Finding:
    """Return the order, kept from other workers until we are done with it, or why this partner may not speak of it.

    Another partner's order and an unknown one give the same words: a CM must not learn which
    order numbers exist (B-94).
    """
    hold(incoming.tx, f"order {po_number}")
    whose = None if incoming.partner.role == "erp" else incoming.partner.name
    row = find_order(incoming.tx, po_number, whose)
    if row is not None:
        return row
    return refuse(
        "no-such-order",
        f"order {po_number} is not one that {incoming.partner.name} was given",
        "correct the order number, or ask the buyer whether the order is released",
        incoming.places.get("", ""),
    )
