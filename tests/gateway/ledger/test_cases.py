"""Rules of cases, decisions, expectations, polls and actions."""

from datetime import timedelta
from decimal import Decimal

import pytest

from gateway.ledger.actions import Action, list_actions, record_action
from gateway.ledger.cases import NewCase, close_case, find_case, list_cases, open_case
from gateway.ledger.decisions import NewDecision, list_decisions, record_decision
from gateway.ledger.errors import LedgerError
from gateway.ledger.expectations import NewExpectation, expect, list_open, meet
from gateway.ledger.polls import list_polls, record_poll

SHORTFALL = NewCase(kind="shortfall", owner="buyer", summary="40 short", po_number="PO1")


def test_one_problem_is_one_open_case(tx, clock):
    """A second sight of it tells the newest, and when it began stays."""
    first = open_case(tx, SHORTFALL)
    clock.advance(timedelta(hours=1))
    newer = NewCase(kind="shortfall", owner="buyer", summary="60 short", po_number="PO1")
    assert open_case(tx, newer) == first
    (case,) = list_cases(tx)
    assert (case.summary, case.created_at) == ("60 short", clock.moment - timedelta(hours=1))


def test_a_closed_problem_that_comes_back_is_a_new_case(tx):
    """Its history is not written over."""
    first = open_case(tx, SHORTFALL)
    close_case(tx, first, "ann", "ordered elsewhere")
    assert open_case(tx, SHORTFALL) != first


def test_problems_of_no_order_are_told_apart_by_their_summary(tx):
    """Two files that must not be taken are two cases, not one that hides the other."""
    words = ["link in acme in: is a symbolic link", "sub in acme in: is a folder"] * 2
    ids = [open_case(tx, NewCase(kind="not-taken", owner="ops", summary=word)) for word in words]
    assert (ids[:2] == ids[2:], len(set(ids))) == (True, 2)


def test_who_closed_it_is_kept(tx, clock):
    """And nobody closes it a second time."""
    case_id = open_case(tx, SHORTFALL)
    close_case(tx, case_id, "ann", "ordered elsewhere")
    case = find_case(tx, case_id)
    assert case is not None
    assert (case.closed_by, case.resolution, case.closed_at) == (
        "ann",
        "ordered elsewhere",
        clock.moment,
    )
    with pytest.raises(LedgerError, match="was closed by ann at 2026-03-01 12:00 UTC: ordered"):
        close_case(tx, case_id, "bob", "again")
    with pytest.raises(LedgerError, match="there is no case 99"):
        close_case(tx, 99, "bob", "")


def test_cases_are_listed_by_state_and_order(tx):
    """Open ones, unless others are asked for."""
    case_id = open_case(tx, SHORTFALL)
    assert list_cases(tx, po_number="PO2") == []
    close_case(tx, case_id, "ann", "")
    assert list_cases(tx) == []
    assert [case.id for case in list_cases(tx, state="closed")] == [case_id]
    assert [case.id for case in list_cases(tx, state=None, po_number="PO1")] == [case_id]


def test_a_decision_keeps_what_it_was_made_from(tx, document):
    """Candidates, inputs and the version of the rules (B-102)."""
    case_id = open_case(tx, SHORTFALL)
    new = NewDecision(
        case_id=case_id,
        document_id=document(),
        po_number="PO1",
        line_number="1",
        outcome="reroute",
        chosen="beta",
        reason="qualified and quick",
        candidates=[{"partner": "beta", "score": Decimal("0.9")}],
        inputs={"short": Decimal(40)},
        rules_version="abc",
    )
    record_decision(tx, new)
    (row,) = list_decisions(tx, case_id=case_id)
    assert (row.chosen, row.candidates, row.inputs, row.decided_by) == (
        "beta",
        [{"partner": "beta", "score": "0.9"}],
        {"short": "40"},
        "rules",
    )
    assert list_decisions(tx, po_number="PO2") == []


def _expectation(clock, document_id, kind="855", hours=24):
    due_at = clock.moment + timedelta(hours=hours)
    return NewExpectation(
        po_number="PO1", partner="acme", kind=kind, due_at=due_at, document_id=document_id
    )


def test_an_answer_is_expected_once(tx, document, clock):
    """A rerun of what we sent expects nothing twice."""
    sent = document(direction="out")
    assert expect(tx, _expectation(clock, sent)) == expect(tx, _expectation(clock, sent))


def test_silence_is_noticed(tx, document, clock):
    """After its time an unmet expectation is late; the most overdue is first."""
    sent = document(direction="out")
    expect(tx, _expectation(clock, sent, "855", hours=24))
    expect(tx, _expectation(clock, sent, "997", hours=1))
    assert list_open(tx, due_before=clock.moment) == []
    clock.advance(timedelta(hours=2))
    (late,) = list_open(tx, due_before=clock.moment)
    assert (late.kind, late.is_late()) == ("997", True)
    assert [one.kind for one in list_open(tx, partner="acme")] == ["997", "855"]
    assert list_open(tx, partner="other") == []


def test_an_answer_meets_its_expectation(tx, document, clock):
    """A 997 by the document it acknowledges, an 855 by its order; each once."""
    sent, answer = document(direction="out"), document()
    expect(tx, _expectation(clock, sent, "997"))
    expect(tx, _expectation(clock, sent, "855"))
    assert meet(tx, "997", answer, document_id=sent) == 1
    assert meet(tx, "855", answer, po_number="PO2") == 0
    assert meet(tx, "855", answer, po_number="PO1") == 1
    assert meet(tx, "855", answer, po_number="PO1") == 0
    assert list_open(tx) == []


def test_meeting_nothing_in_particular_meets_nothing(tx, document, clock):
    """A forgotten argument must not meet all expectations there are."""
    sent = document(direction="out")
    expect(tx, _expectation(clock, sent))
    assert meet(tx, "855", sent) == 0


def test_the_last_poll_of_a_channel_is_kept(tx, clock):
    """With what went wrong, until it goes right again."""
    record_poll(tx, "acme in", "connection refused")
    (poll,) = list_polls(tx)
    assert (poll.alive, poll.error, poll.polled_at) == (False, "connection refused", clock.moment)
    record_poll(tx, "acme in")
    (poll,) = list_polls(tx)
    assert (poll.alive, poll.error) == (True, "")


def test_actions_tell_who_did_what_and_why(tx):
    """The newest first (C-48)."""
    record_action(tx, Action(actor="ann", verb="retry", subject="effect 1-1", reason="ERP is back"))
    record_action(tx, Action(actor="bob", verb="skip", subject="effect 1-2"))
    assert [row.actor for row in list_actions(tx)] == ["bob", "ann"]
    assert [row.reason for row in list_actions(tx, "effect 1-1")] == ["ERP is back"]
