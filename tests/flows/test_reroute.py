"""Order lines that change hands, end to end: who is told what, and who has the line in the end."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from flows.watch import watch
from gateway.approve import Ruling, approve, decline
from gateway.ledger.cases import list_cases
from gateway.ledger.decisions import list_decisions
from gateway.ledger.errors import LedgerError
from gateway.ledger.orders import find_order
from gateway.ledger.reroutes import list_reroutes
from gateway.timeline import find_timeline

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
PO, NEW = "4500012345", "4500012345-R1"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def ack(answer: str, control: int, line: str = "ACK*X1*10*EA") -> str:
    """Return the week's 855 of ACME with another answer to line 3."""
    text = (WEEK / "3_855.edi").read_text()
    assert line in text
    return text.replace(line, answer).replace("000000702", f"{control:09d}")


def cascade(po: str, answers: str, control: int, quantity: int = 10) -> str:
    """Return Cascade's 855 (005010) for a one-line order."""
    body = [
        "ST*855*0001",
        f"BAK*00*AC*{po}*20261124",
        f"PO1*3*{quantity}*EA*101.50**BP*A-200*EC*C",
        *answers.split("~"),
        "CTT*1",
    ]
    text = "~".join([*body, f"SE*{len(body) + 1}*0001"])
    head = (
        "ISA*00*          *00*          *12*5035550187     *01*048826173      *261124*1200*^*00501*"
        f"{control:09d}*0*P*>~GS*PR*CASCADE*KESTREL*20261124*1200*{control}*X*005010~"
    )
    return f"{head}{text}~GE*1*{control}~IEA*1*{control:09d}~"


def change_answer(code: str, control: int, number: str = "1") -> str:
    """Return ACME's 865 that answers our change of line 3."""
    body = [
        "ST*865*0001",
        f"BCA*00*AC*{PO}**{number}*20261123",
        "POC*3*DI*10*0*EA*99.00**BP*A-200",
        f"ACK*{code}*10*EA",
        "CTT*1",
    ]
    text = "~".join([*body, f"SE*{len(body) + 1}*0001"])
    head = (
        "ISA*00*          *00*          *ZZ*ACMETOOL       *01*048826173      *261125*1200*U*00401*"
        f"{control:09d}*0*P*>~GS*CA*ACMETOOL*KESTREL*20261125*1200*{control}*X*004010~"
    )
    return f"{head}{text}~GE*1*{control}~IEA*1*{control:09d}~"


def refuse(world, answer: str = "ACK*X1*10*EA") -> None:
    """Let ACME answer the week's order, line 3 like this."""
    world.release_orders()
    world.send("drop/acme/in", "855.edi", ack(answer, 702))
    world.turn()


def answer_as_cascade(world, text: str) -> None:
    """Drop Cascade's answer, and beside it the mark that it is complete."""
    world.drop("drop/cascade/in", "a.x12", text)
    world.drop("drop/cascade/in", "a.x12.done", "")
    assert ["routed"] == [one.state for one in world.turn(4)]
    world.turn()


def states(world) -> list[tuple[str, str, str]]:
    """Return every reroute as from, to and state."""
    with world.gateway.ledger.read() as tx:
        rows = list_reroutes(tx)
    assert [] == [one.reason for one in rows if one.state == "stuck"]
    return [(one.from_partner, one.to_partner, one.state) for one in rows]


def sent(world, partner: str, word: str) -> list[str]:
    """Return what lies before a partner, of the files whose name begins with the word."""
    folder = world.home / f"drop/{partner}/out"
    return [one.read_text() for one in sorted(folder.glob(f"{word}*"))]


def open_cases(world) -> list[str]:
    """Return the kinds of open cases."""
    with world.gateway.ledger.read() as tx:
        return [one.kind for one in list_cases(tx) if one.kind == "shortfall"]


def test_a_refused_line_is_ordered_from_the_next_cm_and_the_former_is_told(world) -> None:
    """An 860 takes it back from ACME, an 850 orders it from Cascade at its price, the ERP knows both."""
    refuse(world)
    assert [("acme", "cascade", "placed")] == states(world)
    change = sent(world, "acme", "860")
    assert 1 == len(change)
    assert "POC*3*DI" in change[0]
    order = sent(world, "cascade", "850")
    assert 1 == len(order)
    assert f"BEG*00*SA*{NEW}" in order[0] or f"*{NEW}*" in order[0]
    assert "*10*EA*101.5" in order[0]
    told = [
        json.loads(one.read_text())["data"]
        for one in (world.home / "erp/in").glob("RecordReroute*")
    ]
    assert [(PO, NEW, "cascade")] == [
        (one["po_number"], one["new_po_number"], one["to_partner"]) for one in told
    ]


def test_the_next_cm_takes_it_and_the_case_is_closed(world) -> None:
    """Its yes ends the reroute; nothing is open any more."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 1))
    assert [("acme", "cascade", "taken")] == states(world)
    assert [] == open_cases(world)


def test_the_next_cm_refuses_and_nobody_is_asked_twice(world) -> None:
    """The need goes on with the new order; ACME and Cascade are out, so a person must look."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IR*10*EA", 1))
    assert [("acme", "cascade", "declined")] == states(world)
    with world.gateway.ledger.read() as tx:
        last = list_decisions(tx, po_number=NEW)[-1]
    assert "hold" == last.outcome
    said = {one["partner"]: one["losses"] for one in last.candidates}
    assert "cannot make it, as it said itself" in said["cascade"]
    assert "was asked for this need before" in said["acme"]
    assert ["shortfall"] == open_cases(world)


def test_the_former_cms_yes_to_the_change_leaves_one_live_commitment(world) -> None:
    """Its line is cancelled; the only live promise is the next CM's."""
    refuse(world)
    world.send("drop/acme/in", "865.edi", change_answer("IA", 710))
    with world.gateway.ledger.read() as tx:
        row = list_reroutes(tx)[0]
        timeline = find_timeline(tx, PO)
    assert row.released
    line = next(one for one in timeline.lines if one.line_number == "3")
    assert (Decimal(0), Decimal(10)) == (line.rejected, line.cancelled)
    assert [("acme", "cascade", "placed")] == states(world)
    assert ["shortfall"] == open_cases(world)


def test_a_line_that_may_still_be_made_waits_for_the_former_cms_yes(world, rules) -> None:
    """Promised three weeks late is missing, and is ordered elsewhere only when ACME lets it go (B-100)."""
    rules("late_by_days: 3")
    refuse(world, "ACK*IA*10*EA*067*20270120")
    assert [("acme", "cascade", "reducing")] == states(world)
    assert [] == sent(world, "cascade", "850")
    world.send("drop/acme/in", "865.edi", change_answer("IA", 710))
    assert [("acme", "cascade", "placed")] == states(world)
    assert 1 == len(sent(world, "cascade", "850"))


def test_a_former_cm_that_will_not_let_go_keeps_the_line(world, rules) -> None:
    """Never two live commitments for one need."""
    rules("late_by_days: 3")
    refuse(world, "ACK*IA*10*EA*067*20270120")
    world.send("drop/acme/in", "865.edi", change_answer("IR", 710))
    assert [("acme", "cascade", "withdrawn")] == states(world)
    assert [] == sent(world, "cascade", "850")


def test_a_person_may_go_on_without_the_former_cms_yes(world, rules) -> None:
    """Approved by telephone, with a name and a reason; once."""
    rules("late_by_days: 3")
    refuse(world, "ACK*IA*10*EA*067*20270120")
    with world.gateway.ledger.begin() as tx:
        case = list_cases(tx)[-1]
        approve(world.gateway, tx, Ruling(case.id, "ann", "they said so on the phone"))
    world.turn()
    assert [("acme", "cascade", "placed")] == states(world)
    assert 1 == len(sent(world, "cascade", "850"))
    with world.gateway.ledger.begin() as tx, pytest.raises(LedgerError, match="placed already"):
        approve(world.gateway, tx, Ruling(case.id, "ann", "again"))


def test_above_the_threshold_a_person_decides(world, rules) -> None:
    """Nothing is ordered before; then the person's name is on the decision."""
    rules("settle_seconds: 2", "value_above: {USD: 100}")
    refuse(world)
    assert [] == states(world)
    with world.gateway.ledger.begin() as tx:
        case = next(one for one in list_cases(tx) if one.kind == "shortfall")
        approve(world.gateway, tx, Ruling(case.id, "ann", "within my budget"))
    world.turn()
    assert [("acme", "cascade", "placed")] == states(world)
    with world.gateway.ledger.read() as tx:
        last = list_decisions(tx, case_id=case.id)[-1]
    assert ("reroute", "ann", "within my budget") == (last.outcome, last.decided_by, last.reason)


def test_a_person_cannot_give_a_line_back_to_whom_the_rules_rule_out(world, home) -> None:
    """The CM that refused it, and one that is not qualified: the sentence names who is possible (B-101)."""
    path = home / "partners" / "_routing.yaml"
    path.write_text(path.read_text().replace("automatic: true", "automatic: false"))
    refuse(world)
    with world.gateway.ledger.begin() as tx:
        case = next(one for one in list_cases(tx) if one.kind == "shortfall")
        for name, why in [
            ("acme", "cannot have it: cannot make it, as it said itself"),
            ("borealis", "cannot have it: not qualified"),
            ("nobody", "is no candidate"),
        ]:
            with pytest.raises(LedgerError, match=f"{name} {why}.*possible are cascade"):
                approve(world.gateway, tx, Ruling(case.id, "ann", "why not", name))
        with pytest.raises(LedgerError, match="acme cannot have it"):
            approve(world.gateway, tx, Ruling(case.id, "ann", "why not", "acme", despite=True))
        with pytest.raises(LedgerError, match="--despite asks it all the same"):
            approve(world.gateway, tx, Ruling(case.id, "ann", "why not", "delmar"))
    assert [] == states(world)


def test_a_declined_reroute_is_called_off(world) -> None:
    """The new order is cancelled, the case closed with the reason."""
    refuse(world)
    with world.gateway.ledger.begin() as tx:
        case = next(one for one in list_cases(tx) if one.kind == "shortfall")
        decline(world.gateway, tx, Ruling(case.id, "ann", "we do without"))
    world.turn()
    assert [("acme", "cascade", "withdrawn")] == states(world)
    assert 1 == len(sent(world, "cascade", "860"))
    with world.gateway.ledger.read() as tx:
        assert find_order(tx, NEW) is not None
        assert "we do without" in list_cases(tx, "closed")[-1].resolution


@pytest.fixture
def rules(home):
    """Return what changes the site's rules: its shortage, and when a person is asked."""

    def change(shortage: str, ask: str = "") -> None:
        path = home / "partners" / "_routing.yaml"
        text = path.read_text().replace("settle_seconds: 2", shortage)
        if ask:
            text = text.replace("value_above: {USD: 25000, EUR: 23000}", ask)
        path.write_text(text)

    return change


def test_silence_is_ordered_elsewhere_only_when_the_former_cm_lets_go(world, home) -> None:
    """Nobody answered in time, which may count as a refusal; ACME may still be making it (B-100)."""
    path = home / "partners" / "acme.yaml"
    text = path.read_text()
    assert "expectations: {" in text
    path.write_text(text.replace("expectations: {", "expectations: {silence_refuses: true, "))
    world.release_orders()
    world.clock.advance(timedelta(days=14))
    watch(world.gateway)
    world.turn()
    assert {"reducing"} == {state for _, _, state in states(world)}
    assert [] == sent(world, "cascade", "850")


def cancel(world, name: str = "change_1.json") -> None:
    """Let the ERP cancel the week's order."""
    change = {"order_no": PO, "doc_status": "CANCEL", "changed_on": "2026-11-25"}
    world.send("erp/out", name, json.dumps(change))
    world.turn()


def test_an_order_the_erp_cancels_takes_its_reroute_with_it(world) -> None:
    """Both CMs are sent an 860 that takes it back, whether the next has said yes or not."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261216", 802))
    assert [("acme", "cascade", "taken")] == states(world)
    cancel(world)
    assert [("acme", "cascade", "withdrawn")] == states(world)
    assert any(NEW in one and "BCH*01" in one for one in sent(world, "cascade", "860"))
    notes = [one.read_text() for one in (world.home / "erp/in").glob("NoteOnOrder*")]
    assert any(f"order {NEW} is cancelled with it" in one for one in notes)


def test_what_has_left_its_next_maker_is_for_a_person(world) -> None:
    """Nobody can take back what is on its way: the buyer is asked, and nothing is cancelled there."""
    refuse(world)
    body = [
        "ST*856*0001",
        "BSN*00*SH-C1*20261125*1200*0001",
        "HL*1**S",
        "HL*2*1*O",
        f"PRF*{NEW}",
        "HL*3*2*I",
        "LIN*3*BP*A-200",
        "SN1*3*4*EA",
        "CTT*3",
        "SE*10*0001",
    ]
    text = cascade(NEW, "ACK*IA*10*EA", 803)
    head = text[: text.index("ST*")].replace("GS*PR", "GS*SH")
    answer_as_cascade(world, f"{head}{'~'.join(body)}~GE*1*803~IEA*1*000000803~")
    cancel(world)
    with world.gateway.ledger.read() as tx:
        said = [one.summary for one in list_cases(tx) if one.kind == "rerouted-order-runs"]
    assert [
        f"line 3 of order {PO} is cancelled, and part of it has left its next maker already: {NEW} at cascade runs on"
    ] == said
    assert [] == sent(world, "cascade", "860")


def test_a_line_for_several_places_is_answered_and_rerouted_place_by_place(world) -> None:
    """Six of ten for WH02 are refused: Cascade is ordered six for WH02, and the ledger says who has what (B-83)."""
    orders = json.loads((WEEK / "1_orders.json").read_text())[:1]
    orders[0]["items"][2]["places"] = [{"place": "WH01", "qty": "4"}, {"place": "WH02", "qty": "6"}]
    world.send("erp/out", "orders.json", json.dumps(orders))
    assert "SDQ*EA*92*WH01*4~\nSDQ*EA*92*WH02*6~" in sent(world, "acme", "850")[0]

    text = ack("SDQ*EA*92*WH01*4~\nACK*IA*4*EA*067*20261214~\nACK*X1*6*EA", 702)
    world.send("drop/acme/in", "855.edi", text.replace("SE*12*", "SE*14*"))
    world.turn()
    assert [("acme", "cascade", "placed")] == states(world)
    assert "SDQ*EA*92*WH02*6~" in sent(world, "cascade", "850")[0]
    with world.gateway.ledger.read() as tx:
        line = find_timeline(tx, PO).lines[2]
    assert [("WH01", 4, 4, 0), ("WH02", 6, 0, 6)] == [
        (one.place, int(one.ordered), int(one.accepted), int(one.rejected)) for one in line.places
    ]
