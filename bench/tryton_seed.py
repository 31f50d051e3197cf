"""What a fresh Tryton is given over JSON-RPC: a company, two makers, their parts, and a user for us."""

from decimal import Decimal
from typing import Any

from gateway.erp.tryton.rpc import Rpc

USER, PASSWORD = "gateway", "gateway-user-pw-1"
BUYER, BUYER_PASSWORD = "buyer", "buyer-user-pw-1"
PARTS = {"A-100": "12.50", "A-200": "99.00", "C-900": "3.00"}
MAKERS = {"CM-A": "Contract Maker A", "CM-B": "Contract Maker B"}


def seed(admin: Rpc) -> None:
    """Fill an empty database that has the modules purchase_amendment and stock_lot."""
    dollar = make(admin, "currency.currency", name="US Dollar", code="USD", symbol="$")
    make(admin, "currency.currency.rate", currency=dollar, rate=Decimal(1))
    oem = make(admin, "party.party", name="Orchard OEM Inc")
    company = make(admin, "company.company", party=oem, currency=dollar)
    mine = {"companies": [["add", [company]]], "company": company}
    admin.call("model.res.user.write", [admin.user_id], mine)
    admin.login(admin.login())  # the company stands in the context from now on
    for code, name in MAKERS.items():
        address = [["create", [{"street": "1 Factory Road", "city": "Shenzhen"}]]]
        make(admin, "party.party", name=name, code=code, addresses=address)
    unit = admin.rows("product.uom", [("symbol", "=", "u")], ["symbol"])[0]["id"]
    for code, price in PARTS.items():
        _make_part(admin, code, price, unit)
    codes = admin.rows("stock.location", [("code", "=", "STO")], ["code"])
    make(
        admin,
        "stock.location",
        name="CM-A site",
        code="CMA-SITE",
        type="storage",
        parent=codes[0]["id"],
    )
    groups = [row["id"] for row in admin.rows("res.group", [], ["name"])]
    for login, password in ((USER, PASSWORD), (BUYER, BUYER_PASSWORD)):
        make(
            admin,
            "res.user",
            login=login,
            name=login,
            password=password,
            groups=[["add", groups]],
            **mine,
        )


def _make_part(admin: Rpc, code: str, price: str, unit: int) -> None:
    template = make(
        admin,
        "product.template",
        name=f"Part {code}",
        code=code,
        default_uom=unit,
        type="goods",
        purchasable=True,
        purchase_uom=unit,
        list_price=Decimal(price) * 2,
        cost_price_method="fixed",
        products=[["create", [{"cost_price": Decimal(price)}]]],
    )
    if not admin.rows("product.product", [("template", "=", template)], ["code"]):
        raise RuntimeError(f"part {code} was not made")


def make(rpc: Rpc, model: str, **values: Any) -> int:
    """Return the id of a new record."""
    return int(rpc.call(f"model.{model}.create", [values])[0])
