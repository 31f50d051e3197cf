"""A count in Tryton: what lies at a maker becomes a `stock.inventory`, absolute, confirmed."""

from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from canonical.erp_commands import ReportInventory
from gateway.erp.erp import Outcome
from gateway.erp.errors import ErpNotFoundError, ErpRejectedError
from gateway.erp.tryton.look import amount
from gateway.erp.tryton.rpc import Row, Rpc
from gateway.erp.tryton.words import Words

INVENTORY = "stock.inventory"


class Counted(Struct, frozen=True, kw_only=True):
    """So much of a product, of one lot where lots were counted."""

    product: int
    code: str
    quantity: Decimal
    lot: str


class InventoryPlan(Struct, frozen=True, kw_only=True):
    """What is to lie at a place on a day."""

    report: str
    location: int
    place: str
    as_of: date
    counts: tuple[Counted, ...]


def plan_inventory(rpc: Rpc, words: Words, command: ReportInventory) -> InventoryPlan:
    """Return the count in the ERP's words; nothing is written."""
    place = words.location(command.partner, command.location)
    where = f"{command.partner}{'/' + command.location if command.location else ''}"
    if not place:
        raise ErpRejectedError(f"nobody has said where {where} is in the ERP; add erp.locations")
    rows = rpc.rows("stock.location", [("code", "=", place)], ["code"])
    if not rows:
        raise ErpNotFoundError(f"there is no location {place} in the ERP")
    codes = {one.item.buyer or "" for one in command.counts}
    fields = ["code", "default_uom.symbol"]
    products = {
        row["code"]: row
        for row in rpc.rows("product.product", [("code", "in", sorted(codes))], fields)
    }
    missing = sorted(codes - products.keys())
    if missing:
        raise ErpNotFoundError(f"there are no products {', '.join(missing)} in the ERP")
    return InventoryPlan(
        report=command.report_number,
        location=rows[0]["id"],
        place=place,
        as_of=command.as_of,
        counts=_add_up(words, command, products),
    )


def apply_inventory(rpc: Rpc, plan: InventoryPlan) -> Outcome:
    """Make the stock what was counted, unless it is; a newer count is never undone."""
    reference = f"count {plan.report} at {plan.place}"
    newer = _find_newer(rpc, plan)
    if newer is not None:
        sentence = f"{reference} is of {plan.as_of}; the count of {newer} stays"
        return Outcome(result="already", reference=reference, sentence=sentence)
    differing = _list_differing(rpc, plan)
    if not differing:
        sentence = f"{reference}: the ERP has these quantities"
        return Outcome(result="already", reference=reference, sentence=sentence)
    _drop_drafts(rpc, plan)
    lines = [_line(rpc, one) for one in differing]
    values = {
        "location": plan.location,
        "date": plan.as_of,
        "empty_quantity": "keep",
        "lines": [["create", lines]],
    }
    made = rpc.call(f"model.{INVENTORY}.create", [values])[0]
    rpc.call(f"model.{INVENTORY}.confirm", [made])
    return Outcome(result="applied", reference=reference, sentence=f"{reference} was entered")


def verify_inventory(rpc: Rpc, plan: InventoryPlan) -> Outcome:
    """Return whether the ERP has these quantities on that day, or a newer count."""
    reference = f"count {plan.report} at {plan.place}"
    differing = [] if _find_newer(rpc, plan) else _list_differing(rpc, plan)
    if differing:
        codes = ", ".join(one.code for one in differing)
        sentence = f"{reference}: the ERP has other quantities of {codes}"
        return Outcome(result="diverged", reference=reference, sentence=sentence)
    return Outcome(result="applied", reference=reference, sentence=f"{reference} holds")


def _add_up(
    words: Words, command: ReportInventory, products: dict[str, Row]
) -> tuple[Counted, ...]:
    sums: dict[tuple[str, str], Decimal] = {}
    for one in command.counts:
        code = one.item.buyer or ""
        symbol = (products[code].get("default_uom.") or {}).get("symbol")
        if words.unit(one.on_hand.unit) != symbol:
            raise ErpRejectedError(
                f"{code} is counted in {one.on_hand.unit} and kept in the ERP in {symbol}; "
                "add the unit to erp.units"
            )
        key = (code, one.lot or "")
        sums[key] = sums.get(key, Decimal(0)) + one.on_hand.value
    return tuple(
        Counted(product=products[code]["id"], code=code, quantity=total, lot=lot)
        for (code, lot), total in sorted(sums.items())
    )


def _find_newer(rpc: Rpc, plan: InventoryPlan) -> date | None:
    domain = [("location", "=", plan.location), ("state", "=", "done"), ("date", ">", plan.as_of)]
    rows = rpc.rows(INVENTORY, domain, ["date"], [["date", "DESC"]], 1)
    return rows[0]["date"] if rows else None


def _list_differing(rpc: Rpc, plan: InventoryPlan) -> list[Counted]:
    context: dict[str, Any] = {"locations": [plan.location], "stock_date_end": plan.as_of}
    ids = [one.product for one in plan.counts]
    rows = rpc.rows("product.product", [("id", "in", ids)], ["quantity"], **context)
    held = {(row["id"], ""): amount(row["quantity"]) for row in rows}
    lots = [one.lot for one in plan.counts if one.lot]
    if lots:
        domain = [("product", "in", ids), ("number", "in", lots)]
        found = rpc.rows("stock.lot", domain, ["product", "number", "quantity"], **context)
        held |= {(row["product"], row["number"]): amount(row["quantity"]) for row in found}
    return [one for one in plan.counts if held.get((one.product, one.lot), 0) != one.quantity]


def _drop_drafts(rpc: Rpc, plan: InventoryPlan) -> None:
    """Cancel what an attempt of ours that was cut off has left; a person's draft is let alone."""
    domain = [
        ("location", "=", plan.location),
        ("state", "=", "draft"),
        ("date", "=", plan.as_of),
        ("create_uid", "=", rpc.user_id),
    ]
    drafts = [row["id"] for row in rpc.rows(INVENTORY, domain, ["date"])]
    if drafts:
        rpc.call(f"model.{INVENTORY}.cancel", drafts)


def _line(rpc: Rpc, one: Counted) -> Row:
    line: Row = {"product": one.product, "quantity": float(one.quantity)}
    if one.lot:
        domain = [("product", "=", one.product), ("number", "=", one.lot)]
        rows = rpc.rows("stock.lot", domain, ["number"])
        values = {"product": one.product, "number": one.lot}
        line["lot"] = rows[0]["id"] if rows else rpc.call("model.stock.lot.create", [values])[0]
    return line
