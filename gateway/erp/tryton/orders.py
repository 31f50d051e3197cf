"""Released orders of Tryton as ours, asked for by a cursor that looks back a while."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, PromisedDate, Quantity
from gateway.erp.erp import Released
from gateway.erp.tryton.look import LINE, ORDER, amount, number_lines
from gateway.erp.tryton.rpc import Row, Rpc
from gateway.erp.tryton.words import Words

# A row gets the time its transaction began and is seen when it ends: a slow one appears with an old
# time. Asking again for the last ten minutes finds it; what came before is known by its content.
OVERLAP = timedelta(minutes=10)
PAGE = 100


class Cursor(Struct, frozen=True, kw_only=True):
    """Changed since when; inside one look, behind which id, and the newest change seen in it."""

    since: datetime | None = None
    after: int = 0
    newest: datetime | None = None


def list_released(rpc: Rpc, words: Words, text: str) -> Released:
    """Return orders that were released, or changed by somebody else than us, since the cursor."""
    cursor = msgspec.json.decode(text, type=Cursor) if text else Cursor()
    heads = _load_heads(rpc, cursor)
    ids = [head["id"] for head in heads]
    lines = _load_lines(rpc, ids)
    changes = _count_changes(rpc, ids)
    orders = [
        _order_of(words, head, [line for line in lines if line["purchase"] == head["id"]], changes)
        for head in heads
    ]
    stamps = [row["last_modified_at"] for row in (*heads, *lines)]
    newest = max([*stamps, *([cursor.newest] if cursor.newest else [])], default=None)
    return Released(
        orders=tuple(order for order in orders if order.lines),
        cursor=msgspec.json.encode(_next(cursor, heads, newest)).decode(),
        more=len(heads) == PAGE,
    )


def _next(cursor: Cursor, heads: list[Row], newest: datetime | None) -> Cursor:
    if len(heads) == PAGE:
        return Cursor(since=cursor.since, after=heads[-1]["id"], newest=newest)
    since = cursor.since if newest is None else newest - OVERLAP
    return Cursor(since=max(since, cursor.since) if since and cursor.since else since)


def _load_heads(rpc: Rpc, cursor: Cursor) -> list[Row]:
    domain: list[Any] = [("state", "in", ["processing", "done"]), ("id", ">", cursor.after)]
    if cursor.since is not None:
        # A changed line does not touch the head.
        head = ("last_modified_at", ">=", cursor.since)
        domain.append(["OR", head, ("lines.last_modified_at", ">=", cursor.since)])
    fields = ["number", "party.code", "currency.code", "purchase_date", "last_modified_at"]
    return rpc.rows(ORDER, domain, fields, [["id", "ASC"]], PAGE)


def _load_lines(rpc: Rpc, ids: list[int]) -> list[Row]:
    if not ids:
        return []
    fields = ["purchase", "sequence", "product.code", "product_supplier.code", "quantity"]
    fields += ["unit.symbol", "unit_price", "delivery_date", "last_modified_at"]
    domain = [("purchase", "in", ids), ("type", "=", "line")]
    return rpc.rows(LINE, domain, fields, [["id", "ASC"]])


def _count_changes(rpc: Rpc, ids: list[int]) -> dict[int, int]:
    """Return how often each order was amended by others: what we confirmed is no news to us."""
    if not ids:
        return {}
    domain = [
        ("purchase", "in", ids),
        ("state", "=", "validated"),
        ("create_uid", "!=", rpc.user_id),
    ]
    counted: dict[int, int] = {}
    for row in rpc.rows("purchase.amendment", domain, ["purchase"]):
        counted[row["purchase"]] = counted.get(row["purchase"], 0) + 1
    return counted


def _order_of(words: Words, head: Row, lines: list[Row], changes: dict[int, int]) -> PurchaseOrder:
    names = number_lines(lines)
    changed = changes.get(head["id"], 0)
    return PurchaseOrder(
        po_number=head["number"] or str(head["id"]),
        release=str(changed) if changed else None,
        purpose="replace" if changed else "original",
        ordered_on=head["purchase_date"] or datetime.now(UTC).date(),
        currency=_inside(head, "currency", "code"),
        supplier=words.our_partner(_inside(head, "party", "code") or ""),
        lines=tuple(_line_of(words, line, names[line["id"]]) for line in lines),
    )


def _line_of(words: Words, line: Row, number: str) -> OrderLine:
    delivery = line["delivery_date"]
    unit = words.our_unit(_inside(line, "unit", "symbol") or "u")
    return OrderLine(
        line_number=number,
        item=Item(
            buyer=_inside(line, "product", "code"),
            vendor=_inside(line, "product_supplier", "code"),
        ),
        ordered=Quantity(value=amount(line["quantity"]), unit=unit),
        unit_price=line["unit_price"],
        needed=PromisedDate(on=delivery, means="required") if delivery else None,
    )


def _inside(row: Row, name: str, field: str) -> str | None:
    return (row.get(f"{name}.") or {}).get(field) or None
