"""Reroutes when things go wrong: broken mappings, changes that cross, part of a line, yes and no in disorder."""

import json
import shutil
from datetime import timedelta

import pytest

from canonical.postings import balance_of
from flows.watch import watch
from gateway.approve import Ruling, approve, decline
from gateway.ledger.cases import list_cases
from gateway.ledger.changes import list_changes
from gateway.ledger.commitments import list_commitments
from gateway.ledger.orders import find_order
from gateway.ledger.reroutes import list_reroutes
from tests.flows.conftest import ROOT
from tests.flows.test_order_changes import answer_change, change, x12
from tests.flows.test_reroute import (
    NEW,
    PO,
    ack,
    answer_as_cascade,
    cascade,
    change_answer,
    refuse,
    sent,
    states,
)

ACME, ERP = "drop/acme/in", "erp/out"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def cases(world, state: str = "open") -> list[tuple[str, str]]:
    """Return kind and order of cases, but for those of answers that are late."""
    with world.gateway.ledger.read() as tx:
        rows = list_cases(tx, state)
    return [(one.kind, one.po_number) for one in rows if not one.kind.startswith(("over", "sil"))]


def changes(world, po_number: str = PO) -> list[tuple[str, str]]:
    """Return number and state of each change of an order."""
    with world.gateway.ledger.read() as tx:
        return [(one.number, one.state) for one in list_changes(tx, po_number)]


def standing(world, po_number: str, line: str = "3") -> dict[str, int]:
    """Return what a line adds up to, without what is 0."""
    with world.gateway.ledger.read() as tx:
        found = balance_of(one.posting for one in list_commitments(tx, po_number, line))
    return {name: int(got) for name in found.__struct_fields__ if (got := getattr(found, name))}


def answer_again(world, text: str) -> None:
    """Drop another answer of Cascade."""
    world.drop("drop/cascade/in", "b.x12", text)
    world.drop("drop/cascade/in", "b.x12.done", "")
    world.turn(5)


def ship(po_number: str, line: str, part: str, quantity: int) -> str:
    """Return the body of an 856 of one line."""
    return (
        f"BSN*00*SHP-7*20261127*1502*0001~HL*1**S~TD5**2*UPSN*M~DTM*011*20261127~N1*ST*Kestrel*92*WH01~"
        f"HL*2*1*O~PRF*{po_number}~HL*3*2*I~LIN*{line}*BP*{part}~SN1*{line}*{quantity}*EA~CTT*3~"
    )


def test_an_order_that_cannot_be_written_is_a_case_until_it_is_mended(world) -> None:
    """The sentence says what to mend; `route approve` goes on, or with another CM (F9)."""
    path = world.home / "mappings" / "base" / "850_5010_out.yaml"
    shutil.copytree(ROOT / "mappings" / "base", path.parent)
    good = path.read_text()
    path.write_text(good.replace("PO103: ordered.unit", "PO103: {value: NO_UNIT}"))
    refuse(world)
    assert ("reroute-stuck", PO) in cases(world)
    with world.gateway.ledger.read() as tx:
        stuck = next(one for one in list_cases(tx) if one.kind == "reroute-stuck")
        number = next(one.id for one in list_cases(tx) if one.kind == "shortfall")
    assert "PO103 holds 'NO_UNIT'" in stuck.summary
    assert f"route approve {number}" in stuck.summary
    with world.gateway.ledger.begin() as tx:
        again = approve(world.gateway, tx, Ruling(number, "ann", "once more"))
        other = approve(
            world.gateway, tx, Ruling(number, "ann", "they have time", "delmar", despite=True)
        )
    assert again is not None
    assert ("stuck", "cascade") == (again.state, again.to_partner)
    world.turn()
    assert other is not None
    assert ("placed", "delmar") == (other.state, other.to_partner)
    assert 1 == len(sent(world, "delmar", "850"))
    assert [("shortfall", PO)] == cases(world)


def test_the_erp_counts_its_changes_apart_from_ours(world) -> None:
    """Its first change goes to the CM as the next number; the same number again is still refused."""
    refuse(world)
    item = {"pos": "1", "change": "QTY", "qty": "120", "uom": "ST"}
    assert "routed" == world.send(ERP, "change_1.json", change("1", item)).state
    assert [("1", "asked"), ("2", "asked")] == changes(world)
    assert any(f"BCH*04*SA*{PO}**2*" in one for one in sent(world, "acme", "860"))
    world.send(ERP, "change_1b.json", change("1", {**item, "qty": "130"}))
    assert ["change-out-of-order"] == world.codes("change_1b.json")
    assert "routed" == world.send(ERP, "change_2.json", change("2", {**item, "qty": "130"})).state
    assert ("3", "asked") == changes(world)[-1]


def test_a_change_of_the_erp_that_replaces_ours_releases_the_line_as_well(world) -> None:
    """The former CM's yes to it is no late promise: the next CM keeps the order (B-100)."""
    refuse(world)
    world.send(ERP, "change_1.json", change("1", {"pos": "3", "change": "DELETE"}))
    world.send(ACME, "865.edi", change_answer("IA", 710, "2"))
    assert [("1", "replaced"), ("2", "agreed")] == changes(world)
    assert [("acme", "cascade", "placed")] == states(world)
    with world.gateway.ledger.read() as tx:
        assert list_reroutes(tx)[0].released
    assert [] == sent(world, "cascade", "860")


def test_only_what_is_missing_of_a_line_moves(world) -> None:
    """Of 144, 100 have left: 44 are ordered elsewhere, and the 860 leaves 100."""
    refuse(world, "ACK*IA*10*EA*067*20261214")
    world.send(ACME, "856.edi", x12("856", "SH", 801, ship(PO, "1", "A-100", 100)))
    old, new = "ACK*IA*144*EA*067*20261214", "ACK*IA*100*EA*067*20261214~ACK*IR*44*EA"
    text = ack("ACK*IA*10*EA*067*20261214", 803).replace(old, new).replace("SE*12", "SE*13")
    world.send(ACME, "again.edi", text)
    assert [("acme", "cascade", "placed")] == states(world)
    assert "PO1*1*44*EA" in sent(world, "cascade", "850")[0]
    (less,) = sent(world, "acme", "860")
    assert "POC*1*" in less
    assert "*100*" in less


def test_the_next_cm_takes_a_part_and_the_rest_is_a_need_of_its_own(world) -> None:
    """6 of 10 accepted and 4 rejected are shares, though its answers usually are facets (B-60)."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IA*6*EA*067*20261210~ACK*IR*4*EA", 1))
    assert {"ordered": 10, "accepted": 6, "rejected": 4} == standing(world, NEW)
    assert [("acme", "cascade", "taken")] == states(world)
    assert [("shortfall", NEW)] == cases(world)


def test_two_lines_move_at_once_and_each_answer_is_to_its_own_change(world) -> None:
    """A yes beside the number of the other change decides nothing; each yes to its own does."""
    world.release_orders()
    first = ack("ACK*X1*10*EA", 702).replace("ACK*IA*144*EA*067*20261214", "ACK*X1*144*EA")
    world.send(ACME, "855.edi", first)
    world.turn()
    assert [("acme", "cascade", "placed")] * 2 == states(world)
    line_1 = "POC*1*DI*144*0*EA*12.50**BP*A-100~ACK*IA*144*EA~CTT*1~"
    world.send(ACME, "crossed.edi", answer_change(712, "2", line_1))
    assert [("1", "asked"), ("2", "asked")] == changes(world)
    assert [("acme", "cascade", "placed")] * 2 == states(world)
    world.send(ACME, "865.edi", answer_change(713, "1", line_1))
    world.send(ACME, "865b.edi", change_answer("IA", 714, "2"))
    assert [("1", "agreed"), ("2", "agreed")] == changes(world)
    with world.gateway.ledger.read() as tx:
        assert [True, True] == [one.released for one in list_reroutes(tx)]
    assert {"cancelled": 144, "ordered": 144} == standing(world, PO, "1")


def test_goods_on_their_way_are_a_yes(world) -> None:
    """The next CM ships without an answer; the former's late yes does not cancel what has left."""
    refuse(world)
    text = x12("856", "SH", 801, ship(NEW, "3", "A-200", 10))
    text = text.replace("*ZZ*ACMETOOL       *", "*12*5035550187     *").replace(
        "ACMETOOL", "CASCADE"
    )
    text = text.replace("*U*00401*", "*^*00501*").replace("*X*004010~", "*X*005010~")
    answer_again(world, text)
    assert {"ordered": 10, "shipped": 10} == standing(world, NEW)
    assert [("acme", "cascade", "taken")] == states(world)
    world.send(ACME, "late.edi", ack("ACK*IA*10*EA*067*20261214", 703))
    assert [("acme", "cascade", "taken")] == states(world)
    assert [] == sent(world, "cascade", "860")


def test_a_yes_taken_back_lets_the_former_cm_win_after_all(world) -> None:
    """Cascade accepts, then refuses; ACME's late yes is not too late then (B-103)."""
    refuse(world)
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 1))
    answer_again(world, cascade(NEW, "ACK*IR*10*EA", 2))
    assert [("acme", "cascade", "declined")] == states(world)
    assert [("shortfall", NEW)] == cases(world)
    world.send(ACME, "late.edi", ack("ACK*IA*10*EA*067*20261214", 703))
    assert [("acme", "cascade", "withdrawn")] == states(world)
    assert [] == cases(world)
    assert {"ordered": 10, "accepted": 10} == standing(world, PO)


def test_nobody_is_asked_for_what_it_refused_when_a_person_calls_it_off(world) -> None:
    """ACME said no and is sent nothing more; of the order that is taken back no 855 is awaited."""
    refuse(world)
    with world.gateway.ledger.begin() as tx:
        case = next(one for one in list_cases(tx) if one.kind == "shortfall")
        decline(world.gateway, tx, Ruling(case.id, "ann", "we do without"))
    world.turn()
    assert 1 == len(sent(world, "acme", "860"))
    world.clock.advance(timedelta(days=4))
    watch(world.gateway)
    with world.gateway.ledger.read() as tx:
        late = [one.kind for one in list_cases(tx) if one.po_number == NEW]
    assert "overdue-855" not in late
    assert "overdue-865" in late


def test_the_buyer_takes_the_new_order_back(world) -> None:
    """That is no refusal of the next CM, and leads nowhere else."""
    refuse(world)
    cancel = json.loads(change("1", doc_status="CANCEL")) | {"order_no": NEW}
    assert "routed" == world.send(ERP, "change_1.json", json.dumps(cancel)).state
    body = "~".join(["ST*865*0001", f"BCA*00*AK*{NEW}**1*20261123", "CTT*0", "SE*4*0001"])
    head = cascade(NEW, "ACK*IA*10*EA", 3).partition("ST*")[0].replace("GS*PR", "GS*CA")
    answer_again(world, f"{head}{body}~GE*1*3~IEA*1*000000003~")
    assert [("acme", "cascade", "withdrawn")] == states(world)
    with world.gateway.ledger.read() as tx:
        row = find_order(tx, NEW)
    assert row is not None
    assert "cancelled" == row.state
    assert [] == cases(world)


def test_the_same_words_again_move_nothing_more(world) -> None:
    """Refusal, yes and 865 come twice, in other envelopes; the wrong CM's yes counts for nobody."""
    refuse(world)
    world.send(ACME, "again.edi", ack("ACK*X1*10*EA", 704))
    world.turn()
    world.send(ACME, "not_his.edi", ack("ACK*IA*10*EA*067*20261214", 705).replace(PO, NEW))
    answer_as_cascade(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 1))
    answer_again(world, cascade(NEW, "ACK*IA*10*EA*067*20261210", 2))
    for number in (710, 711):
        world.send(ACME, f"865_{number}.edi", change_answer("IA", number))
    assert [("acme", "cascade", "taken")] == states(world)
    assert (1, 1) == (len(sent(world, "acme", "860")), len(sent(world, "cascade", "850")))
    assert [] == cases(world)
    assert {"ordered": 10, "accepted": 10} == standing(world, NEW)
    assert {"ordered": 10, "cancelled": 10} == standing(world, PO)
