"""What Tryton holds of an order: its lines, and the deliveries (`stock.move`) planned for them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from canonical.shared import Item
from gateway.erp.errors import ErpNotFoundError, ErpRejectedError
from gateway.erp.tryton.rpc import Row, Rpc

ORDER = "purchase.purchase"
LINE = "purchase.line"
MOVE = "stock.move"
SHIPMENT = "stock.shipment.in"
_RELEASED = ("confirmed", "processing", "done")


class Line(Struct, frozen=True, kw_only=True):
    """One line of an order; `number` is how the gateway calls it."""

    id: int
    number: str
    code: str
    product: int
    unit: int
    symbol: str
    quantity: Decimal
    price: Decimal
    delivery: date | None


class Order(Struct, frozen=True, kw_only=True):
    """A released order; `stamp` changes whenever somebody changes its head."""

    id: int
    number: str
    state: str
    reference: str
    stamp: str
    lines: tuple[Line, ...]

    def find(self, number: str, item: Item) -> Line:
        """Return the line of that number; raises where it is not there or is about another part."""
        found = next((line for line in self.lines if line.number == number), None)
        has = ", ".join(f"{line.number} ({line.code})" for line in self.lines)
        if found is None:
            raise ErpNotFoundError(f"order {self.number} has no line {number}; it has {has}")
        if item.buyer and found.code and item.buyer != found.code:
            raise ErpRejectedError(
                f"line {number} of order {self.number} is {found.code} in the ERP and "
                f"{item.buyer} here; somebody has changed it there"
            )
        return found


class Move(Struct, frozen=True, kw_only=True):
    """One planned or shipped delivery of an order line."""

    id: int
    line: int
    quantity: Decimal
    planned: date | None
    state: str
    shipment: str
    lot: str
    stamp: str

    @property
    def is_open(self) -> bool:
        """Return whether nothing has been shipped of it yet."""
        return self.state == "draft" and not self.shipment


def find_order(rpc: Rpc, number: str, supplier: str) -> Order:
    """Return the order of that number which this supplier has; raises ErpNotFoundError."""
    domain = [("number", "=", number), *([("party.code", "=", supplier)] if supplier else [])]
    rows = rpc.rows(ORDER, domain, ["number", "state", "reference", "_timestamp"])
    if not rows:
        raise ErpNotFoundError(f"there is no order {number} for {supplier or 'anybody'} in the ERP")
    if rows[0]["state"] not in _RELEASED:
        raise ErpRejectedError(f"order {number} is {rows[0]['state']} in the ERP")
    return _order_of(rpc, rows[0])


def load_order(rpc: Rpc, order_id: int) -> Order:
    """Return the order as it is now."""
    fields = ["number", "state", "reference", "_timestamp"]
    rows = rpc.rows(ORDER, [("id", "=", order_id)], fields)
    if not rows:
        raise ErpNotFoundError(f"order {order_id} is no longer in the ERP")
    return _order_of(rpc, rows[0])


def list_moves(rpc: Rpc, lines: Iterable[int]) -> list[Move]:
    """Return all deliveries of lines that were not cancelled, the earliest first."""
    origins = [f"{LINE},{line}" for line in lines]
    domain = [("origin", "in", origins), ("state", "!=", "cancelled")]
    fields = ["origin", "quantity", "planned_date", "state", "shipment", "lot.number", "_timestamp"]
    rows = rpc.rows(MOVE, domain, fields, [["planned_date", "ASC"], ["id", "ASC"]])
    return [_move_of(row) for row in rows]


def number_lines(rows: list[Row]) -> dict[int, str]:
    """Return how the lines of one order are called: by sequence where each has its own, else by id."""
    sequences = [row["sequence"] for row in rows]
    if all(sequences) and len(set(sequences)) == len(rows):
        return {row["id"]: str(row["sequence"]) for row in rows}
    return {row["id"]: str(row["id"]) for row in rows}


def amount(value: Any) -> Decimal:
    """Return a quantity as people write it: Tryton's are floating point numbers."""
    exact = Decimal(str(value or 0))
    whole = exact.to_integral_value()
    return whole if whole == exact else exact


def _order_of(rpc: Rpc, row: Row) -> Order:
    fields = ["sequence", "product.code", "unit.symbol", "quantity", "unit_price", "delivery_date"]
    domain = [("purchase", "=", row["id"]), ("type", "=", "line")]
    lines = rpc.rows(LINE, domain, [*fields, "product", "unit"], [["id", "ASC"]])
    names = number_lines(lines)
    return Order(
        id=row["id"],
        number=row["number"] or "",
        state=row["state"],
        reference=row["reference"] or "",
        stamp=row["_timestamp"],
        lines=tuple(
            Line(
                id=line["id"],
                number=names[line["id"]],
                code=_inside(line, "product", "code"),
                product=line["product"],
                unit=line["unit"],
                symbol=_inside(line, "unit", "symbol"),
                quantity=amount(line["quantity"]),
                price=line["unit_price"],
                delivery=line["delivery_date"],
            )
            for line in lines
        ),
    )


def _move_of(row: Row) -> Move:
    return Move(
        id=row["id"],
        line=int(row["origin"].partition(",")[2]),
        quantity=amount(row["quantity"]),
        planned=row["planned_date"],
        state=row["state"],
        shipment=row["shipment"] or "",
        lot=_inside(row, "lot", "number"),
        stamp=row["_timestamp"],
    )


def _inside(row: Row, name: str, field: str) -> str:
    return str((row.get(f"{name}.") or {}).get(field) or "")
