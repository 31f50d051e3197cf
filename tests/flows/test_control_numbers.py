"""What came before, and what is said of what we sent: control numbers, 997s, TA1s, 824s, quirks."""

from datetime import timedelta
from pathlib import Path

import pytest

from flows.watch import watch
from gateway.ledger.cases import list_cases
from gateway.ledger.documents import list_findings

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
