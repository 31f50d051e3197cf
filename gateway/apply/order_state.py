"""How far an order is: it goes forward only."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from canonical.postings import Balance, Posting, balance_of
from gateway.ledger.commitments import list_commitments
from gateway.ledger.orders import OrderRow, set_order_state

WAY = ("released", "sent", "acknowledged", "partly_shipped", "shipped", "received")


def advance_order(tx: Connection, row: OrderRow, state: str) -> None:
    """Record the state where the order was not as far; what is off this way is left as it is."""
    if row.state in WAY and WAY.index(row.state) < WAY.index(state):
        set_order_state(tx, row.po_number, state)


def list_balances(tx: Connection, po_number: str) -> dict[str, Balance]:
    """Return what the postings of each line of an order add up to by now."""
    lines: dict[str, list[Posting]] = {}
    for one in list_commitments(tx, po_number):
        lines.setdefault(one.posting.line_number, []).append(one.posting)
    return {number: balance_of(postings) for number, postings in lines.items()}


def state_after_answer(row: OrderRow, balances: Mapping[str, Balance]) -> str:
    """Return `shipped` where an answer took back all that had not left, else `acknowledged`."""
    is_done = row.state == "partly_shipped" and _is_all_shipped(balances.values())
    return "shipped" if is_done else "acknowledged"


def state_after_shipment(balances: Mapping[str, Balance]) -> str:
    """Return `shipped` only where no line has anything promised, backordered or open left."""
    return "shipped" if _is_all_shipped(balances.values()) else "partly_shipped"


def state_after_receipt(row: OrderRow, balances: Mapping[str, Balance]) -> str:
    """Return `received` where all that was to come was counted in, else how far it was before."""
    is_done = all(balance.is_all_received for balance in balances.values())
    return "received" if is_done else row.state


def _is_all_shipped(balances: Iterable[Balance]) -> bool:
    return all(balance.is_all_shipped for balance in balances)
