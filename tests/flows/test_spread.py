"""One document that comes as a file of heads and a file of lines (B-87)."""

from datetime import timedelta

import pytest

from flows.watch import watch
from gateway.ledger.cases import list_cases
from gateway.receive import list_intakes
from gateway.verdict import Judge

DROP = "drop/borealis/in"
HEADS = "PO Number;Bestelldatum;Datum;Auftrag\r\n"
HEAD = HEADS + "4500012346;23.11.2026;24.11.2026;AB-5510\r\n"
COLUMNS = "PO Number;Pos;Artikel;Artikel Lieferant;Menge bestellt;ME;Preis;Status;Menge;Liefertermin;Bearbeiter\r\n"
FIRST = "4500012346;10;F-310;0815;12.000;Stk;0,42;Zugesagt;12.000;11.01.2027;M\r\n"
SECOND = "4500012346;20;F-320;0816;1,5;Tsd;0,11;Zugesagt;1,5;12.01.2027;M\r\n"
OTHER = "9;10;F-310;0815;12.000;Stk;0,42;Zugesagt;12.000;11.01.2027;M\r\n"
LINES = COLUMNS + FIRST + SECOND
AGREED = 'files: "ack_*.csv"'
WHOLE = "kopf_1.csv//ack_1.csv"


@pytest.fixture
def spread(world):
    """Return a site that agreed with borealis on heads and lines, and that it owes an answer to."""
    return _agree(world, "")


def _agree(world, more: str):
    file = world.home / "partners" / "borealis.yaml"
    text = file.read_text()
    assert AGREED in text
    wanted = f'{AGREED}, head: "kopf_*.csv", by: PO Number{more}'
    file.write_text(text.replace(AGREED, wanted))
    world.gateway.reload()
    assert {} == world.gateway.partners.findings
    world.release_orders()
    return world


def _send(world, **files: str) -> None:
    for name, text in files.items():
        world.drop(DROP, f"{name}.csv", text.encode("cp1252"))
        world.turn(4)


def _states(world) -> dict[str, str]:
    names = ("kopf_1.csv", "ack_1.csv", WHOLE)
    return {name: world.file(name).state for name in names}


def _cases(world) -> list[str]:
    with world.gateway.ledger.read() as tx:
        return [one.kind for one in list_cases(tx) if one.kind == "part-missing"]


@pytest.mark.parametrize("order", [("kopf_1", "ack_1"), ("ack_1", "kopf_1")])
def test_parts_wait_for_each_other_and_are_read_together_once(spread, order) -> None:
    """Whichever comes first waits; each keeps its bytes; both sent again change nothing."""
    texts = {"kopf_1": HEAD, "ack_1": LINES}
    first, second = order
    _send(spread, **{first: texts[first]})
    waits = spread.file(f"{first}.csv")
    assert "waiting" == waits.state
    assert "PO Number 4500012346" in waits.reason
    assert [] == spread.documents(direction="in", partner="borealis")

    _send(spread, **{second: texts[second]})
    assert {"kopf_1.csv": "ignored", "ack_1.csv": "ignored", WHOLE: "delivered"} == _states(spread)
    [ack] = spread.documents(direction="in", partner="borealis")
    assert ("4500012346", "delivered") == (ack.number, ack.state)
    assert '"vendor_order_no":"AB-5510"' in ack.content
    assert f"as file {spread.file(WHOLE).id}" in spread.file("kopf_1.csv").reason
    assert "kopf_1.csv" in spread.file(WHOLE).observations[0].reason
    assert texts[first].encode("cp1252") == spread.gateway.archive.load(waits.sha256)

    told = spread.told_erp()
    _send(spread, **{first: texts[first], second: texts[second]})
    assert told == spread.told_erp()
    assert 1 == len(spread.documents(direction="in", partner="borealis"))


def test_a_part_alone_becomes_a_case_and_an_answer_and_is_still_joined_later(spread) -> None:
    """After a day its sender is told; what comes late is taken, and the case ends by itself."""
    _send(spread, ack_1=LINES + OTHER, kopf_1=HEAD)
    assert ("waiting", "delivered") == (spread.file("ack_1.csv").state, spread.file(WHOLE).state)
    assert [] == watch(spread.gateway)
    spread.clock.advance(timedelta(hours=24))
    watch(spread.gateway)
    assert ["part-missing"] == _cases(spread)
    spread.turn()
    assert ("parked", ["part-missing"]) == (
        spread.file("ack_1.csv").state,
        spread.codes("ack_1.csv"),
    )
    text = spread.out("borealis")["ack_1.csv.answer.txt"]
    assert b"no head came for PO Number 9" in text
    assert b"kopf_*.csv" in text

    _send(spread, kopf_2=HEADS + "9;23.11.2026;24.11.2026;AB-9\r\n")
    assert "ignored" == spread.file("ack_1.csv").state
    assert ["no-such-order"] == spread.codes("kopf_2.csv//ack_1.csv")
    watch(spread.gateway)
    assert [] == _cases(spread)


def test_a_head_sent_again_with_other_content_is_joined_with_lines_sent_again(spread) -> None:
    """Unchanged lines are a duplicate, and belong to the new head all the same; old ones do not."""
    _send(spread, kopf_1=HEAD, ack_1=LINES)
    _send(spread, kopf_2=HEAD.replace("AB-5510", "AB-5511"))
    assert "waiting" == spread.file("kopf_2.csv").state
    _send(spread, ack_2=LINES)
    assert "duplicate" == spread.file("ack_2.csv").state
    assert "delivered" == spread.file("kopf_2.csv//ack_2.csv").state


def test_where_the_head_says_how_many_lines_there_are_they_may_come_in_several_files(world) -> None:
    """The document is read when the last of them is there."""
    _agree(world, ", count: Positionen")
    head = "PO Number;Bestelldatum;Datum;Auftrag;Positionen\r\n4500012346;23.11.2026;24.11.2026;A;2\r\n"
    _send(world, kopf_1=head, ack_2=COLUMNS + FIRST)
    assert {"waiting"} == {world.file("kopf_1.csv").state, world.file("ack_2.csv").state}
    _send(world, ack_1=COLUMNS + SECOND)
    assert {"kopf_1.csv": "ignored", "ack_1.csv": "ignored", WHOLE: "delivered"} == _states(world)
    [ack] = world.documents(direction="in", partner="borealis")
    assert ("rows 2-3", "delivered") == (ack.place, ack.state)


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("kopf_1", "Nummer;Datum\r\n1;2\r\n", "missing-column", b"PO Number"),
        ("kopf_1", HEAD + HEAD.splitlines()[1], "head-twice", b"row 2 already"),
        ("ack_1", LINES + FIRST.replace("4500012346", ""), "no-key", b"PO Number is empty"),
    ],
)
def test_a_part_that_cannot_be_joined_is_answered_at_once(spread, name, text, code, said) -> None:
    """Its faults do not wait for the other part."""
    _send(spread, **{name: text})
    assert ("parked", [code]) == (spread.file(f"{name}.csv").state, spread.codes(f"{name}.csv"))
    assert any(said in data for data in spread.out("borealis").values())


class _KilledError(BaseException):
    """Stands for a kill: nothing of ours may catch it."""


def test_killed_at_any_line_while_parts_are_joined_nothing_is_lost_or_done_twice(
    spread, monkeypatch
) -> None:
    """The last part is recorded together with what was read of it, or lies at its source still."""
    _send(spread, kopf_1=HEAD)
    spread.drop(DROP, "ack_1.csv", LINES.encode("cp1252"))
    for step in ("record_parts", "write_joined", "record_file", "close_parts", "_settle"):
        with monkeypatch.context() as patch:
            patch.setattr(f"gateway.whole.{step}", _kill)
            with pytest.raises(_KilledError):
                spread.turn(4)
        assert (spread.home / DROP / "ack_1.csv").exists()
        spread.turning.intakes = list_intakes(spread.gateway)  # as a new process begins
    spread.turn(4)
    assert {"kopf_1.csv": "ignored", "ack_1.csv": "ignored", WHOLE: "delivered"} == _states(spread)
    assert 1 == len(spread.documents(direction="in", partner="borealis"))


def _kill(*_: object, **__: object) -> None:
    raise _KilledError


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('files: "ack_*.csv"', 'head: "k.csv"'),
        ("{kind: csv, files", '{kind: csv, head: "ack_*.csv", by: A, files'),
        ("{kind: csv, files", "{kind: csv, by: A, files"),
    ],
)
def test_a_head_without_what_joins_it_is_told_to_the_author(world, before, after) -> None:
    """A partner file that cannot mean anything is not used."""
    file = world.home / "partners" / "borealis.yaml"
    file.write_text(file.read_text().replace(before, after, 1))
    world.gateway.reload()
    assert "bad-head" in {one.code for one in world.gateway.partners.findings["borealis"]}


def test_who_checks_one_part_alone_hears_what_it_waits_for(spread) -> None:
    """Its own faults first; without any, what its mapping cannot find is not held against it."""
    judge = Judge(spread.gateway.partners, spread.gateway.shelf)
    borealis = spread.gateway.partners.get("borealis")
    verdict = judge.judge(borealis, "ack_1.csv", LINES.encode("cp1252"))
    assert ["part-missing"] == [one.code for one in verdict.list_errors()]
    verdict = judge.judge(borealis, "kopf_1.csv", (HEADS + ";1;2;3").encode())
    assert ["no-key"] == [one.code for one in verdict.list_errors()]
