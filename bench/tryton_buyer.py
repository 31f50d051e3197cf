"""The buyer of a seeded Tryton: releases orders and receives goods, as a person does."""

from datetime import date
from decimal import Decimal

from bench.tryton_seed import PARTS, make
from gateway.erp.tryton.rpc import Rpc

# What a buyer presses in each state until the order is with its maker.
BUTTONS = {"draft": "quote", "quotation": "confirm", "confirmed": "process"}


def release_order(
    buyer: Rpc, maker: str, lines: list[tuple[str, int]], *, delivery: date | None = None
) -> str:
    """Return the number of a new order that a buyer has released."""
    return release(buyer, draft_order(buyer, maker, lines, delivery=delivery))


def draft_order(
    buyer: Rpc,
    maker: str,
    lines: list[tuple[str, int]],
    *,
    delivery: date | None = None,
) -> int:
    """Return the id of a new order in draft; Tryton numbers it when it is quoted."""
    party = buyer.rows("party.party", [("code", "=", maker)], ["addresses"])[0]
    parts = {
        row["code"]: row
        for row in buyer.rows("product.product", [], ["code", "default_uom", "template.list_price"])
    }
    made = [
        {
            "type": "line",
            "sequence": at,
            "product": parts[code]["id"],
            "unit": parts[code]["default_uom"],
            "quantity": float(amount),
            "unit_price": Decimal(PARTS[code]),
            "delivery_date_edit": delivery is not None,
            "delivery_date_store": delivery,
        }
        for at, (code, amount) in enumerate(lines, 1)
    ]
    return make(
        buyer,
        "purchase.purchase",
        party=party["id"],
        invoice_address=party["addresses"][0],
        invoice_method="fulfillment",
        lines=[["create", made]],
    )


def release(buyer: Rpc, order: int) -> str:
    """Return the number of an order that is released now, however far it was before."""
    while True:
        row = buyer.rows("purchase.purchase", [("id", "=", order)], ["number", "state"])[0]
        if row["state"] not in BUTTONS:
            return str(row["number"])
        buyer.call(f"model.purchase.purchase.{BUTTONS[row['state']]}", [order])
