"""Trials of an ERP's door: the same commands against a real Tryton and a facade, through a faulty line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.erp_facade import TOKEN, Facade, serve
from bench.faulty_line import FaultyLine, faulty_line
from bench.tryton import DATABASE, Tryton
from bench.tryton_buyer import release_order
from bench.tryton_seed import PASSWORD, USER
from canonical.erp_commands import (
    ConfirmedLine,
    ConfirmOrder,
    ErpCommand,
    NoteOnOrder,
    RecordReroute,
    RecordShipment,
    ReportInventory,
    ScheduleLine,
    ShippedLine,
    StockCount,
)
from canonical.shared import Item, PromisedDate, Quantity
from gateway.erp.erp import Erp, Outcome, Plan, deliver_command
from gateway.erp.errors import ErpError
from gateway.erp.http import HttpErp
from gateway.erp.tryton.erp import TrytonErp
from gateway.erp.tryton.rpc import Rpc
from gateway.erp.tryton.words import Words
from gateway.erp.wire import make_client

MAKER = "north"
NEEDED = date(2027, 1, 15)
WORDS = Words({MAKER: "CM-A"}, {"EA": "u"}, {MAKER: "CMA-SITE"})
PATIENCE = 2.0
MOST_ATTEMPTS = 8


def pieces(amount: int) -> Quantity:
    """Return so many pieces."""
    return Quantity(value=Decimal(amount), unit="EA")


def part(status: Any, amount: int, on: date | None = None) -> ScheduleLine:
    """Return one part of a confirmed line."""
    promised = PromisedDate(on=on, means="deliver") if on else None
    return ScheduleLine(status=status, quantity=pieces(amount), promised=promised)


def write_commands(po_number: str) -> dict[str, ErpCommand]:
    """Return one command of each kind for an order of 100 A-100 in line 1 and 250 A-200 in line 2."""
    split = (
        part("accepted", 60, date(2027, 1, 11)),
        part("backordered", 30, date(2027, 2, 8)),
        part("rejected", 10),
    )
    confirmed = ConfirmedLine(
        line_number="1",
        item=Item(buyer="A-100"),
        unit_price=Decimal("12.75"),
        schedule=split,
    )
    shipped = (("1", 40, "L-77"), ("1", 10, "L-78"), ("2", 250, None))
    return {
        "confirm": ConfirmOrder(
            po_number=po_number,
            partner=MAKER,
            status="changed",
            vendor_order_no="SO-9981",
            lines=(confirmed,),
        ),
        "ship": RecordShipment(
            shipment_number="ASN-5501",
            partner=MAKER,
            expected_on=date(2027, 1, 9),
            carrier="UPSN",
            lines=tuple(
                ShippedLine(po_number=po_number, line_number=line, shipped=pieces(amount), lot=lot)
                for line, amount, lot in shipped
            ),
        ),
        "count": ReportInventory(
            report_number="846-1",
            partner=MAKER,
            as_of=date(2026, 11, 1),
            counts=(
                StockCount(item=Item(buyer="C-900"), on_hand=pieces(8400)),
                StockCount(item=Item(buyer="A-100"), on_hand=pieces(35), lot="L-1"),
            ),
        ),
        "note": NoteOnOrder(po_number=po_number, text="10 of A-100 go elsewhere"),
        "reroute": RecordReroute(
            po_number=po_number,
            line_number="1",
            from_partner=MAKER,
            to_partner="south",
            quantity=pieces(10),
            reason="north refused them",
            decided_by="rules",
        ),
    }


@dataclass(slots=True)
class Trial:
    """One ERP with a released order, behind a faulty line; it can be put back to how it was."""

    line: FaultyLine
    po_number: str
    erp: Erp
    reset: Callable[[], None]
    look: Callable[[], object]  # all that counts, to compare


@contextmanager
def facade_trial(folder: Path, patience: float = PATIENCE) -> Iterator[Trial]:
    """Yield a facade with its order."""
    facade = Facade(folder / "facade.db")
    server = serve(facade)
    order = {
        "po_number": "4500012345",
        "ordered_on": "2026-11-02",
        "supplier": MAKER,
        "lines": [
            {"line_number": "1", "item": {"buyer": "A-100"}, "ordered": _plain("100")},
            {"line_number": "2", "item": {"buyer": "A-200"}, "ordered": _plain("250")},
        ],
    }

    def reset() -> None:
        db = facade.connect()
        db.execute("BEGIN")
        for table in ("orders", "held", "keys", "shipped", "posted"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 our own names
        db.execute("COMMIT")
        db.close()
        facade.release(order)

    def look() -> object:
        db = facade.connect()
        held = db.execute("SELECT path, key, state, command FROM held ORDER BY path").fetchall()
        shipped = db.execute("SELECT number, line, amount FROM shipped ORDER BY 1, 2, 3").fetchall()
        posted = db.execute("SELECT path, key FROM posted ORDER BY path, key").fetchall()
        db.close()
        return held, shipped, posted

    reset()
    with faulty_line(server.server_address[1], patience) as line:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        erp = HttpErp(make_client(line.url, patience, headers))
        yield Trial(line, "4500012345", erp, reset, look)
        erp.close()
    server.shutdown()
    server.server_close()


@contextmanager
def tryton_trial(tryton: Tryton) -> Iterator[Trial]:
    """Yield Tryton with an order that its buyer has released."""
    buyer = tryton.buyer()
    lines = [("A-100", 100), ("A-200", 250)]
    number = release_order(buyer, "CM-A", lines, delivery=NEEDED)
    with faulty_line(tryton.port, PATIENCE * 3) as line:
        rpc = Rpc(line.url, DATABASE, USER, PASSWORD, PATIENCE * 3)
        rpc.login()
        tryton.keep("before.sqlite")
        erp = TrytonErp(rpc, WORDS)
        yield Trial(
            line,
            number,
            erp,
            lambda: tryton.go_back("before.sqlite"),
            lambda: look_into_tryton(buyer),
        )
        erp.close()
    buyer.close()


def look_into_tryton(rpc: Rpc) -> object:
    """Return orders, lines, deliveries, shipments, counts, stock and notes, without their ids."""
    orders = rpc.rows("purchase.purchase", [], ["number", "reference", "state", "revision"])
    lines = rpc.rows("purchase.line", [], ["quantity", "unit_price", "sequence"])
    moves = rpc.rows(
        "stock.move",
        [("state", "!=", "cancelled")],
        ["origin", "quantity", "planned_date", "state", "shipment", "lot.number"],
    )
    shipments = rpc.rows("stock.shipment.in", [], ["reference", "state", "planned_date"])
    counts = rpc.rows("stock.inventory", [("state", "!=", "cancelled")], ["state", "date"])
    noted = [f"purchase.purchase,{row['id']}" for row in orders]
    noted += [f"stock.shipment.in,{row['id']}" for row in shipments]
    notes = rpc.rows("ir.note", [("resource", "in", noted)], ["message"])
    lots = rpc.rows("stock.lot", [], ["number"])
    amendments = rpc.rows("purchase.amendment", [], ["state", "description"])
    return {
        "orders": _sorted(orders),
        "lines": _sorted(lines),
        "moves": _sorted(
            [
                row | {"shipment": bool(row["shipment"]), "origin": _without_count(row["origin"])}
                for row in moves
            ]
        ),
        "shipments": _sorted(shipments),
        "counts": _sorted(counts),
        "notes": _sorted(notes),
        "lots": _sorted(lots),
        "amendments": _sorted(amendments),
    }


def persist(erp: Erp, command: ErpCommand, key: str) -> tuple[Outcome, list[str]]:
    """Return the outcome, and the classes of errors on the way: what is tried again is, without waiting."""
    kept: list[Plan] = []
    errors: list[str] = []
    while True:
        try:
            last = kept[-1] if kept else None
            return deliver_command(erp, command, key, last, kept.append), errors
        except ErpError as error:
            errors.append(type(error).__name__.removeprefix("Erp").removesuffix("Error"))
            if len(errors) >= min(error.reaction.attempts, MOST_ATTEMPTS):
                raise


def _plain(amount: str) -> dict[str, str]:
    return {"value": amount, "unit": "EA"}


def _without_count(origin: str | None) -> str:
    """Return the origin; the line of a count is made anew by each attempt."""
    kind, _, number = (origin or "").partition(",")
    return kind if "inventory" in kind else f"{kind},{number}"


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    kept = [{name: row[name] for name in sorted(row) if name != "id"} for row in rows]
    for row in kept:
        if isinstance(row.get("lot."), dict):
            row["lot."] = row["lot."].get("number")
    return sorted(repr(row) for row in kept)
