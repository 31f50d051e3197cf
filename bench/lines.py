"""What posting costs beside 1,000, 10,000 and 100,000 open order lines: python bench/lines.py [--postgresql]."""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.postgres import running_cluster
from canonical.changes import Said, order_postings
from canonical.entities import write_json
from canonical.order_ack import AckLine, LineStatus, OrderAck
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.receiving_advice import ReceivedLine, ReceivingAdvice
from canonical.shared import Entity, Item, PromisedDate, Quantity
from canonical.ship_notice import ShipLine, ShipNotice
from gateway.apply.apply import apply_document
from gateway.apply.incoming import Incoming
from gateway.gateway import Gateway, open_gateway
from gateway.ledger.commitments import post
from gateway.ledger.documents import NewDocument, record_document
from gateway.ledger.orders import record_order
from gateway.map import number_of
from gateway.route import route_document

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000)
LINES = 10  # of each order
MEASURED = 200  # documents of each kind
TODAY = date(2026, 11, 23)
MAKER, BUYER = "acme", "erp"
Make = Callable[[int], Entity]


def quantity(value: int) -> Quantity:
    """Return so many pieces."""
    return Quantity(value=Decimal(value), unit="EA")


def order(number: int) -> PurchaseOrder:
    """Return an order of ten lines."""
    lines = tuple(
        OrderLine(line_number=str(at), item=Item(buyer=f"A-{at}"), ordered=quantity(100))
        for at in range(1, LINES + 1)
    )
    return PurchaseOrder(po_number=f"L{number}", ordered_on=TODAY, supplier=MAKER, lines=lines)


def answer(number: int) -> OrderAck:
    """Return an 855 that splits each line."""
    when = PromisedDate(on=TODAY, means="deliver")
    acks = (
        LineStatus(status="accepted", quantity=quantity(60), promised=when),
        LineStatus(status="backordered", quantity=quantity(40), promised=when),
    )
    lines = tuple(AckLine(line_number=str(at), acks=acks) for at in range(1, LINES + 1))
    return OrderAck(po_number=f"L{number}", status="changed", acknowledged_on=TODAY, lines=lines)


def shipment(number: int) -> ShipNotice:
    """Return an 856 of half of each line."""
    lines = tuple(
        ShipLine(po_number=f"L{number}", line_number=str(at), shipped=quantity(50))
        for at in range(1, LINES + 1)
    )
    return ShipNotice(shipment_number=f"S{number}", noticed_on=TODAY, lines=lines)


def receipt(number: int) -> ReceivingAdvice:
    """Return an 861 of what was shipped."""
    lines = tuple(
        ReceivedLine(po_number=f"L{number}", line_number=str(at), received=quantity(50))
        for at in range(1, LINES + 1)
    )
    return ReceivingAdvice(receipt_number=f"R{number}", advised_on=TODAY, lines=lines)


KINDS: tuple[tuple[str, str, Make], ...] = (
    ("855", MAKER, answer),
    ("856", MAKER, shipment),
    ("861", BUYER, receipt),
)


def fill(gateway: Gateway, start: int, end: int) -> None:
    """Release orders until the ledger holds so many open lines."""
    said = Said(partner=BUYER)
    for first in range(start, end, 500):
        with gateway.ledger.begin() as tx:
            for number in range(first, min(first + 500, end)):
                entity = order(number)
                document_id = record_document(tx, document(BUYER, entity))
                record_order(tx, entity, MAKER, document_id)
                post(tx, order_postings(entity, said), document_id)


def document(partner: str, entity: Entity) -> NewDocument:
    """Return a document as it is recorded before it is applied."""
    return NewDocument(
        partner=partner,
        direction="in",
        kind="json",
        state="mapped",
        entity=type(entity).__name__,
        number=number_of(entity),
        content=write_json(entity).decode(),
    )


def measure(gateway: Gateway, partner: str, entities: list[Entity]) -> list[float]:
    """Return the milliseconds of each document, recorded, applied and routed, twenty in a transaction."""
    who = gateway.partners.get(partner)
    times = []
    for first in range(0, len(entities), 20):
        with gateway.ledger.begin() as tx:
            for entity in entities[first : first + 20]:
                begun = perf_counter()
                document_id = record_document(tx, document(partner, entity))
                incoming = Incoming(
                    gateway=gateway,
                    tx=tx,
                    document_id=document_id,
                    file_name="bench",
                    partner=who,
                    entity=entity,
                    places={},
                )
                found = apply_document(incoming)
                if any(one.level == "error" for one in found):
                    raise SystemExit(str(found[0]))
                route_document(incoming)
                times.append((perf_counter() - begun) * 1000)
    return times


@contextmanager
def site(*, postgresql: bool) -> Iterator[Gateway]:
    """Yield a new site on SQLite or a PostgreSQL of its own."""
    home = Path(tempfile.mkdtemp(prefix="lines-"))
    try:
        if not postgresql:
            yield open_gateway(home)
            return
        with running_cluster() as cluster:
            cluster.create_database("lines")
            (home / "cmgateway.yaml").write_text(f"database_url: {cluster.url('lines')}\n")
            gateway = open_gateway(home)
            yield gateway
            gateway.ledger.dispose()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    """Print one row a size: the median and the 95th percentile of each kind of document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    print("| open lines | " + " | ".join(f"{kind} ms (p95)" for kind, _, _ in KINDS) + " |")
    print("|---|" + "---|" * len(KINDS))
    with site(postgresql=asked.postgresql) as gateway:
        filled = 0
        for size in SIZES:
            orders = size // LINES
            fill(gateway, filled, orders)
            # The same number of orders, spread over the whole ledger, none of them touched before.
            step = max(orders // MEASURED, 1)
            chosen = list(range(filled, orders, step))[:MEASURED]
            filled = orders
            cells = []
            for _, partner, make in KINDS:
                times = sorted(measure(gateway, partner, [make(one) for one in chosen]))
                late = times[int(len(times) * 0.95)]
                cells.append(f"{statistics.median(times):.2f} ({late:.2f})")
            print(f"| {size:,} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
