"""Bad input: parked with a sentence that helps, bytes kept, neighbours go on, rerun when mended."""

from pathlib import Path

import pytest

from flows.deliver import deliver_effects
from flows.process import process_file
from gateway.rerun import reopen_file

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACME, BOREALIS = "drop/acme/in", "drop/borealis/in"


def edi(name: str, *changes: tuple[str, str]) -> str:
    """Return a file of the week with changes made to it."""
    text = (WEEK / name).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def csv(*changes: tuple[str, str]) -> bytes:
    """Return the CSV of the week with changes made to it."""
    text = (WEEK / "4_ack.csv").read_bytes().decode("cp1252")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode("cp1252")


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ([("*ZZ*ACMETOOL ", "*ZZ*NOBODY   ")], "unknown-sender", "no partner has this name"),
        ([("*ZZ*ACMETOOL ", "*02*ACMETOOL ")], "unknown-sender", "acme is ZZ/ACMETOOL"),
        (
            [("ZZ*ACMETOOL       ", "12*5035550187     "), ("PR*ACMETOOL", "PR*CASCADE")],
            "foreign-sender",
            "which is not acme",
        ),
        ([("*01*048826173 ", "*01*999999999 ")], "wrong-receiver", "meant for 01/999999999"),
        (
            [
                ("GS*PR", "GS*PO"),
                ("ST*855", "ST*850"),
                ("BAK*00*AC*4500012345*20261123*****20261124", "BEG*00*SA*4500012345**20261123"),
            ],
            "not-agreed",
            "not agreed from acme; agreed is x12 855 004010",
        ),
        ([("SE*12*", "SE*11*")], "segment-count", "SE01"),
        ([("SE*12*0001", "SE*12*0009")], "set-control", "SE02"),
        ([("ACK*X1*10", "ACK*Z9*10")], None, "ACK01 holds 'Z9'"),
        ([("*20261124~\nREF", "*20261324~\nREF")], None, "20261324"),
        (
            [("BAK*00*AC*4500012345*", "BAK*00*AC*4500099999*")],
            "no-such-order",
            "not one that acme was given",
        ),
        ([("ACK*IA*144*", "ACK*IA*150*")], "over-answered", "more than the 144 ordered"),
        ([("PO1*003*", "PO1*007*")], "no-such-line", "which has 1, 2, 3"),
    ],
    ids=[
        "unknown",
        "near-miss",
        "foreign",
        "receiver",
        "no-agreement",
        "count",
        "control",
        "code",
        "date",
        "order",
        "over",
        "line",
    ],
)
def test_a_bad_855_is_parked_with_a_sentence(world, changes, code, sentence) -> None:
    """What stands where, what was wanted, what to do; nothing is posted and the bytes are kept."""
    world.release_orders()
    text = edi("3_855.edi", *changes)
    outcome = world.send(ACME, "bad.edi", text)
    with world.gateway.ledger.read() as tx:
        from gateway.ledger.findings import list_findings

        errors = [row for row in list_findings(tx, file_id=outcome.file_id) if row.level == "error"]

    held = "quarantined" if code == "foreign-sender" else "parked"
    assert held == outcome.state
    assert any(sentence in f"{row.sentence}; {row.finding.advice}" for row in errors), [
        str(row.finding) for row in errors
    ]
    assert code is None or code in [row.code for row in errors]
    assert all(row.finding.advice for row in errors)
    assert text.encode() == world.gateway.archive.load(world.file("bad.edi").sha256)
    assert [] == [name for name in world.told_erp() if name.startswith("ConfirmOrder")]


def test_what_speaks_for_another_partner_says_so_first(world) -> None:
    """Whatever else is wrong with it: that is why it is never taken (B-94)."""
    world.release_orders()
    foreign = [("ZZ*ACMETOOL       ", "12*5035550187     "), ("PR*ACMETOOL", "PR*CASCADE")]
    text = edi("3_855.edi", *foreign, ("ACK*X1*10", "ACK*Z9*10"))
    outcome = world.send(ACME, "bad.edi", text)
    assert "quarantined" == outcome.state
    assert "which is not acme" in outcome.reason.split(";")[0]


def test_a_truncated_interchange_is_parked_and_answered(world) -> None:
    """A file cut in the middle of a set: what was read is told, and the sender gets a TA1 or 997."""
    world.release_orders()
    whole = edi("3_855.edi")
    outcome = world.send(ACME, "cut.edi", whole[: whole.index("PO1*003")])

    assert "parked" == outcome.state
    answers = [name for name in world.out("acme") if name.startswith("997_")]
    assert 1 == len(answers)
    assert b"AK5*R" in world.out("acme")[answers[0]]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02binary\xff" * 9, ""),
        (csv(("Menge bestellt", "Bestellmenge")), "Menge bestellt"),
        (csv(("5.000;11.01.2027", "f\xfcnf;11.01.2027")), "f\xfcnf"),
        (csv(("11.01.2027", "31.02.2027")), "31.02.2027"),
        (
            csv(
                ("4500012346;23.11.2026;24.11.2026;AB-5510;20", ";23.11.2026;24.11.2026;AB-5510;20")
            ),
            "PO Number",
        ),
    ],
    ids=["empty", "binary", "column", "number", "date", "order"],
)
def test_a_bad_csv_is_parked_and_answered_in_words(world, data, sentence) -> None:
    """The CM reads in a text file what is wrong with which row."""
    world.release_orders()
    outcome = world.send(BOREALIS, "ack_bad.csv", data)
    answer = world.out("borealis")["ack_bad.csv.answer.txt"].decode("utf-8-sig")

    assert "parked" == outcome.state
    assert "could not use all of ack_bad.csv" in answer
    assert sentence in answer


def test_a_csv_nobody_agreed_is_parked(world) -> None:
    """The finding lists what is agreed, and by which file names."""
    outcome = world.send(BOREALIS, "stock.csv", "a;b\r\n1;2\r\n")

    assert "parked" == outcome.state
    assert "agreed is csv named ack_*.csv" in outcome.reason


def test_a_mended_mapping_brings_the_file_through(world) -> None:
    """An unknown code is parked; one row in a table and a rerun, and the document takes effect."""
    world.release_orders()
    world.home.joinpath("partners/acme.yaml").write_text(
        world.home.joinpath("partners/acme.yaml")
        .read_text()
        .replace("[B9, Q1, X1]", "[B9, Q1, X1, Z9]")
    )
    table = world.home / "mappings" / "acme" / "tables" / "line_status.csv"
    rows = table.read_text()
    table.write_text(rows.replace("*,review,\n", ""))
    parked = world.send(ACME, "855.edi", edi("3_855.edi", ("ACK*X1*10", "ACK*Z9*10")))
    assert "parked" == parked.state
    assert ["unknown-code"] == world.codes("855.edi")

    table.write_text(rows.replace("*,review", "Z9,rejected,capacity\n*,review"))
    reopen_file(world.gateway, parked.file_id, actor="test", reason="row added")
    done = process_file(world.gateway, parked.file_id)
    deliver_effects(world.gateway)

    assert "routed" == done.state
    assert "delivered" == world.file("855.edi").state
    assert 1 == sum(name.startswith("ConfirmOrder") for name in world.told_erp())


def test_a_rerun_leaves_alone_what_took_effect(world) -> None:
    """Of two sets one was applied; running the file again does it no second time."""
    world.release_orders()
    world.send("erp/out", "more.json", (WEEK / "5_orders.json").read_bytes())
    first = world.send(ACME, "two.edi", edi("6_855.edi"))
    before = (world.told_erp(), world.out("acme"), len(world.effects()))

    reopen_file(world.gateway, first.file_id, actor="test", reason="again")
    again = process_file(world.gateway, first.file_id)
    deliver_effects(world.gateway)

    assert "parked" == again.state
    assert before == (world.told_erp(), world.out("acme"), len(world.effects()))


def test_a_correction_after_a_rejection_is_taken(world) -> None:
    """The parked document is no twin of its correction."""
    world.release_orders()
    assert (
        "parked"
        == world.send(ACME, "a.edi", edi("3_855.edi", ("ACK*IA*144*", "ACK*IA*150*"))).state
    )

    assert "routed" == world.send(ACME, "b.edi", edi("3_855.edi")).state


def test_the_same_answer_in_another_envelope_is_a_duplicate_document(world) -> None:
    """Another control number does not make it another answer (B-68)."""
    world.release_orders()
    world.send(ACME, "a.edi", edi("3_855.edi"))
    again = world.send(ACME, "b.edi", edi("3_855.edi", ("000000702", "000000799")))

    assert "duplicate" == again.state
    assert 1 == sum(name.startswith("ConfirmOrder") for name in world.told_erp())


def test_a_test_document_has_no_effects(world) -> None:
    """ISA15 = T is read and answered, and changes nothing (B-23)."""
    world.release_orders()
    outcome = world.send(ACME, "t.edi", edi("3_855.edi", ("*0*P*>", "*0*T*>")))

    assert "ignored" == outcome.state
    assert [] == [name for name in world.told_erp() if name.startswith("ConfirmOrder")]


def test_another_partners_order_looks_like_no_order(world) -> None:
    """A CM learns nothing about orders that are not its own (B-94)."""
    world.release_orders()
    foreign = world.send(ACME, "a.edi", edi("3_855.edi", ("4500012345", "4500012346")))
    unknown = world.send(ACME, "b.edi", edi("3_855.edi", ("4500012345", "4599999999")))

    assert foreign.reason.replace("4500012346", "N") == unknown.reason.replace("4599999999", "N")
