"""Business rules, end to end: what is refused, what is withdrawn, and how far an order is."""

import json
from pathlib import Path

import pytest

from gateway.ledger.cases import CaseRow, close_case, list_cases
from gateway.ledger.decisions import list_decisions
from gateway.ledger.findings import list_findings
from gateway.ledger.orders import find_order

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACME, BOREALIS, ERP = "drop/acme/in", "drop/borealis/in", "erp/out"
PO = "4500012345"
pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def edi(name: str, *changes: tuple[str, str]) -> str:
    """Return a file of the week with changes made to it."""
    text = (WEEK / name).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def orders(**changes: object) -> bytes:
    """Return the ERP's first order with changes to its head or, by `item`, its first item."""
    order = json.loads((WEEK / "1_orders.json").read_text())[0]
    order["items"][0] |= changes.pop("item", {})  # type: ignore[operator]
    return json.dumps([order | changes]).encode()


def numbered(control: int) -> tuple[str, str]:
    """Return the change that gives a file of the week's 855 another interchange number."""
    return "000000702", f"{control:09d}"


def line_3(answer: str, control: int) -> str:
    """Return the week's 855 with another answer to line 3."""
    return edi("3_855.edi", ("ACK*X1*10*EA", answer), numbered(control))


def ship(shipment: str, control: int, lines: dict[str, tuple[str, int]]) -> str:
    """Return an 856 that packs quantities of parts, by order line."""
    items = "".join(
        f"HL*{at}*2*I~LIN*{at}*BP*{part}~SN1*{number}*{quantity}*EA~"
        for at, (number, (part, quantity)) in enumerate(lines.items(), 3)
    )
    hls = 2 + len(lines)
    body = (
        f"BSN*00*{shipment}*20261127*1502*0001~HL*1**S~TD5**2*UPSN*M~DTM*011*20261127~"
        f"N1*ST*Kestrel main warehouse*92*WH01~HL*2*1*O~PRF*{PO}~{items}CTT*{hls}~"
    )
    count = body.count("~") + 2
    whole = edi("7_856.edi", ("000000704", f"{control:09d}"))
    head, tail = whole[: whole.index("BSN")], whole[whole.index("GE*1") :]
    return f"{head}{body}SE*{count}*0001~\n{tail}"


def cases(world, kind: str, state: str | None = "open") -> list[CaseRow]:
    """Return the cases of a kind, oldest first."""
    with world.gateway.ledger.read() as tx:
        return [case for case in list_cases(tx, state) if case.kind == kind]


def decided(world) -> list[tuple[str, str, str]]:
    """Return line, outcome and choice of each decision about the order, oldest first."""
    with world.gateway.ledger.read() as tx:
        return [(one.line_number, one.outcome, one.chosen) for one in list_decisions(tx, None, PO)]


def state(world) -> str:
    """Return how far the order is."""
    with world.gateway.ledger.read() as tx:
        row = find_order(tx, PO)
    assert row is not None
    return row.state


def events(world, name: str) -> list[dict]:
    """Return the data of all published events of a type."""
    return [
        one["data"]
        for path in sorted((world.home / "var" / "journal").glob("*.ndjson"))
        for one in map(json.loads, path.read_text().splitlines())
        if one["type"] == f"cmgateway.{name}.v1"
    ]


def warnings(world, file: str) -> list[str]:
    """Return the codes of all warnings found in a file."""
    with world.gateway.ledger.read() as tx:
        rows = list_findings(tx, file_id=world.file(file).id)
    return [row.code for row in rows if row.level == "warning"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item": {"qty": "-5"}}, "bad-quantity"),
        ({"item": {"qty": "0"}}, "bad-quantity"),
        ({"item": {"price": "-12.50"}}, "bad-price"),
        ({"item": {"pos": "2"}}, "line-twice"),
        ({"item": {"pos": "002"}}, "line-twice"),
        ({"item": {"pos": "1\x00"}}, "bad-line-number"),
        ({"item": {"pos": "1" * 50}}, "bad-line-number"),
        ({"order_no": "4" * 23}, "bad-order-number"),
        ({"order_no": "4" * 300}, "bad-order-number"),
        ({"order_no": "=HYPERLINK(1)"}, "bad-order-number"),
        ({"order_no": "45\u000012"}, "bad-order-number"),
        ({"order_no": "45\u001d12"}, "bad-order-number"),
    ],
    ids=[
        "minus",
        "zero",
        "price",
        "twice",
        "zeros",
        "line",
        "wide",
        "long",
        "longer",
        "formula",
        "nul",
        "control",
    ],
)
def test_an_order_nobody_can_make_is_not_sent(world, changes, code) -> None:
    """It is parked with its reason; nothing is posted, sent, or told to others."""
    outcome = world.send(ERP, "orders.json", orders(**changes))

    assert "parked" == outcome.state
    assert [code] == world.codes("orders.json")
    assert [] == [name for name in world.out("acme") if name.startswith("850")]
    assert [] == events(world, "order.released")


def test_an_order_again_is_a_duplicate_and_with_other_content_refused(world) -> None:
    """The number is the key: what it stands for is not changed by a second release."""
    world.release_orders()

    same = world.send(ERP, "again.json", orders() + b"\n")
    other = world.send(ERP, "other.json", orders(item={"qty": "150"}))

    assert ("duplicate", "parked") == (same.state, other.state)
    assert ["order-known"] == world.codes("other.json")
    assert 1 == sum(name.startswith("850") for name in world.out("acme"))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (("ACK*IA*144*", "ACK*IA*-144*"), ["bad-quantity"]),
        (("BAK*00*AC*", "BAK*01*AC*"), ["not-yet"]),
    ],
    ids=["minus", "cancel"],
)
def test_an_answer_that_means_nothing_is_refused(world, change, codes) -> None:
    """Nothing is posted, and the CM reads what to send instead."""
    world.release_orders()
    outcome = world.send(ACME, "bad.edi", edi("3_855.edi", change))

    assert "parked" == outcome.state
    assert codes == world.codes("bad.edi")
    assert "sent" == state(world)
    assert [] == cases(world, "shortfall")


def test_a_refusal_of_zero_is_routed_as_the_whole_line(world) -> None:
    """ACK*X1*0 means that none will come."""
    world.release_orders()
    world.send(ACME, "zero.edi", line_3("ACK*X1*0*EA", 711))

    (found,) = events(world, "order.shortfall")
    assert ("3", "10") == (found["line_number"], found["missing"]["value"])


def test_a_negative_quantity_in_a_table_is_refused_with_its_row(world) -> None:
    """The sender of the CSV reads which row it is."""
    world.release_orders()
    text = (WEEK / "4_ack.csv").read_bytes().replace(b";5.000;11", b";-5.000;11")
    outcome = world.send(BOREALIS, "ack_1.csv", text)
    answer = world.out("borealis")["ack_1.csv.answer.txt"].decode("utf-8-sig")

    assert "parked" == outcome.state
    assert ["bad-quantity"] == world.codes("ack_1.csv")
    assert "row 2: line 10 of order 4500012346: -5000 are answered as accepted" in answer


@pytest.mark.parametrize("quantity", [0, -5])
def test_a_shipment_of_nothing_is_refused(world, quantity) -> None:
    """A negative quantity would take goods back by a ship notice."""
    world.release_orders()
    outcome = world.send(ACME, "856.edi", ship("S1", 711, {"1": ("A-100", quantity)}))

    assert "parked" == outcome.state
    assert ["bad-quantity"] == world.codes("856.edi")
    assert [] == events(world, "order.shipped")


def test_a_shipment_number_is_used_once(world) -> None:
    """Other content under a number that took effect is a conflict; nothing of it is posted."""
    world.release_orders()
    world.send(ACME, "a.edi", ship("S1", 711, {"1": ("A-100", 40)}))
    outcome = world.send(ACME, "b.edi", ship("S1", 712, {"1": ("A-100", 50)}))
    corrected = world.send(ACME, "c.edi", ship("S2", 713, {"1": ("A-100", 50)}))

    assert ("parked", "routed") == (outcome.state, corrected.state)
    assert ["shipment-known"] == world.codes("b.edi")
    assert ["S1", "S2"] == [one["shipment_number"] for one in events(world, "order.shipped")]


def test_a_refused_notice_does_not_use_up_its_number(world) -> None:
    """What was parked is no shipment; its correction keeps the number."""
    world.release_orders()
    world.send(ACME, "a.edi", ship("S1", 711, {"9": ("Z-1", 40)}))

    assert "routed" == world.send(ACME, "b.edi", ship("S1", 712, {"1": ("A-100", 40)})).state


def test_an_order_is_shipped_when_nothing_is_owed(world) -> None:
    """A part of it is not the whole; a backorder is owed, a refused line is not."""
    world.release_orders()
    world.send(ACME, "ack.edi", edi("3_855.edi"))
    seen = [state(world)]
    for at, lines in enumerate(
        [{"1": ("A-100", 144)}, {"2": ("A-150", 20)}, {"2": ("A-150", 40)}], 711
    ):
        world.send(ACME, f"{at}.edi", ship(f"S{at}", at, lines))
        seen.append(state(world))

    assert ["acknowledged", "partly_shipped", "partly_shipped", "shipped"] == seen


def test_an_order_never_goes_back(world) -> None:
    """A late answer to an order that is on its way does not make it merely acknowledged."""
    world.release_orders()
    world.send(ACME, "ship.edi", ship("S1", 711, {"1": ("A-100", 144)}))
    world.send(ACME, "ack.edi", edi("3_855.edi"))

    assert "partly_shipped" == state(world)


def test_an_answer_that_takes_back_the_rest_ends_the_shipping(world) -> None:
    """What is refused after a part has left is no longer owed."""
    world.release_orders()
    world.send(ACME, "ship.edi", ship("S1", 711, {"1": ("A-100", 144), "2": ("A-150", 60)}))
    assert "partly_shipped" == state(world)
    world.send(ACME, "ack.edi", edi("3_855.edi", ("ACK*B9*40*EA*067*20270112", "ACK*IA*40*EA")))

    assert "shipped" == state(world)


def test_what_was_sent_after_all_is_not_routed(world) -> None:
    """The line is refused after all of it had left: nothing is missing."""
    world.release_orders()
    world.send(ACME, "ship.edi", ship("S1", 711, {"3": ("A-200", 10)}))
    world.send(ACME, "ack.edi", edi("3_855.edi"))

    assert [] == decided(world)
    assert [] == events(world, "order.shortfall")


def test_only_what_has_not_left_is_routed(world) -> None:
    """Seven of ten have left, ten are refused: three are missing."""
    world.release_orders()
    world.send(ACME, "ship.edi", ship("S1", 711, {"3": ("A-200", 7)}))
    world.send(ACME, "ack.edi", edi("3_855.edi"))

    assert ["3"] == [one["missing"]["value"] for one in events(world, "order.shortfall")]


def test_an_acceptance_withdraws_the_need(world) -> None:
    """The case is closed with the file that did it, and everybody who was told is told."""
    world.release_orders()
    world.send(ACME, "no.edi", edi("3_855.edi"))
    (case,) = cases(world, "shortfall")
    world.send(ACME, "yes.edi", line_3("ACK*IA*10*EA*067*20261214", 711))

    (closed,) = cases(world, "shortfall", None)
    assert (case.id, "closed", "gateway") == (closed.id, closed.state, closed.closed_by)
    assert "yes.edi" in closed.resolution
    assert "makes it after all" in closed.resolution
    (withdrawn,) = events(world, "order.shortfall-withdrawn")
    assert ("3", "10", "0") == (
        withdrawn["line_number"],
        withdrawn["decided"]["value"],
        withdrawn["missing"]["value"],
    )
    assert 2 == sum(name.startswith("NoteOnOrder") for name in world.told_erp())


def test_a_changed_need_is_decided_anew(world) -> None:
    """Ten were missing, now four: the old decision is withdrawn before the new one is made."""
    world.release_orders()
    world.send(ACME, "no.edi", edi("3_855.edi"))
    world.send(
        ACME,
        "part.edi",
        line_3("ACK*IA*6*EA*067*20261214~\nACK*X1*4*EA", 711).replace("SE*12*", "SE*13*"),
    )

    assert ["10", "4"] == [one["missing"]["value"] for one in events(world, "order.shortfall")]
    assert 1 == len(cases(world, "shortfall"))
    assert [("3", "reroute", "cascade")] * 2 == decided(world)


def test_a_repeated_refusal_is_decided_once(world) -> None:
    """While the case is open, and after a person settled it; a need that is new is decided again."""
    world.release_orders()
    world.send(ACME, "1.edi", edi("3_855.edi"))
    world.send(ACME, "2.edi", edi("3_855.edi", numbered(711), ("SO-77120", "SO-77121")))
    assert 1 == len(decided(world))

    (case,) = cases(world, "shortfall")
    with world.gateway.ledger.begin() as tx:
        close_case(tx, case.id, "buyer", "placed with cascade")
    world.send(ACME, "3.edi", edi("3_855.edi", numbered(712), ("SO-77120", "SO-77122")))
    assert 1 == len(decided(world))

    world.send(ACME, "4.edi", line_3("ACK*IA*10*EA*067*20261214", 713))
    world.send(ACME, "5.edi", edi("3_855.edi", numbered(714), ("SO-77120", "SO-77123")))
    assert 2 == len(decided(world))


@pytest.mark.parametrize(
    ("code", "kind"), [("IF", "line-review"), ("IH", "line-on-hold")], ids=["review", "hold"]
)
def test_a_line_that_is_not_decided_is_a_case(world, code, kind) -> None:
    """Somebody looks; the same once more is the same case, and an answer that decides closes it."""
    table = world.home / "mappings" / "acme" / "tables" / "line_status.csv"
    table.write_text(table.read_text().replace("*,review", "IH,on_hold,\n*,review"))
    world.release_orders()
    world.send(ACME, "1.edi", line_3(f"ACK*{code}*10*EA", 711))
    (case,) = cases(world, kind)
    assert ("buyer", PO, "3") == (case.owner, case.po_number, case.line_number)

    again = line_3(f"ACK*{code}*10*EA", 712).replace("SO-77120", "SO-77121")
    world.send(ACME, "2.edi", again)
    assert [case.id] == [one.id for one in cases(world, kind)]

    world.send(ACME, "3.edi", line_3("ACK*IA*10*EA*067*20261214", 713))
    assert [] == cases(world, kind)
    assert "3.edi" in cases(world, kind, None)[0].resolution


def test_an_acknowledgment_may_return_to_what_it_said_first(world) -> None:
    """Accepted, rejected, accepted: the last word holds, though it is the first word again."""
    world.release_orders()
    accepted = edi("2_997.edi")
    rejected = accepted.replace("AK5*A", "AK5*R").replace("AK9*A*1*1*1", "AK9*R*1*1*0")
    assert rejected != accepted
    said = []
    for at, text in enumerate([accepted, rejected, accepted], 1):
        world.send(ACME, f"997_{at}.edi", text.replace("000000701", f"00000072{at}"))
        sent = world.documents(direction="out", entity="PurchaseOrder", number=PO)
        said.append(sent[0].acknowledged)

    assert ["accepted", "rejected", "accepted"] == said
