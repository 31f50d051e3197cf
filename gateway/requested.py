"""Requested: lines of which all had left by the day the buyer asked for, promised or not."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, select

from canonical.purchase_order import OrderLine, PurchaseOrder
from gateway.clock import now
from gateway.ledger.tables import commitments, orders
from gateway.partners import Partner

ARRIVES = ("deliver", "required")  # the goods are to be here by then: they leave a transit before
_WANTED = {"ordered": 1, "changed": 1, "cancelled": -1}
Line = tuple[str, str]


class Requested(msgspec.Struct, frozen=True):
    """Lines whose requested day is over, and those of which all had left in time."""

    due: int = 0
    on_time: int = 0


def find_requested(tx: Connection, partner: Partner, since: datetime) -> Requested:
    """Return what became of the lines a CM was asked for by days from `since` until yesterday.

    What it refused, or another makes by now, it did not send in time; what the buyer took back
    is not asked for.
    """
    asked = dict(_list_asked(tx, partner, since.date()))
    wanted, sent = _list_amounts(tx, partner.name, asked)
    due = {line: day for line, day in asked.items() if wanted.get(line, Decimal(0)) > 0}
    on_time = sum(
        sum(amount for amount, left_on in sent.get(line, []) if left_on <= day) >= wanted[line]
        for line, day in due.items()
    )
    return Requested(due=len(due), on_time=on_time)


def _list_asked(tx: Connection, partner: Partner, since: date) -> Iterator[tuple[Line, date]]:
    """Yield each line with the day by which it is to leave."""
    query = select(orders.c.content).where(orders.c.partner == partner.name)
    today = now().date()
    for content in tx.scalars(query):
        order = msgspec.json.decode(content, type=PurchaseOrder)
        for line in order.lines:
            day = _day_of(order, line, partner.transit_days)
            if day is not None and since <= day < today:
                yield (order.po_number, line.line_number), day


def _day_of(order: PurchaseOrder, line: OrderLine, transit_days: int) -> date | None:
    needed = line.needed or order.needed
    if needed is None:
        return None
    return needed.on - timedelta(days=transit_days if needed.means in ARRIVES else 0)


def _list_amounts(
    tx: Connection, partner: str, asked: dict[Line, date]
) -> tuple[dict[Line, Decimal], dict[Line, list[tuple[Decimal, date]]]]:
    """Return how much of each line is wanted, and how much left when."""
    table = commitments.c
    query = (
        select(table.po_number, table.line_number, table.kind, table.quantity, table.posted_at)
        .join(orders, orders.c.po_number == table.po_number)
        .where(orders.c.partner == partner, table.superseded_by.is_(None))
        .where(table.kind.in_((*_WANTED, "shipped")))
    )
    wanted: dict[Line, Decimal] = {}
    sent: dict[Line, list[tuple[Decimal, date]]] = {}
    for po_number, line_number, kind, quantity, posted_at in tx.execute(query):
        line = (po_number, line_number)
        if line not in asked:
            continue
        if kind == "shipped":
            sent.setdefault(line, []).append((Decimal(quantity), posted_at.date()))
        else:
            wanted[line] = wanted.get(line, Decimal(0)) + _WANTED[kind] * Decimal(quantity)
    return wanted, sent
