"""Promises that are moved again and again, and what was asked for, in figures that routing uses (F18)."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.kpis import find_kpis
from gateway.ledger.cases import list_cases
from gateway.reliability import find_reliability

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACME, PO = "drop/acme/in", "4500012345"
pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def promise(control: int, day: str) -> str:
    """Return the week's 855 with all of line 1 promised by a day, given that day."""
    said = (WEEK / "3_855.edi").read_text().replace("000000702", f"{control:09d}")
    head, tail = said[: said.index("PO1*002")], "CTT*1~\nSE*7*0001~\nGE*1*702~\n"
    body = head.replace("*20261214~", f"*{day}~").replace("*****20261124~", f"*****{day}~")
    return f"{body}{tail}IEA*1*{control:09d}~\n"


def test_a_day_moved_again_and_again_is_no_promise_kept(world):
    """Two moves to later days are a case, and count against the CM before the line is due."""
    world.release_orders()
    for control, day in (
        (931, "20261211"),
        (932, "20261209"),
        (933, "20261214"),
        (934, "20261218"),
    ):
        world.send(ACME, f"855_{control}.edi", promise(control, day))
        with world.gateway.ledger.read() as tx:
            said = [one.summary for one in list_cases(tx) if one.kind == "slipped-again"]
        assert len(said) == (control == 934)
    assert "from 2026-12-14 to 2026-12-18, to a later day for the 2nd time" in said[0]

    with world.gateway.ledger.read() as tx:
        kept = find_reliability(tx, "acme")
    assert (0, 2, 1, (0, 1)) == (kept.due, kept.slips, kept.slipped, kept.shares)
    assert "moved 1 again and again" == kept.sentence

    world.clock.advance(timedelta(days=40))
    with world.gateway.ledger.read() as tx:
        (acme,) = find_kpis(tx, [world.gateway.partners.get("acme")]).partners
    assert (0, 1) == (acme.promises_kept, acme.promises_due)
    assert (0, 3) == (acme.requests_kept, acme.requests_due)
    assert (2, 1) == (acme.promises_moved, acme.lines_moved_again)


def test_in_time_as_promised_may_be_late_as_requested(world):
    """All of line 1 leaves by its promised 21st; it was needed on the 18th."""
    world.release_orders()
    world.send(ACME, "855_941.edi", promise(941, "20261221"))
    world.clock.advance(timedelta(days=27))  # it is the 20th
    whole = (WEEK / "7_856.edi").read_text().replace("000000704", "000000942")
    body = f"BSN*00*SH-7*20261220*1502*0001~HL*1**S~HL*2*1*O~PRF*{PO}~HL*3*2*I~LIN*1*BP*A-100~SN1*1*144*EA~CTT*3~"
    head, tail = whole[: whole.index("BSN")], whole[whole.index("GE*1") :]
    world.send(ACME, "856_942.edi", f"{head}{body}SE*10*0001~\n{tail}")
    world.clock.advance(timedelta(days=5))

    with world.gateway.ledger.read() as tx:
        (acme,) = find_kpis(tx, [world.gateway.partners.get("acme")]).partners
    assert (1, 1) == (acme.promises_kept, acme.promises_due)
    assert (0, 3) == (acme.requests_kept, acme.requests_due)
