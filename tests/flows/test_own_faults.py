"""A fault of ours: one file or document waits for a person, everything else goes on."""

from pathlib import Path

import flows.process

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"


def test_a_reader_that_breaks_parks_its_file_only(world, monkeypatch) -> None:
    """The file is parked with the fault as its reason, its neighbour is done."""
    world.release_orders()
    original = flows.process.read_received

    def broken(gateway, partner, file, data, tx=None):
        if file.name == "a.edi":
            raise RuntimeError("a bug")
        return original(gateway, partner, file, data, tx)

    monkeypatch.setattr(flows.process, "read_received", broken)
    world.drop("drop/acme/in", "a.edi", (WEEK / "6_855.edi").read_bytes())
    world.drop("drop/acme/in", "b.edi", (WEEK / "3_855.edi").read_bytes())
    states = {one.name: one.state for one in world.turn(5)}

    assert "parked" == states["a.edi"]
    assert "RuntimeError while it was read: a bug" == world.file("a.edi").reason
    assert "delivered" == world.file("b.edi").state


def test_a_rule_that_breaks_parks_its_document_only(world, monkeypatch) -> None:
    """Nothing of the document is in the ledger but its findings; the next one is applied."""
    world.release_orders()
    world.send("erp/out", "more.json", (WEEK / "5_orders.json").read_bytes())
    original = flows.process.apply_document

    def broken(incoming):
        if incoming.entity.po_number == "4500019999":
            raise RuntimeError("a bug")
        return original(incoming)

    monkeypatch.setattr(flows.process, "apply_document", broken)
    world.send("drop/acme/in", "two.edi", (WEEK / "6_855.edi").read_bytes())
    rows = world.documents(file_id=world.file("two.edi").id, direction="in")

    assert ["delivered", "parked"] == [row.state for row in rows]
    assert ["internal-error"] == world.codes("two.edi")
