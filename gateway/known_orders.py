"""Known orders: what we sent a partner, to recognise his files by; from the ledger, which is only read."""

from pathlib import Path

from canonical.purchase_order import PurchaseOrder
from gateway.ledger.ledger import open_ledger
from gateway.ledger.orders import list_orders
from gateway.settings import load_site

MOST = 5_000
_SQLITE = "sqlite:///"


def list_known_orders(home: Path, partner: str) -> list[PurchaseOrder] | None:
    """Return the newest orders of a partner; None where the site has no ledger yet."""
    url = load_site(home).database_url
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file():
        return None
    ledger = open_ledger(url)
    try:
        with ledger.read() as tx:
            return [row.entity for row in list_orders(tx, partner=partner, limit=MOST)]
    finally:
        ledger.dispose()
