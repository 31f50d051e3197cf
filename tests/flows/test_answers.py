"""What a CM is told: faults around a file, faults of ours, and that a rerun came to something else."""

from pathlib import Path

import pytest

from flows.deliver import deliver_effects
from flows.process import process_file
from gateway.ledger.effects import NewEffect, queue_effect
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


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([("IEA*1*", "IEA*7*")], "group-count"),
        ([("GE*1*", "GE*9*")], "set-count"),
        ([("IEA*1*000000702", "IEA*1*000000999")], "interchange-control"),
        ([("GE*1*702", "GE*1*999")], "group-control"),
        ([("IEA*1*000000702~\n", "")], None),
        ([("GE*1*702~\n", ""), ("IEA*1*000000702~\n", "")], None),
    ],
    ids=["iea-count", "ge-count", "iea-number", "ge-number", "no-iea", "no-ge"],
)
def test_a_fault_of_the_envelope_holds_the_file(world, changes, code) -> None:
    """Its sets were good and took effect; the file is parked with what is wrong around them."""
    world.release_orders()
    outcome = world.send(ACME, "around.edi", edi("3_855.edi", *changes))
    states = {row.state for row in world.documents(file_id=outcome.file_id, direction="in")}

    assert "parked" == outcome.state
    assert {"delivered"} == states
    assert world.codes("around.edi")
    assert code is None or code in world.codes("around.edi")


@pytest.mark.parametrize(
    "data",
    [
        edi("3_855.edi").encode("utf-16"),
        b"ISA? hello this is a mail\r\nwith two lines\r\n",
        b"ISA*00*" + b"A" * 200_000,
    ],
    ids=["utf-16", "mail", "endless"],
)
def test_what_cannot_be_opened_is_parked_and_answered(world, data) -> None:
    """Nothing that looks like an answer of a CM is put away as if it were empty."""
    outcome = world.send(ACME, "strange.edi", data)
    answers = {name for name in world.out("acme") if "strange" in name or name.startswith("997")}

    assert "parked" == outcome.state
    assert 1 == len(answers)


def test_a_fault_of_ours_is_not_told_as_the_senders(world) -> None:
    """A broken mapping: ops read file and line, the CM reads that nothing is wrong with its file."""
    world.release_orders()
    (world.home / "mappings" / "acme" / "855.yaml").write_text("mapping: [acme/855\n")
    world.send(ACME, "good.edi", edi("3_855.edi"))
    words = world.out("acme")["good.edi.answer.txt"].decode("utf-8-sig")

    assert "nothing is wrong with what you sent" in words
    assert "You need do nothing" in words
    assert "YAML" not in words


def test_a_rerun_that_succeeds_is_told(world) -> None:
    """The CM's last word must not stay that its file could not be used."""
    data = (WEEK / "4_ack.csv").read_bytes()
    parked = world.send(BOREALIS, "ack_1.csv", data)
    world.release_orders()
    reopen_file(world.gateway, parked.file_id, actor="test", reason="released")
    process_file(world.gateway, parked.file_id)
    deliver_effects(world.gateway)
    out = world.out("borealis")

    assert "could not use all" in out["ack_1.csv.answer.txt"].decode("utf-8-sig")
    assert "took all of ack_1.csv" in out["ack_1.csv.answer-2.txt"].decode("utf-8-sig")


def test_half_a_character_in_json_is_a_finding(world) -> None:
    """Text that no file can hold again is refused by the reader, not met as a fault of ours."""
    outcome = world.send("erp/out", "half.json", b'{"order_no": "\\ud800", "vendor": "acme"}')

    assert "parked" == outcome.state
    assert ["bad-json"] == world.codes("half.json")


def test_a_channel_that_is_renamed_stops_no_other_effect(world) -> None:
    """The effect waits with a sentence that names the channels there are; others are done."""
    world.release_orders()
    world.drop(ACME, "a.edi", edi("3_855.edi"))
    partner = world.gateway.partners.get("acme")
    with world.gateway.ledger.begin() as tx:
        queue_effect(
            tx,
            NewEffect(
                document_id=1,
                number=77,
                kind="put",
                target=partner.name,
                payload={"channel": "gone", "name": "x.edi", "sha256": "0" * 64},
            ),
        )
    world.turn(5)
    left = [one for one in world.effects() if one.state != "done"]

    assert ["1-77"] == [one.key for one in left]
    assert "acme.yaml has no channel out named gone; it has pickup" == left[0].error


def test_the_same_bytes_again_are_given_the_same_answer_again(world) -> None:
    """A sender that lost our 997 is not met with silence; its number stays, and nothing is done twice."""
    world.release_orders()
    data = (WEEK / "3_855.edi").read_bytes()
    world.send(ACME, "a.edi", data)
    [name] = [one for one in world.out("acme") if one.startswith("997")]
    before, told = world.out("acme"), world.told_erp()
    for again in ("b.edi", "a.edi"):
        (world.home / "drop/acme/out" / name).unlink()
        world.drop(ACME, again, data)
        world.turn(4)
        assert before == world.out("acme")
    world.drop(ACME, "c.edi", data)
    world.turn(4)
    assert before == world.out("acme")
    assert told == world.told_erp()
    assert 3 == sum(one.key.startswith("again-") for one in world.effects())
