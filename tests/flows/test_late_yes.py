"""Who has the line when CMs change their minds: late yeses, yes after no, two promises of one line."""

from itertools import permutations

import pytest

from canonical.postings import balance_of
from gateway.ledger.cases import list_cases
from gateway.ledger.commitments import list_commitments
from gateway.ledger.reroutes import list_reroutes
from tests.flows.test_reroute import (
    NEW,
    PO,
    ack,
    answer_as_cascade,
    cascade,
    change_answer,
    open_cases,
    refuse,
    sent,
    states,
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def too_late(world) -> list[str]:
    """Return what the ERP was told of promises that came too late."""
    notes = [one.read_text() for one in (world.home / "erp/in").glob("NoteOnOrder*")]
    return [one for one in notes if "too late" in one]


def twice(world) -> list[str]:
    """Return the open cases of lines that two CMs promise."""
    with world.gateway.ledger.read() as tx:
        return [one.summary for one in list_cases(tx) if one.kind == "promised-twice"]


def test_a_late_yes_of_the_former_cm_wins_before_the_next_one_answers(world) -> None:
    """The order with Cascade is cancelled, and what we asked of ACME is taken back."""
    refuse(world)
    world.send("drop/acme/in", "late.edi", ack("ACK*IA*10*EA*067*20261214", 703))
    assert [("acme", "cascade", "withdrawn")] == states(world)
    cancel = sent(world, "cascade", "860")
    assert 1 == len(cancel)
    assert NEW in cancel[0]
    assert 2 == len(sent(world, "acme", "860"))
    assert [] == open_cases(world)


def test_a_late_yes_of_the_former_cm_loses_once_the_next_one_took_it(world) -> None:
    """Cascade keeps the line; ACME is told so in words, its 860 stands, and a person sees both promises."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 1))
    world.send("drop/acme/in", "late.edi", ack("ACK*IA*10*EA*067*20261214", 703))
    assert [("acme", "cascade", "taken")] == states(world)
    assert 1 == len(sent(world, "acme", "860"))
    assert 1 == len(sent(world, "acme", "notice"))
    assert "comes too late" in sent(world, "acme", "notice")[0]
    assert [] == sent(world, "cascade", "860")
    assert 1 == len(too_late(world))
    assert 1 == len(twice(world))
    assert "acme promises 10 EA in late.edi, too late: cascade has them" in twice(world)[0]

    for number, answer in enumerate(("ACK*IA*10*EA*067*20261215", "ACK*IB*10*EA*067*20261216")):
        world.send("drop/acme/in", f"again{number}.edi", ack(answer, 704 + number))
    other = ack("ACK*IA*10*EA*067*20261216", 709).replace("ACK*IA*144", "ACK*IB*144")
    world.send("drop/acme/in", "other.edi", other)
    assert (1, 1, 1) == tuple(len(sent(world, "acme", one)) for one in ("860", "notice", "850"))
    assert (1, 1) == (len(too_late(world)), len(twice(world)))


def test_a_late_yes_is_settled_when_the_former_cm_agrees_to_the_first_change(world) -> None:
    """Its 865 leaves one live commitment and closes the case; what it says of that change later is only late."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 1))
    world.send("drop/acme/in", "late.edi", ack("ACK*IA*10*EA*067*20261214", 703))
    world.send("drop/acme/in", "865.edi", change_answer("IA", 710))
    assert [] == twice(world)
    world.send("drop/acme/in", "no.edi", change_answer("IR", 711))
    with world.gateway.ledger.read() as tx:
        promised = balance_of(one.posting for one in list_commitments(tx, PO, "3"))
    assert (0, 0) == (promised.accepted, promised.wanted)
    assert (1, 1) == (len(sent(world, "acme", "860")), len(too_late(world)))


def test_a_former_cm_that_refuses_to_let_go_is_a_case_and_gets_no_second_860(world) -> None:
    """Two CMs hold on to one line: only a person can end that (B-100)."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 1))
    world.send("drop/acme/in", "late.edi", ack("ACK*IA*10*EA*067*20261214", 703))
    for number in range(2):
        world.send("drop/acme/in", f"no{number}.edi", change_answer("IR", 710 + number))
    assert (1, 1, 1) == (len(sent(world, "acme", "860")), len(too_late(world)), len(twice(world)))


def test_the_former_cms_late_yes_holds_when_the_next_one_takes_back_its_own(world) -> None:
    """Yes, late yes, no: the line is not asked of a third, and the case ends."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 1))
    world.send("drop/acme/in", "late.edi", ack("ACK*IA*10*EA*067*20261214", 703))
    answer_as_cascade(world, cascade(NEW, "ACK*IR*10*EA", 2))
    assert [("acme", "cascade", "withdrawn")] == states(world)
    assert ([], []) == (twice(world), open_cases(world))
    assert 2 == len(sent(world, "acme", "860"))  # what we asked for is taken back


def test_a_yes_to_an_order_that_was_called_off_is_a_case(world) -> None:
    """Two CMs make one line until the next one agrees to our cancellation (B-100)."""
    refuse(world)
    world.send("drop/acme/in", "late.edi", ack("ACK*IA*10*EA*067*20261214", 703))
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 1))
    assert [f"cascade accepts order {NEW} in a.x12, which was called off"] == [
        one.split(":")[0] for one in twice(world)
    ]
    assert 1 == len(sent(world, "cascade", "860"))
    answer_as_cascade(world, cascade(NEW, "ACK*IR*10*EA", 2))
    assert [] == twice(world)


def test_no_yes_and_no_again_is_heard_each_time(world) -> None:
    """The same words are a repeat only of what stands; the line goes on when the last word is no (B-68)."""
    refuse(world)
    said = [
        ("yes", ack("ACK*IA*10*EA*067*20261214", 703)),
        ("no", ack("ACK*X1*10*EA", 704)),
        ("no-more", ack("ACK*X1*10*EA", 705)),
    ]
    assert ["routed", "routed", "duplicate"] == [
        world.send("drop/acme/in", f"{name}.edi", text).state for name, text in said
    ]
    world.turn()
    assert [("acme", "cascade", "withdrawn"), ("acme", "cascade", "placed")] == states(world)


def test_the_next_cm_that_said_no_may_still_say_yes(world) -> None:
    """Yes, no and yes with the same words: while nobody else has the line, the last yes takes it."""
    refuse(world)
    for number, code in enumerate(("IA*10*EA*067*20261210", "IR*10*EA", "IA*10*EA*067*20261210")):
        answer_as_cascade(world, cascade(NEW, f"ACK*{code}", 1 + number))
    assert [("acme", "cascade", "taken")] == states(world)
    assert [] == open_cases(world)


MESSAGES = {
    "former says yes": ("acme", lambda n: ack("ACK*IA*10*EA*067*20261214", 720 + n)),
    "former agrees to less": ("acme", lambda n: change_answer("IA", 740 + n)),
    "next says yes": ("cascade", lambda n: cascade(NEW, "ACK*IA*10*EA*067*20261210", 60 + n)),
}


@pytest.mark.slow
@pytest.mark.parametrize("order", list(permutations(MESSAGES)), ids=", ".join)
def test_in_whatever_order_they_speak_one_cm_has_the_line(world, order) -> None:
    """Never two live commitments for one need: whoever is not to make it was told so (B-100, B-103)."""
    refuse(world)
    for number, name in enumerate(order):
        partner, write = MESSAGES[name]
        world.drop(f"drop/{partner}/in", f"{number}.x12", write(number))
        world.drop(f"drop/{partner}/in", f"{number}.x12.done", "")
        world.turn()
    with world.gateway.ledger.read() as tx:
        (row,) = list_reroutes(tx)
        postings = list_commitments(tx, PO, "3")
    promised = balance_of(one.posting for one in postings)
    has_former = promised.accepted + promised.backordered > 0
    asked = [one.posting.quantity for one in postings if one.posting.kind == "asked"]
    is_told = bool(asked) and asked[-1] == 0
    has_next = row.state in ("placed", "taken")
    assert has_next != (has_former and not is_told), (row.state, promised, asked)
