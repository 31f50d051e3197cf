"""Known orders: what we sent a partner, to recognise and weigh his files by; the ledger is only read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from canonical.purchase_order import PurchaseOrder
from gateway.ledger.commitments import list_commitments
from gateway.ledger.ledger import open_ledger
from gateway.ledger.orders import find_order, list_orders
from gateway.settings import load_site

MOST = 5_000
_SQLITE = "sqlite:///"


class KnownOrders(msgspec.Struct, frozen=True, kw_only=True):
    """Some orders of a partner by number, and what left first of each of their lines."""

    by_number: dict[str, PurchaseOrder] = {}
    shipped: dict[str, dict[str, Decimal]] = {}


def list_known_orders(home: Path, partner: str) -> list[PurchaseOrder] | None:
    """Return the newest orders of a partner; None where the site has no ledger yet."""
    with _reading(home) as tx:
        if tx is None:
            return None
        return [row.entity for row in list_orders(tx, partner=partner, limit=MOST)]


def find_known_orders(home: Path, partner: str, numbers: Iterable[str]) -> KnownOrders:
    """Return those of these orders that are the partner's; none where the site has no ledger yet."""
    with _reading(home) as tx:
        if tx is None:
            return KnownOrders()
        found = {number: find_order(tx, number, partner) for number in sorted(numbers)}
        rows = {number: row.entity for number, row in found.items() if row is not None}
        return KnownOrders(by_number=rows, shipped={one: _list_shipped(tx, one) for one in rows})


def _list_shipped(tx: Connection, po_number: str) -> dict[str, Decimal]:
    first: dict[str, Decimal] = {}
    for row in list_commitments(tx, po_number):
        if row.posting.kind == "shipped":
            first.setdefault(row.posting.line_number, row.posting.quantity)
    return first


@contextmanager
def _reading(home: Path) -> Iterator[Connection | None]:
    """Yield a connection that reads the ledger of a site; None where there is none, and none is made."""
    url = load_site(home).database_url
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file():
        yield None
        return
    ledger = open_ledger(url)
    try:
        with ledger.read() as tx:
            yield tx
    finally:
        ledger.dispose()
