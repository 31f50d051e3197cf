"""The buyer of a seeded Tryton: releases orders and receives goods, as a person does."""

from datetime import date
from decimal import Decimal

from bench.tryton_seed import PARTS, make
from gateway.erp.tryton.rpc import Rpc


def release_order(
    buyer: Rpc, maker: str, lines: list[tuple[str, int]], *, delivery: date | None = None
) -> str:
    """Return the number of a new order that a buyer has released."""
    party = buyer.rows("party.party", [("code", "=", maker)], ["addresses"])[0]
    parts = {
        row["code"]: row
        for row in buyer.rows("product.product", [], ["code", "default_uom", "template.list_price"])
    }
    made = [
        {
            "type": "line",
            "sequence": number,
            "product": parts[code]["id"],
            "unit": parts[code]["default_uom"],
            "quantity": float(amount),
            "unit_price": Decimal(PARTS[code]),
            "delivery_date_edit": delivery is not None,
            "delivery_date_store": delivery,
        }
        for number, (code, amount) in enumerate(lines, 1)
    ]
    order = make(
        buyer,
        "purchase.purchase",
        party=party["id"],
        invoice_address=party["addresses"][0],
        invoice_method="fulfillment",
        lines=[["create", made]],
    )
    for button in ("quote", "confirm"):
        buyer.call(f"model.purchase.purchase.{button}", [order])
    row = buyer.rows("purchase.purchase", [("id", "=", order)], ["number", "state"])[0]
    if row["state"] == "confirmed":
        buyer.call("model.purchase.purchase.process", [order])
    return str(row["number"])
