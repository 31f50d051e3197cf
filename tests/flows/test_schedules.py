"""Schedules and invoices, end to end: what reaches the CM and the ERP, and what is refused."""

import json
from pathlib import Path

from gateway.ledger.cases import list_cases
from gateway.schedules import list_needed

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
PLAN = Path(__file__).resolve().parents[2] / "mappings/erp/schedule_json.cases/cumulative.json"
ACME, ERP, PO = "drop/acme/in", "erp/out", "4500012345"


def schedule(**changes: object) -> bytes:
    return json.dumps(json.loads(PLAN.read_text()) | changes).encode()


def needed(world) -> list[tuple[str, int]]:
    with world.gateway.ledger.read() as tx:
        return [(one.kind, int(one.quantity)) for one in list_needed(tx, "acme")]


def test_a_schedule_goes_to_its_maker_and_holds_until_the_next(world):
    """The 830 leaves with cumulative quantities; the 862 goes first in its days; an older plan is refused."""
    world.send(ERP, "schedule_1.json", schedule())
    (plan,) = world.out("acme").values()
    assert b"BFR*00*PS-48**SH*C*20261123**20261123~" in plan
    assert b"FST*900*C*W*20261130~" in plan
    assert [("planning", 100), ("planning", 200), ("planning", 400)] == needed(world)

    line = json.loads(PLAN.read_text())["lines"][0]
    days = [{"quantity": "60", "firmness": "firm", "bucket": "day", "on": "2026-12-01"}]
    ships = [{"item": line["item"], "ship_to": "WH01", "unit": "EA", "periods": days}]
    window = {"starts_on": "2026-11-30", "ends_on": "2026-12-06"}
    shipping = schedule(
        kind="shipping", forecast_number="SS-1", counts="discrete", lines=ships, **window
    )
    world.send(ERP, "schedule_2.json", shipping)
    assert 2 == len(world.out("acme"))
    assert [("shipping", 60), ("planning", 200), ("planning", 400)] == needed(world)

    world.send(ERP, "schedule_3.json", schedule(forecast_number="PS-40", issued_on="2026-11-01"))
    assert ["older-schedule"] == world.codes("schedule_3.json")
    world.send(ERP, "schedule_4.json", schedule(supplier="borealis"))
    assert ["not-agreed"] == world.codes("schedule_4.json")


def test_an_invoice_that_differs_is_told_to_buyer_and_erp(world):
    """More is invoiced than has left: a case, and a note on the order."""
    world.release_orders()
    whole = (WEEK / "7_856.edi").read_text().replace("000000704", "000000921")
    body = f"BIG*20261201*INV-1*20261123*{PO}~IT1*1*50*EA*12.5**BP*A-100~TDS*62500~CTT*1~"
    head, tail = whole[: whole.index("ST*856")], whole[whole.index("GE*1") :]
    head = head.replace("GS*SH", "GS*IN")
    world.send(ACME, "810_1.edi", f"{head}ST*810*0001~{body}SE*6*0001~\n{tail}")

    with world.gateway.ledger.read() as tx:
        said = [one.summary for one in list_cases(tx) if one.kind == "invoice-differs"]
    assert [
        "invoice INV-1 of acme: line 1 of order 4500012345: 50 EA are invoiced by now, 0 have left"
    ] == said
    notes = [json.loads((world.home / "erp/in" / name).read_bytes()) for name in world.told_erp()]
    assert any("INV-1" in json.dumps(one) for one in notes)
