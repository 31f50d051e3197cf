"""What came before, and what is said of what we sent: control numbers, 997s, TA1s, 824s, quirks."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.watch import watch
from gateway.clock import now
from gateway.ledger.cases import list_cases
from gateway.ledger.findings import list_findings
from gateway.ledger.quirks import list_quirks_met
from gateway.quirk_register import list_registered
from gateway.rerun import reopen_file

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACME = "drop/acme/in"


def edi(name: str, *changes: tuple[str, str]) -> str:
    """Return a file of the week with changes made to it."""
    text = (WEEK / name).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def cases(world) -> list[str]:
    """Return the kinds of open cases."""
    with world.gateway.ledger.read() as tx:
        return [case.kind for case in list_cases(tx)]


def found(world, name: str) -> list[tuple[str, str]]:
    """Return code and level of all that was found in a file and around its documents."""
    with world.gateway.ledger.read() as tx:
        rows = list_findings(tx, file_id=world.file(name).id)
    return [(row.code, row.level) for row in rows]


def test_a_number_that_comes_again_with_other_content_is_refused(world) -> None:
    """B-25: a conflict is a case and a TA1 with 025; the documents wait."""
    world.release_orders()
    world.send(ACME, "one.edi", edi("3_855.edi"))
    other = edi("3_855.edi", ("SO-77120", "SO-77121"))

    assert world.send(ACME, "two.edi", other).state == "parked"
    assert "control-number-again" in world.codes("two.edi")
    assert "control-number-conflict" in cases(world)
    assert any(b"*R*025~" in data for data in world.out("acme").values())


def test_the_same_interchange_in_another_file_is_no_conflict(world) -> None:
    """B-25: the same content is known by what it says, and is answered again."""
    world.release_orders()
    world.send(ACME, "one.edi", edi("3_855.edi"))
    again = world.send(ACME, "again.edi", edi("3_855.edi") + "\n\n")

    assert again.state == "duplicate"
    assert "control-number-again" not in dict(found(world, "again.edi"))


def test_a_refused_interchange_does_not_block_its_correction(world) -> None:
    """B-25: only what was taken counts as come before."""
    world.release_orders()
    cut = edi("3_855.edi").partition("ST*855")[0]
    world.send(ACME, "cut.edi", cut)

    assert world.send(ACME, "whole.edi", edi("3_855.edi")).state not in {"parked", "duplicate"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("000000702", []),
        ("000000710", [("control-number-gap", "note")]),
        ("000000005", [("control-number-rewind", "warning")]),
    ],
)
def test_gaps_and_rewinds_are_told(world, number, said) -> None:
    """B-27: a gap is a note, a counter that begins again a warning; neither stops anything."""
    world.release_orders()
    world.send(ACME, "ack.edi", edi("2_997.edi"))
    world.send(ACME, "order.edi", edi("3_855.edi", ("000000702", number)))

    assert said == [one for one in found(world, "order.edi") if one[0].startswith("control-")]


def test_an_acknowledgment_that_comes_again_or_otherwise_is_told(world) -> None:
    """B-44: the same again is a note; another verdict counts, and is told."""
    world.release_orders()
    world.send(ACME, "first.edi", edi("2_997.edi"))
    again = (
        ("000000701", "000000801"),
        ("GS*FA*ACMETOOL*KESTREL*20261123*0842*701", "GS*FA*ACMETOOL*KESTREL*20261123*0842*801"),
        ("GE*1*701", "GE*1*801"),
    )
    short = (("AK2*850*0001~\nAK5*A~\n", ""), ("SE*6", "SE*4"))
    world.send(ACME, "again.edi", edi("2_997.edi", *again, *short))
    later = tuple((old, new.replace("801", "802")) for old, new in again)
    world.send(
        ACME,
        "other.edi",
        edi("2_997.edi", *later, ("AK5*A", "AK5*R*5"), ("AK9*A*1*1*1", "AK9*R*1*1*0")),
    )

    assert ("ack-again", "note") in found(world, "again.edi")
    assert ("ack-contradicts", "warning") in found(world, "other.edi")
    sent = next(row for row in world.documents(direction="out") if row.kind.startswith("x12 850"))
    assert sent.acknowledged == "rejected"


def test_an_overdue_acknowledgment_is_marked_and_a_late_one_closes_its_case(world) -> None:
    """B-44, B-45: silence is seen, and an answer counts also when it is late."""
    world.release_orders()
    world.clock.advance(timedelta(hours=6))
    watch(world.gateway)
    waited = [row.acknowledged for row in world.documents(direction="out", partner="acme")]
    before = cases(world)
    world.send(ACME, "late.edi", edi("2_997.edi"))

    assert waited == ["overdue"]
    assert "overdue-997" in before
    assert "overdue-997" not in cases(world)
    assert ("late-ack", "note") in found(world, "late.edi")


def test_a_ta1_that_refuses_our_interchange_is_a_case(world) -> None:
    """B-44: what was refused at the door is known by ISA13."""
    world.release_orders()
    head, _, rest = edi("2_997.edi").partition("GS*FA")
    ta1 = f"{head}TA1*000000001*261123*0800*R*009~\nIEA*0*000000701~\n"
    assert rest
    world.send(ACME, "ta1.edi", ta1)
    sent = next(row for row in world.documents(direction="out") if row.kind.startswith("x12 850"))

    assert sent.acknowledged == "rejected"
    assert "interchange-refused" in cases(world)


def test_a_business_refusal_goes_out_as_824_where_the_partner_wants_it(world) -> None:
    """B-42: accepted by the 997, and not used: OTI names the set, NTE says why."""
    path = world.home / "partners" / "acme.yaml"
    path.write_text(path.read_text() + 'acknowledgments: {business: "824"}\n')
    world.release_orders()
    world.send(ACME, "who.edi", edi("3_855.edi", ("*4500012345*", "*4500099999*")))
    sent = {name: data.decode() for name, data in world.out("acme").items()}
    advice = next(data for name, data in sent.items() if name.startswith("824_"))

    assert "OTI*TR*PO*4500099999*****702*0001*855*004010~" in advice
    assert "NTE**" in advice
    assert not any(name.endswith(".txt") for name in sent)


def test_a_quirk_of_the_partner_lets_its_file_pass_until_its_day(world) -> None:
    """F20: a wrong SE01 is a warning while the quirk holds, and an error after its day."""
    path = world.home / "partners" / "acme.yaml"
    path.write_text(
        path.read_text() + "quirks:\n  - {name: se01-wrong, owner: edi-desk,"
        " reason: mended with release 7, expires: 2026-11-30}\n"
    )
    world.release_orders()
    wrong = (("SE*12*0001", "SE*11*0001"),)
    world.send(ACME, "one.edi", edi("3_855.edi", *wrong))
    world.clock.advance(timedelta(days=14))
    late = world.send(ACME, "two.edi", edi("3_855.edi", *wrong, ("000000702", "000000703")))

    assert ("segment-count", "warning") in found(world, "one.edi")
    assert ("segment-count", "error") in found(world, "two.edi")
    assert late.state == "parked"


def test_the_guide_of_a_document_is_asked_of_its_files(world) -> None:
    """B-49: what breaks it is rejected with the nearest code of a 997, and nothing is applied."""
    path = world.home / "partners" / "acme.yaml"
    short = "{kind: x12 855 004010, mapping: acme/855, entity: OrderAck"
    assert short in path.read_text()
    path.write_text(path.read_text().replace(short, f'{short}, guide: ["BAK03 like 46[0-9]{{8}}"]'))
    world.release_orders()
    sent = world.send(ACME, "one.edi", edi("3_855.edi"))
    answers = [data.decode() for name, data in world.out("acme").items() if name.startswith("997_")]

    assert ("guide-form", "error") in found(world, "one.edi")
    assert sent.state == "parked"
    assert any("AK4*3*324*7*4500012345~" in answer for answer in answers)


def register(world) -> list[tuple[str, int, datetime | None, datetime | None]]:
    """Return acme's quirks with how often and when each was met."""
    with world.gateway.ledger.read() as tx:
        met = list_quirks_met(tx)
    partners = [world.gateway.partners.get("acme")]
    rows = list_registered(partners, met, now().date())
    return [(row.quirk, row.hits, row.first_seen, row.last_seen) for row in rows]


def test_a_quirk_is_counted_each_time_it_is_met(world) -> None:
    """F20: hits, first and last seen; around a set as within, and a rerun counts nothing twice."""
    path = world.home / "partners" / "acme.yaml"
    agreed = "owner: edi-desk, reason: release 7, expires: 2026-12-31}\n"
    path.write_text(
        f"{path.read_text()}quirks:\n  - {{name: se01-wrong, {agreed}"
        f"  - {{name: ge01-wrong, {agreed}  - {{name: gs04-short, {agreed}"
    )
    world.release_orders()
    before = register(world)
    wrong = (("SE*12*0001", "SE*11*0001"), ("GE*1*702", "GE*2*702"))
    first = world.send(ACME, "one.edi", edi("3_855.edi", *wrong))
    world.clock.advance(timedelta(days=2))
    later = (*wrong, ("000000702", "000000703"), ("SO-77120", "SO-77121"))
    world.send(ACME, "two.edi", edi("3_855.edi", *later))
    reopen_file(world.gateway, first.file_id, actor="test", reason="to count again")
    world.turn()
    hits = {quirk: (count, last - start) for quirk, count, start, last in register(world) if start}

    assert [(quirk, count) for quirk, count, _, _ in before] == [
        ("ge01-wrong", 0),
        ("gs04-short", 0),
        ("se01-wrong", 0),
    ]
    assert {quirk: count for quirk, (count, _) in hits.items()} == {
        "se01-wrong": 2,
        "ge01-wrong": 2,
    }
    assert all(timedelta(days=1) < apart < timedelta(days=3) for _, apart in hits.values())


@pytest.mark.parametrize(
    ("change", "ta1"),
    [
        (("ZZ*ACMETOOL", "ZZ*OTHERCO "), "R*006"),
        (("01*048826173", "01*999999999"), "R*008"),
        (("*0*P*", "*0*X*"), "R*020"),
        (("IEA*1*000000702~", ""), "E*023"),
        (("IEA*1*", "IEA*3*"), "E*021"),
    ],
    ids=["sender", "receiver", "usage", "cut", "count"],
)
def test_a_sender_learns_what_is_wrong_with_its_envelope(world, change, ta1) -> None:
    """B-18, B-43: a TA1 names the element, though none was asked for."""
    world.release_orders()
    outcome = world.send(ACME, "odd.edi", edi("3_855.edi", change))
    answers = [data for name, data in world.out("acme").items() if name.startswith("997_")]

    assert outcome.state == "parked"
    assert len(answers) == 1
    assert f"TA1*000000702*261124*1015*{ta1}~".encode() in answers[0]
    assert (b"AK1*" in answers[0]) == ta1.startswith("E")


def test_a_group_of_nobody_is_refused_with_its_code(world) -> None:
    """B-18: the interchange is acme's, its group code is not: AK905 1."""
    world.release_orders()
    world.send(ACME, "odd.edi", edi("3_855.edi", ("GS*PR*ACMETOOL", "GS*PR*CASCADE")))
    (answer,) = [data for name, data in world.out("acme").items() if name.startswith("997_")]

    assert b"AK5*R~" in answer
    assert b"AK9*R*1*1*0*1~" in answer


def test_a_partner_that_reads_no_ta1_is_told_in_words(world) -> None:
    """`interchange: never`: a refused interchange is answered all the same."""
    path = world.home / "partners" / "acme.yaml"
    path.write_text(path.read_text() + "acknowledgments: {interchange: never}\n")
    world.release_orders()
    world.send(ACME, "odd.edi", edi("3_855.edi", ("01*048826173", "01*999999999")))
    out = world.out("acme")

    assert not any(b"TA1*" in data for data in out.values())
    assert "01/999999999" in out["odd.edi.answer.txt"].decode("utf-8-sig")


def test_ids_that_no_answer_can_hold_are_told_in_words(world) -> None:
    """Never silent: where neither TA1 nor 997 can be addressed, a text names the reason."""
    world.release_orders()
    long = ("GS*PR*ACMETOOL", "GS*PR*ACMETOOLANDMANYMORE")
    world.send(ACME, "odd.edi", edi("3_855.edi", long))
    words = world.out("acme")["odd.edi.answer.txt"].decode("utf-8-sig")

    assert "GS03 would hold 'ACMETOOLANDMANYMORE'" in words


def test_a_ta1_or_997_of_what_was_never_sent_changes_nothing_and_is_told(world) -> None:
    """B-44: an answer without its original."""
    world.release_orders()
    head, _, _ = edi("2_997.edi").partition("GS*FA")
    world.send(ACME, "ta1.edi", f"{head}TA1*000000999*261123*0800*A*000~\nIEA*0*000000701~\n")
    number = (("000000701", "000000702"),)
    world.send(ACME, "997.edi", edi("2_997.edi", *number, ("AK2*850*0001", "AK2*850*0077")))
    sent = next(row for row in world.documents(direction="out") if row.kind.startswith("x12 850"))

    assert ("ack-without-original", "warning") in found(world, "ta1.edi")
    assert ("ack-without-original", "warning") in found(world, "997.edi")
    assert sent.acknowledged == "accepted"
