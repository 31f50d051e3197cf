"""Clocks: what must come back by when, who is told of it and in which order (F10, B-45)."""

import email
import email.policy
from datetime import datetime

import pytest

from flows.watch import watch
from gateway.ledger.cases import CaseRow, close_case, list_cases
from gateway.ledger.decisions import list_decisions
from gateway.ledger.expectations import ExpectationRow, list_open
from tests.flows.conftest import ACME, ERP, WEEK, World

PO = "4500012345"


def _set(world: World, name: str, old: str, new: str) -> None:
    path = world.home / "partners" / f"{name}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    world.gateway.reload()


def _add(world: World, text: str) -> None:
    path = world.home / "partners" / "acme.yaml"
    path.write_text(f"{path.read_text()}\n{text}\n")
    world.gateway.reload()


def _at(world: World, text: str) -> list[str]:
    """Put the clock there, watch, and deliver; return what is late."""
    world.clock.moment = datetime.fromisoformat(text)
    late = watch(world.gateway)
    world.turn(1)
    world.clock.moment = datetime.fromisoformat(text)
    return [sentence for sentence in late if PO in sentence]


def _open(world: World, kind: str, po_number: str = PO) -> list[ExpectationRow]:
    with world.gateway.ledger.read() as tx:
        return [one for one in list_open(tx) if (one.kind, one.po_number) == (kind, po_number)]


def _cases(world: World, kind: str, state: str | None = None) -> list[CaseRow]:
    with world.gateway.ledger.read() as tx:
        return [one for one in list_cases(tx, state, PO) if one.kind == kind]


def _events(world: World, kind: str) -> list[dict]:
    payloads = [one.payload for one in world.effects() if one.kind == "event"]
    return [one["data"] for one in payloads if one["type"] == f"cmgateway.{kind}.v1"]


def _letters(world: World, start: str) -> list[str]:
    return [
        data.decode("utf-8-sig")
        for name, data in world.out("acme").items()
        if name.startswith(start)
    ]


def _ack(world: World, name: str, code: str = "") -> None:
    text = (WEEK / "3_855.edi").read_text()
    if code:
        text = text.replace("ACK*X1*10*EA", code)
    world.send(ACME, name, text)


def test_a_partner_is_reminded_once_before_the_deadline(world) -> None:
    """In its own channel, with the time its own clock will show, and never again."""
    world.release_orders()
    (due,) = _open(world, "855")
    assert f"{due.due_at:%d %H:%M} {due.warn_at:%d %H:%M}" == "25 08:00 25 04:00"
    for moment in ("2026-11-25T03:59", "2026-11-25T04:01", "2026-11-25T04:02", "2026-11-25T07:59"):
        assert [] == [late for late in _at(world, moment) if "855" in late]

    (letter,) = _letters(world, f"reminder_855_{PO}")
    assert "Wed 2026-11-25 00:00 (America/Los_Angeles)" in letter
    assert "To Order desk" in letter
    assert [PO] == [
        one["po_number"] for one in _events(world, "answer.due-soon") if one["partner"] == "acme"
    ]


def test_who_answered_is_not_reminded(world) -> None:
    """Nor where the watch comes only after the deadline: then it is overdue."""
    world.release_orders()
    _ack(world, "ack.edi")
    _at(world, "2026-11-25T04:01")
    assert [] == _letters(world, f"reminder_855_{PO}")


def test_a_reminder_is_a_mail_where_the_partner_wants_one(world) -> None:
    """A file a mail server takes as it is, to the contact of the orders."""
    _add(world, "reminders: {form: mail, sender: buyer@kestrel.example}")
    world.release_orders()
    _at(world, "2026-11-25T04:01")

    (name,) = [one for one in world.out("acme") if one.startswith("reminder_855")]
    mail = email.message_from_bytes(world.out("acme")[name], policy=email.policy.default)
    assert name.endswith(".eml")
    assert (mail["To"], mail["From"]) == ("orders@acmetool.example", "buyer@kestrel.example")
    assert PO in mail["Subject"]
    assert "nothing is to be done" in mail.get_content()


def test_a_deadline_is_one_case_then_goes_up_and_a_late_answer_ends_it(world) -> None:
    """Case at the deadline, a letter after 8 working hours, another owner after 24."""
    world.release_orders()
    assert 1 == len([late for late in _at(world, "2026-11-25T08:01") if "855" in late])
    assert 1 == len([late for late in _at(world, "2026-11-25T08:02") if "855" in late])
    (case,) = _cases(world, "overdue-855")
    assert "buyer" == case.owner
    assert [] == _letters(world, "overdue_855")

    _at(world, "2026-11-25T16:01")
    _at(world, "2026-11-25T16:02")
    (letter,) = _letters(world, f"overdue_855_{PO}")
    assert "is overdue since Wed 2026-11-25 00:00" in letter

    _at(world, "2026-11-26T08:01")
    (case,) = _cases(world, "overdue-855")
    assert "buyer-lead" == case.owner
    assert ["buyer-lead"] == [
        one["owner"] for one in _events(world, "case.escalated") if one["kind"] == "overdue-855"
    ]

    _ack(world, "late.edi")
    (case,) = _cases(world, "overdue-855")
    assert ("closed", "gateway") == (case.state, case.closed_by)
    assert "the 855 came, late" in case.resolution
    assert ["855"] == [one["awaited"] for one in _events(world, "answer.came-late")]


def test_a_case_that_a_person_closed_is_not_opened_again(world) -> None:
    """Nor does it go up; the answer is still awaited."""
    world.release_orders()
    _at(world, "2026-11-25T08:01")
    (case,) = _cases(world, "overdue-855")
    with world.gateway.ledger.begin() as tx:
        close_case(tx, case.id, "j.doe", "they called: tomorrow")
    for moment in ("2026-11-25T16:01", "2026-11-27T08:01"):
        assert [] == [late for late in _at(world, moment) if "855" in late]
    assert ["closed"] == [one.state for one in _cases(world, "overdue-855")]
    assert [] == _letters(world, "overdue_855")
    assert 1 == len(_open(world, "855"))


def test_silence_looks_for_another_cm_where_the_partner_file_says_so(world) -> None:
    """The unanswered quantity is refused and routed; an answer that comes after all withdraws it."""
    _set(world, "acme", "order_ack_hours: 48", "order_ack_hours: 48, silence_refuses: true")
    world.release_orders()
    _at(world, "2026-11-25T08:01")

    found = _events(world, "order.shortfall")
    assert {"no answer"} == {one["reason"] for one in found}
    assert "no 855 by 2026-11-25 08:00 UTC" in found[0]["caused_by"]
    with world.gateway.ledger.read() as tx:
        decided = {one.line_number: one.chosen for one in list_decisions(tx, po_number=PO)}
    assert "cascade" == decided["3"]
    assert True is _events(world, "answer.overdue")[-1]["counts_as_refusal"]
    assert any(name.startswith("NoteOnOrder") for name in world.told_erp())
    assert ["delivered"] == [one.state for one in world.documents() if one.kind == "silence"]

    _ack(world, "late.edi", "ACK*IA*10*EA*067*20261214")
    assert {"closed"} == {one.state for one in _cases(world, "shortfall")}
    assert len(found) == len(_events(world, "order.shortfall-withdrawn"))


def test_silence_refuses_nothing_where_nobody_agreed_to_it(world) -> None:
    """By default a buyer decides."""
    world.release_orders()
    _at(world, "2026-11-25T08:01")
    assert [] == _events(world, "order.shortfall")
    assert False is _events(world, "answer.overdue")[0].get("counts_as_refusal", False)


def test_a_ship_notice_is_due_by_the_day_that_was_promised(world) -> None:
    """Until the answer by the day of need; then by the earliest promise that has not left."""
    world.release_orders()
    world.send(ERP, "more.json", (WEEK / "5_orders.json").read_bytes())
    (before,) = _open(world, "856")
    _ack(world, "ack.edi", "ACK*IA*10*EA*067*20261214")
    (after,) = _open(world, "856")
    assert before.due_at != after.due_at
    assert after.warn_at < after.due_at
    _at(world, f"{after.due_at:%Y-%m-%d} 23:59")
    assert 1 == len(_cases(world, "overdue-856", "open"))

    world.send(ACME, "ship.edi", (WEEK / "7_856.edi").read_bytes())
    assert [] == _cases(world, "overdue-856", "open")
    (rest,) = _open(world, "856")  # line 3 was promised by then, and has not left
    assert rest.due_at == after.due_at
    assert rest.document_id > after.document_id


def test_hours_and_holidays_of_the_partner_move_the_deadline(world) -> None:
    """Thanksgiving and office hours in Los Angeles: 16 hours are two days, and Thursday is none."""
    _set(world, "acme", "order_ack_hours: 48", "order_ack_hours: 16")
    _set(
        world,
        "acme",
        "calendar: {timezone: America/Los_Angeles}",
        'calendar: {timezone: America/Los_Angeles, hours: ["08:00-16:00"], holidays: [2026-11-26]}',
    )
    world.clock.moment = datetime.fromisoformat("2026-11-25T20:00")
    world.release_orders()
    (due,) = _open(world, "855")
    assert "2026-11-30 20:00" == f"{due.due_at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('calendar: {hours: ["8-17"]}', "bad-value"),
        ('calendar: {hours: ["25:00-26:00"]}', "bad-value"),
        ("reminders: {form: mail}", "missing-key"),
        ("reminders: {channel: nowhere}", "unknown-channel"),
        ("escalation: [{after_hours: 8, tell: edi}, {after_hours: 4, tell: edi}]", "bad-value"),
    ],
)
def test_what_a_partner_file_says_of_time_is_checked(world, text, code) -> None:
    """With the line, before anything depends on it."""
    path = world.home / "partners" / "acme.yaml"
    lines = [
        line for line in path.read_text().splitlines() if not line.startswith(text.split(":")[0])
    ]
    path.write_text("\n".join([*lines, text, ""]))
    world.gateway.reload()
    assert [code] == [one.code for one in world.gateway.partners.findings["acme"]]
