"""Packages, end to end: cases taken as pieces, and labels that come again."""

from pathlib import Path

import pytest

from gateway.ledger.commitments import list_commitments
from gateway.ledger.findings import list_findings

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACME, PO = "drop/acme/in", "4500012345"
pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def ship(shipment: str, control: int, shipped: str) -> str:
    """Return the head and tail of the week's 856 around one item in one labelled package."""
    whole = (WEEK / "7_856.edi").read_text().replace("000000704", f"{control:09d}")
    body = (
        f"BSN*00*{shipment}*20261127*1502*0001~HL*1**S~DTM*011*20261127~HL*2*1*O~PRF*{PO}~"
        f"HL*3*2*P~MAN*GM*00106141411234567897~HL*4*3*I~LIN*4*BP*A-100~SN1*1*{shipped}~CTT*4~"
    )
    head, tail = whole[: whole.index("BSN")], whole[whole.index("GE*1") :]
    return f"{head}{body}SE*{body.count('~') + 2}*0001~\n{tail}"


def warnings(world, name: str) -> list[str]:
    (document,) = (
        one for one in world.documents(entity="ShipNotice") if one.file_id == world.file(name).id
    )
    with world.gateway.ledger.read() as tx:
        rows = list_findings(tx, document_id=document.id)
    return [row.code for row in rows]


def test_cases_count_as_pieces_and_a_label_may_come_once_a_year(home, world):
    """Two cases of 24 are 48 pieces in the ledger; the label of the first comes again with the second."""
    path = home / "partners" / "acme.yaml"
    path.write_text(
        path.read_text() + "\npack_sizes: [{item: A-100, unit: CA, holds: 24, of: EA}]\n"
    )
    world.release_orders()
    world.send(ACME, "856_1.edi", ship("SH-1", 911, "2*CA"))
    world.send(ACME, "856_2.edi", ship("SH-2", 912, "1*CA"))

    with world.gateway.ledger.read() as tx:
        rows = list_commitments(tx, PO, "1")
    shipped = [int(row.posting.quantity) for row in rows if row.posting.kind == "shipped"]
    assert [48, 24] == shipped
    assert ["unit-converted"] == warnings(world, "856_1.edi")
    assert ["unit-converted", "sscc-again"] == warnings(world, "856_2.edi")
