"""`cmgateway rerun`: a parked file done again; what took effect is left alone."""

import json
from datetime import timedelta

import pytest

from gateway.gateway import open_gateway
from gateway.ledger.files import set_file_state, take_file

PARKED = "855_703.edi"
LATE_ORDER = (
    b'{"order_no":"4500019999","released_on":"2026-11-26","vendor":"acme","currency":"USD",'
    b'"items":[{"pos":"1","part":"A-100","rev":"B","qty":"5","uom":"ST","price":"12.50",'
    b'"need_by":"2027-02-01","date_basis":"DELIVERY"}]}'
)


def effect_keys(run) -> list[str]:
    return [one["key"] for one in json.loads(run("effect", "list", "--json").out)]


def test_dry_run_says_what_would_happen_and_changes_nothing(week) -> None:
    """Which document would be done again, which is left alone, and what would be found now."""
    before = week("file", "show", PARKED, "--json").out
    ran = week("rerun", PARKED, "--dry-run")

    assert 0 == ran.code
    assert [
        ("d22", "left alone"),
        ("d23", "to be done again"),
    ] == [
        (line.split()[0], line.rpartition("  ")[2])
        for line in ran.out.splitlines()
        if line.startswith("d2")
    ]
    assert "set 2 (ST*855*0002): would be parked again\n" in ran.out
    assert "order 4500019999 is not one that acme was given" in ran.err
    assert before == week("file", "show", PARKED, "--json").out


def test_a_cause_that_is_still_there_parks_it_again(week) -> None:
    """Exit code 1, and nothing was done a second time."""
    before = effect_keys(week)
    ran = week("rerun", PARKED, "--reason", "trying")

    assert 1 == ran.code
    assert "set 2 (ST*855*0002): parked\nfile 10 is parked now: set 2" in ran.out
    assert before == effect_keys(week)


def test_a_mended_cause_lets_it_go_on(week, drop) -> None:
    """Once the missing order is released, only the parked document takes effect, and once."""
    drop("erp/out/late.json", LATE_ORDER)
    dry = week("rerun", PARKED, "--dry-run")
    ran = week("rerun", PARKED, "--reason", "the order is released now")
    again = week("rerun", PARKED)
    shown = json.loads(week("file", "show", PARKED, "--json").out)

    assert "set 2 (ST*855*0002): fine now\n" in dry.out
    assert (0, True) == (ran.code, "set 2 (ST*855*0002): routed\n" in ran.out), ran
    assert ["delivered", "routed"] == [one["state"] for one in shown["documents"]]
    assert [("rerun", "the order is released now")] == [
        (one["verb"], one["reason"]) for one in shown["actions"]
    ]
    assert (2, True) == (again.code, "only what is parked is done again" in again.err)


def test_a_document_names_its_file(week) -> None:
    """`rerun d23` is the rerun of the file d23 came in."""
    assert week("rerun", "d23", "--dry-run").out == week("rerun", PARKED, "--dry-run").out


def test_deliver_without_anything_stuck_is_refused(week) -> None:
    """There is nothing to retry, and the sentence says so."""
    ran = week("rerun", PARKED, "--from", "deliver")

    assert (2, True) == (
        ran.code,
        "no effect of file 10 is stuck; there is nothing to retry" in ran.err,
    )


@pytest.mark.parametrize("start", ["read", "map", "apply"])
def test_every_step_before_deliver_begins_from_the_bytes(week, start) -> None:
    """Read, map and apply of the parked documents are done again from the archive."""
    assert "to be done again" in week("rerun", PARKED, "--from", start, "--dry-run").out


def test_a_file_in_work_is_left_to_its_worker(week, home) -> None:
    """While another process holds the lease, a rerun would do things twice: it is refused."""
    gateway = open_gateway(home)
    with gateway.ledger.begin() as tx:
        set_file_state(tx, 10, "read")
        assert take_file(tx, 10, timedelta(minutes=10))
    gateway.ledger.dispose()
    ran = week("rerun", PARKED)

    assert (2, True) == (ran.code, "file 10 is being processed until" in ran.err)


def test_a_file_whose_worker_died_is_done_again(week, home, clock) -> None:
    """After its lease ran out the file is free; what took effect is still left alone."""
    gateway = open_gateway(home)
    with gateway.ledger.begin() as tx:
        set_file_state(tx, 10, "read")
        assert take_file(tx, 10, timedelta(minutes=10))
    gateway.ledger.dispose()
    before = effect_keys(week)
    clock.advance(timedelta(minutes=11))
    ran = week("rerun", PARKED)

    assert (1, True) == (ran.code, "file 10 is parked now" in ran.out)
    assert before == effect_keys(week)
