"""Changes, receipts and reports of an order, end to end: each is a posting with its source (B-66, B-67, B-78)."""

import csv
import json
from pathlib import Path

import pytest

from gateway.deviation import accept_deviation, refuse_deviation
from gateway.ledger.cases import list_cases
from gateway.ledger.changes import list_changes
from gateway.ledger.orders import find_order
from gateway.timeline import order_timeline

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACME, ERP = "drop/acme/in", "erp/out"
PO = "4500012345"


def x12(set_id: str, group: str, control: int, body: str) -> str:
    """Return an interchange of the maker with one set."""
    segments = [one for one in body.replace("\n", "").split("~") if one]
    return (
        f"ISA*00*          *00*          *ZZ*ACMETOOL       *01*048826173      *261125*1200*U*00401*{control:09d}*0*P*>~"
        f"GS*{group}*ACMETOOL*KESTREL*20261125*1200*{control}*X*004010~ST*{set_id}*0001~"
        + "".join(f"{one}~" for one in segments)
        + f"SE*{len(segments) + 2}*0001~GE*1*{control}~IEA*1*{control:09d}~"
    )


def answer_change(control: int, number: str, lines: str, status: str = "AC") -> str:
    """Return an 865 about a change of the order."""
    return x12("865", "CA", control, f"BCA*00*{status}*{PO}**{number}*20261123****20261126~{lines}")


def change(number: str, *items: dict, **head: object) -> str:
    """Return the ERP's change of the order."""
    return json.dumps(
        {"order_no": PO, "change_no": number, "changed_on": "2026-11-25", "items": list(items)}
        | head
    )


@pytest.fixture
def agreed(world):
    """Return a site whose order is answered: all of line 1, 20 and 40 of line 2, none of line 3.

    No line moves by itself, so that all changes are the ERP's.
    """
    rules = world.home / "partners" / "_routing.yaml"
    rules.write_text(rules.read_text().replace("automatic: true", "automatic: false"))
    world.release_orders()
    assert world.send(ACME, "855.edi", (WEEK / "3_855.edi").read_bytes()).state == "routed"
    return world


def ship(control: int, purpose: str = "00") -> str:
    """Return an 856 of all of line 1."""
    return x12(
        "856",
        "SH",
        control,
        f"BSN*{purpose}*SHP-901*20261127*1502*0001~HL*1**S~TD5**2*UPSN*M~DTM*011*20261127~"
        f"N1*ST*Kestrel*92*WH01~HL*2*1*O~PRF*{PO}~HL*3*2*I~LIN*1*BP*A-100~SN1*001*144*EA~CTT*3~",
    )


def balance(world, line: str = "1") -> dict[str, int]:
    """Return what a line adds up to, without what is 0."""
    with world.gateway.ledger.read() as tx:
        found = order_timeline(tx, PO)
    row = next(one for one in found.lines if one.line_number == line)
    names = (name for name in row.__struct_fields__ if name not in ("line_number", "item", "unit"))
    return {name: int(value) for name in names if (value := getattr(row, name))}


def told(world) -> list[str]:
    """Return what the timeline says."""
    with world.gateway.ledger.read() as tx:
        return [entry.what for entry in order_timeline(tx, PO).entries]


def state(world) -> str:
    with world.gateway.ledger.read() as tx:
        row = find_order(tx, PO)
    assert row is not None
    return row.state


def change_states(world) -> list[tuple[str, str]]:
    with world.gateway.ledger.read() as tx:
        return [(one.number, one.state) for one in list_changes(tx, PO)]


def cases(world, kind: str) -> list[str]:
    with world.gateway.ledger.read() as tx:
        return [case.summary for case in list_cases(tx) if case.kind == kind]


def test_a_change_is_sent_as_an_860_and_holds_when_it_is_agreed(agreed):
    """Until the 865 the order stands as it was; then quantity and date are the new ones."""
    before = balance(agreed)
    item = {"pos": "1", "change": "CHANGE", "qty": "100", "uom": "ST", "need_by": "2026-12-22"}
    assert agreed.send(ERP, "change_1.json", change("1", item)).state == "routed"
    sent = next(data for name, data in agreed.out("acme").items() if name.startswith("860"))
    assert b"BCH*04*SA*4500012345**1*" in sent
    assert b"POC*1*" in sent
    assert before == balance(agreed)
    answer = answer_change(801, "1", "POC*1*CA*100*100*EA~ACK*IA*100*EA~")
    assert agreed.send(ACME, "865.edi", answer).state == "routed"
    assert {"ordered": 144, "changed": -44, "accepted": 100, "to_ship": 100} == balance(agreed)
    assert [("1", "agreed")] == change_states(agreed)
    assert "line 1: changed -44 EA, required by 2026-12-22" in told(agreed)
    told_erp = [
        [part["quantity"]["value"] for part in line["schedule"]]
        for path in (agreed.home / "erp" / "in").glob("ConfirmOrder*")
        for line in json.loads(path.read_text())["data"]["lines"]
        if line["line_number"] == "1"
    ]
    assert [["100"], ["144"]] == sorted(told_erp)


def test_a_refused_change_leaves_what_was_agreed(agreed):
    """RC: the prior agreed state stands; the buyer has a case, the ERP a note (B-66)."""
    before = balance(agreed)
    agreed.send(
        ERP, "change_1.json", change("1", {"pos": "1", "change": "QTY", "qty": "10", "uom": "ST"})
    )
    agreed.send(ACME, "865.edi", answer_change(801, "1", "POC*1*RC*144*144*EA~"))
    assert before == balance(agreed)
    assert [("1", "refused")] == change_states(agreed)
    assert 1 == len(cases(agreed, "change-refused"))


def test_an_855_that_crosses_an_860_answers_the_order_as_it_was(agreed):
    """What is asked is still asked, and the 855 counts (B-67)."""
    agreed.send(
        ERP, "change_1.json", change("1", {"pos": "2", "change": "QTY", "qty": "10", "uom": "ST"})
    )
    crossing = (WEEK / "3_855.edi").read_text().replace("000000702", "000000799")
    crossing = crossing.replace("ACK*IA*20", "ACK*IA*25").replace("ACK*B9*40", "ACK*B9*35")
    agreed.send(ACME, "855b.edi", crossing)
    assert [("1", "asked")] == change_states(agreed)
    assert {"ordered": 60, "accepted": 25, "backordered": 35, "to_ship": 60} == balance(agreed, "2")


def test_changes_go_forward_only(agreed):
    """A change with a number used before is refused; a late answer to an old one changes nothing (B-67)."""
    one, two = ({"pos": "1", "change": "QTY", "qty": qty, "uom": "ST"} for qty in ("120", "100"))
    agreed.send(ERP, "change_1.json", change("1", one))
    agreed.send(ERP, "change_2.json", change("2", two))
    agreed.send(ERP, "change_1b.json", change("1", {**one, "qty": "130"}))
    assert ["change-out-of-order"] == agreed.codes("change_1b.json")
    assert [("1", "replaced"), ("2", "asked")] == change_states(agreed)
    agreed.send(ACME, "865.edi", answer_change(801, "2", "POC*1*CA*100*100*EA~ACK*IA*100*EA~"))
    agreed.send(ACME, "865b.edi", answer_change(802, "1", "POC*1*CA*120*120*EA~ACK*IA*120*EA~"))
    assert {"ordered": 144, "changed": -44, "accepted": 100, "to_ship": 100} == balance(agreed)


def test_an_older_answer_does_not_undo_a_newer_one(agreed):
    """Files may overtake each other: the day of the answer counts."""
    newer = (WEEK / "3_855.edi").read_text().replace("000000702", "000000790")
    older = newer.replace("*****20261124~", "*****20261121~").replace("ACK*IA*144", "ACK*IR*144")
    before = balance(agreed)
    assert "routed" == agreed.send(ACME, "old.edi", older).state
    assert before == balance(agreed)


def test_a_whole_order_is_taken_back(agreed):
    """A cancellation names no line, and is one when the maker agrees to it."""
    agreed.send(ERP, "change_1.json", change("1", doc_status="CANCEL"))
    agreed.send(ACME, "865.edi", answer_change(801, "1", "", status="AK"))
    assert {"ordered": 144, "cancelled": 144} == balance(agreed)
    assert "cancelled" == state(agreed)


def test_what_was_counted_in_is_booked_by_its_condition(agreed):
    """Good, damaged and short goods of one receipt are three postings; a replacement replaces them (B-78)."""
    agreed.send(ACME, "856.edi", ship(704))
    shipped = balance(agreed)["shipped"]
    receipt = {
        "receipt_no": "WE-1",
        "posted_on": "2026-12-01",
        "items": [
            {
                "order_no": PO,
                "pos": "1",
                "qty": str(shipped - 5),
                "uom": "ST",
                "questions": [
                    {"why": "DAMAGED", "qty": "10", "uom": "ST"},
                    {"why": "SHORT", "qty": "5", "uom": "ST"},
                ],
            }
        ],
    }
    assert "routed" == agreed.send(ERP, "receipt_1.json", json.dumps(receipt)).state
    found = balance(agreed)
    assert (shipped - 15, 10, 5) == (found["received"], found["refused"], found["short"])
    assert 1 == len(cases(agreed, "receipt-differs"))
    again = receipt | {"doc_status": "REPLACE"}
    again["items"] = [{"order_no": PO, "pos": "1", "qty": str(shipped), "uom": "ST"}]  # type: ignore[assignment]
    assert "routed" == agreed.send(ERP, "receipt_2.json", json.dumps(again)).state
    assert (shipped, 0) == (balance(agreed)["received"], balance(agreed).get("refused", 0))


def test_a_ship_notice_is_taken_back(agreed):
    """The same number with purpose 01 takes the first back; both are told to the ERP (B-75)."""
    before = balance(agreed)
    assert "routed" == agreed.send(ACME, "856.edi", ship(704)).state
    assert 144 == balance(agreed)["shipped"]
    assert "routed" == agreed.send(ACME, "856b.edi", ship(705, "01")).state
    assert before == balance(agreed)
    assert "acknowledged" == state(agreed)


def test_a_report_tells_how_far_the_making_is(agreed):
    """An 870 promises nothing; a day later than the one promised is a case (B-82)."""
    before = balance(agreed)
    report = (
        "BSR*3*PP*R-1*20261126~HL*1**O~PRF*4500012345~HL*2*1*I~PO1*1*144*EA***BP*A-100~"
        "ISR*IN*20261126~QTY*01*100*EA~DTM*067*20270115~CTT*2~"
    )
    outcome = agreed.send(ACME, "870.edi", x12("870", "RS", 803, report))
    assert "routed" == outcome.state, outcome.reason
    assert before == balance(agreed)
    assert any("progress 100 EA" in one for one in told(agreed))
    assert 1 == len(cases(agreed, "promise-slipped"))


def dearer(control: int) -> str:
    """Return the week's answer with line 1 at 13.00 instead of 12.50."""
    text = (WEEK / "3_855.edi").read_text().replace("000000702", f"{control:09d}")
    return text.replace("PO1*001*144*EA*1250*", "PO1*001*144*EA*1300*")


def review(world) -> int:
    with world.gateway.ledger.read() as tx:
        return next(one.id for one in list_cases(tx) if one.kind == "line-review")


def test_another_price_counts_when_a_person_takes_it(world):
    """Until then nothing of the line is promised; then the ERP learns the price that is agreed (B-65)."""
    world.release_orders()
    assert "routed" == world.send(ACME, "855.edi", dearer(760)).state
    assert {"ordered": 144, "unanswered": 144} == balance(world)
    accept_deviation(world.gateway, review(world), "buyer", "steel went up")
    assert {"ordered": 144, "accepted": 144, "to_ship": 144} == balance(world)
    world.turn()
    prices = {
        line.get("unit_price")
        for path in (world.home / "erp" / "in").glob("ConfirmOrder*")
        for line in json.loads(path.read_text())["data"]["lines"]
        if line["line_number"] == "1"
    }
    assert {"13.00"} == prices
    assert [] == cases(world, "line-review")


def test_a_price_that_was_accepted_is_not_asked_about_again(world):
    """The same price in a later answer of the order counts at once; a third one is asked about."""
    world.release_orders()
    world.send(ACME, "855.edi", dearer(760))
    accept_deviation(world.gateway, review(world), "buyer", "steel went up")
    world.send(ACME, "855_again.edi", dearer(761).replace("*20261214~", "*20261215~"))
    assert {"ordered": 144, "accepted": 144, "to_ship": 144} == balance(world)
    assert [] == cases(world, "line-review")
    world.send(ACME, "855_more.edi", dearer(762).replace("*1300*", "*1400*"))
    assert 1 == len(cases(world, "line-review"))


def test_another_price_that_is_refused_is_told_to_its_maker(world):
    """What was ordered holds; the text names the line and why."""
    world.release_orders()
    world.send(ACME, "855.edi", dearer(760))
    refuse_deviation(world.gateway, review(world), "buyer", "the contract says 12.50")
    world.turn()
    assert {"ordered": 144, "unanswered": 144} == balance(world)
    told_cm = [data for name, data in world.out("acme").items() if name.startswith("refused")]
    assert b"the contract says 12.50" in told_cm[0]


def test_a_refusal_comes_back_in_the_rows_of_a_csv(world):
    """Both rows of the refused line say so with the reason; the other line's row is taken."""
    world.release_orders()
    sent = (WEEK / "4_ack.csv").read_bytes().replace(b";0,42;", b";0,50;")
    world.send("drop/borealis/in", "ack_20261124.csv", sent)
    refuse_deviation(world.gateway, review(world), "buyer", "the contract says 0.42")
    world.turn()
    (sheet,) = (
        data
        for name, data in world.out("borealis").items()
        if "refused" in name and name.endswith(".csv")
    )
    _, *rows = csv.reader(sheet.decode("cp1252").splitlines(), delimiter=";")
    assert ["refused", "refused", "taken"] == [row[-2] for row in rows]
    assert "the contract says 0.42" in rows[0][-1]


def test_a_refusal_is_an_824_where_one_is_agreed(home, world):
    """The 855 is named by its group and set; the note says which line and why."""
    path = home / "partners" / "acme.yaml"
    path.write_text(path.read_text() + '\nacknowledgments: {business: "824"}\n')
    world.release_orders()
    world.send(ACME, "855.edi", dearer(760))
    refuse_deviation(world.gateway, review(world), "buyer", "the contract says 12.50")
    world.turn()
    (said,) = (data for name, data in world.out("acme").items() if name.startswith("824_"))
    assert b"OTI*TR*PO*4500012345" in said
    assert b"the contract says 12.50" in said.replace(b"~\nNTE**", b" ")
    assert not any(name.startswith("refused") for name in world.out("acme"))


def test_a_receipt_in_x12_of_the_erp_counts_and_goes_on_to_its_maker(home, world):
    """An 861 from an ERP that speaks X12 is a posting (B-78); ACME, with whom one is agreed, is sent its own."""
    path = home / "partners" / "erp.yaml"
    said = path.read_text().replace('only: ["*.json"', 'only: ["*.edi", "*.json"')
    said = said.replace(
        "    - {kind: json, mapping: erp/order_json",
        "    - {kind: x12 861 004010, mapping: base/861_4010, entity: ReceivingAdvice}\n"
        "    - {kind: json, mapping: erp/order_json",
    )
    path.write_text(said + "\nidentities: {x12: {qualifier: ZZ, id: KESTRELERP}}\n")
    world.release_orders()
    world.send(ACME, "855.edi", (WEEK / "3_855.edi").read_bytes())
    head = (WEEK / "3_855.edi").read_text().replace("000000702", "000000001")
    head = head.replace("ACMETOOL       ", "KESTRELERP     ").replace(
        "GS*PR*ACMETOOL", "GS*RC*KESTRELERP"
    )
    body = (
        f"ST*861*0001~BRA*GR-7*20261214*00*2~DTM*050*20261214~RCD*1*100*EA***4*EA*01~LIN**BP*A-100~"
        f"PRF*{PO}~CTT*1~SE*8*0001~\nGE*1*702~\nIEA*1*000000001~\n"
    )
    world.send(ERP, "861.edi", head[: head.index("ST*855")] + body)
    world.turn()
    assert {"received": 96, "refused": 4} == {
        kind: amount for kind, amount in balance(world).items() if kind in ("received", "refused")
    }
    (told_cm,) = (data for name, data in world.out("acme").items() if name.startswith("861_"))
    assert b"BRA*GR-7*20261214*00" in told_cm
    assert f"PRF*{PO}~".encode() in told_cm


def test_a_yes_to_nothing_agrees_to_no_change(agreed):
    """0 of a line accepted: a slip, which must not make the change hold and wipe what is promised."""
    before = balance(agreed)
    item = {"pos": "1", "change": "QTY", "qty": "120", "uom": "ST"}
    agreed.send(ERP, "change_1.json", change("1", item))
    agreed.send(ACME, "865.edi", answer_change(801, "1", "POC*1*QD*0*0*EA~ACK*IA*0*EA~"))
    assert ([("1", "asked")], before) == (change_states(agreed), balance(agreed))


def test_shipments_repeated_replaced_and_taken_back_add_up(agreed):
    """Each counts once; the ledger and the ERP are told the same, whatever is said again (B-75)."""

    def send(purpose: str, quantity: int) -> tuple[str, int]:
        send.count += 1
        text = ship(900 + send.count, purpose).replace("SN1*001*144", f"SN1*001*{quantity}")
        done = agreed.send(ACME, f"{send.count}.edi", text)
        return done.state, balance(agreed).get("shipped", 0)

    send.count = 0
    said = [
        ("00", 100, "routed", 100),
        ("00", 100, "duplicate", 100),
        ("00", 90, "parked", 100),
        ("05", 120, "routed", 120),
        ("05", 110, "routed", 110),
        ("05", 120, "routed", 120),  # what overtook it is taken back
        ("00", 100, "duplicate", 120),
        ("01", 120, "routed", 0),
        ("01", 120, "duplicate", 0),
        ("00", 100, "parked", 0),  # cancelled: it needs a number of its own
        ("05", 144, "routed", 144),
    ]
    assert [(one[2], one[3]) for one in said] == [send(one[0], one[1]) for one in said]
    told_erp = [
        json.loads(one.read_text())["data"]
        for one in sorted(
            (agreed.home / "erp/in").glob("RecordShipment*"), key=lambda one: one.stat().st_mtime_ns
        )
    ]
    assert [100, 120, 110, 120, 0, 144] == [
        sum(int(line["shipped"]["value"]) for line in one.get("lines", ())) for one in told_erp
    ]


def test_days_moved_by_865s_count_as_moved_and_those_we_asked_for_do_not(agreed):
    """Two later days of the maker's own are a case; a later day that answers our change is none (F18)."""
    item = {"pos": "1", "change": "CHANGE", "qty": "144", "uom": "ST", "need_by": "2026-12-22"}
    agreed.send(ERP, "change_1.json", change("1", item))
    for number, (answers, day, many) in enumerate([("1", 16, 0), ("", 18, 0), ("", 21, 1)]):
        line = f"POC*1*CA*144*144*EA~ACK*IA*144*EA*067*202612{day}~"
        agreed.send(ACME, f"{number}.edi", answer_change(810 + number, answers, line))
        assert many == len(cases(agreed, "slipped-again")), day
