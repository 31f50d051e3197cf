"""Rules of files: identity, duplicates, second sights, leases."""

import multiprocessing
from datetime import timedelta

import pytest

from gateway.ledger.arriving import Arrival, record_file
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import (
    find_file,
    keep_files,
    list_files,
    list_unfinished_files,
    list_unsettled_files,
    mark_settled,
    release_file,
    set_file_state,
    take_file,
)
from gateway.ledger.ledger import open_ledger

MINUTE = timedelta(minutes=1)


def test_a_new_file_is_received(arrive, clock):
    """The first file of these bytes is to be processed."""
    row = arrive()
    assert (row.state, row.duplicate_of, row.received_at) == ("received", None, clock.moment)


def test_the_same_bytes_under_another_name_are_a_duplicate(arrive):
    """Identity is partner and content, never the name."""
    first, second = arrive(name="a.edi"), arrive(name="b.edi")
    assert (second.state, second.duplicate_of) == ("duplicate", first.id)
    assert second.reason.startswith("the same bytes came as a.edi at ")


def test_the_same_name_with_other_bytes_is_new(tx, arrive):
    """A partner may send one name every day (C-41)."""
    mark_settled(tx, arrive(b"monday").id)
    assert arrive(b"tuesday").state == "received"


def test_another_partner_may_send_the_same_bytes(arrive):
    """Partners know nothing of each other (B-94)."""
    arrive(partner="acme")
    assert arrive(partner="other").state == "received"


def test_an_unsettled_file_seen_again_is_the_same_arrival(arrive):
    """The process died after the commit and before the source was removed (C-35)."""
    assert arrive() == arrive()


def test_an_unsettled_duplicate_seen_again_is_the_same_arrival(arrive):
    """A duplicate, too, is recorded once however often its source is seen."""
    arrive(name="a.edi")
    assert arrive(name="b.edi") == arrive(name="b.edi")


def test_a_settled_file_sent_again_is_a_duplicate(tx, arrive):
    """Once the source was removed, the same name and bytes are another arrival."""
    first = arrive()
    mark_settled(tx, first.id)
    second = arrive()
    assert (second.id != first.id, second.duplicate_of) == (True, first.id)


def test_all_duplicates_point_at_the_first(tx, arrive):
    """A third sending is a duplicate of the first, not of the second."""
    rows = []
    for name in "abc":
        rows.append(arrive(name=name))
        mark_settled(tx, rows[-1].id)
    assert [row.duplicate_of for row in rows] == [None, rows[0].id, rows[0].id]


def test_a_file_is_found_by_id_hash_and_name(tx, arrive):
    """People copy what a listing shows them."""
    row = arrive(b"x", name="855.edi")
    keys = (row.id, str(row.id), row.sha256, row.sha256[:8], row.sha256[:8].upper(), "855.edi")
    assert [find_file(tx, key) for key in keys] == [row] * 6
    assert find_file(tx, "856.edi") is None


def test_of_one_name_the_newest_is_found(tx, arrive):
    """The name alone means the file that came last."""
    arrive(b"old")
    new = arrive(b"new")
    assert find_file(tx, "855.edi") == new


def test_a_hash_finds_the_first_not_its_duplicates(tx, arrive):
    """The hash names content; its first file is where the work was done."""
    first = arrive(name="a.edi")
    arrive(name="b.edi")
    assert find_file(tx, first.sha256) == first


def test_settling_is_recorded(tx, arrive):
    """Until then the file is listed as still lying at its source."""
    row = arrive()
    assert list_unsettled_files(tx, "drop") == [row]
    mark_settled(tx, row.id)
    assert list_unsettled_files(tx, "drop") == []


def test_states_are_a_closed_list(tx, arrive):
    """A state nobody knows would be silence."""
    with pytest.raises(LedgerError, match="'lost' is no state of a file; it is one of received"):
        set_file_state(tx, arrive().id, "lost")


def test_a_file_that_is_not_there_cannot_change(tx):
    """A wrong id is an error, not a change of nothing."""
    with pytest.raises(LedgerError, match="there is no file 7"):
        set_file_state(tx, 7, "parked")


def test_listing_filters(tx, arrive):
    """By state and partner, newest first."""
    one, two = arrive(b"1"), arrive(b"2")
    set_file_state(tx, one.id, "parked", "no such order")
    assert [row.id for row in list_files(tx)] == [two.id, one.id]
    assert [row.reason for row in list_files(tx, state="parked")] == ["no such order"]
    assert list_files(tx, partner="other") == []


def test_a_taken_file_is_nobody_elses(tx, arrive):
    """One worker at a time (B-89)."""
    row = arrive()
    assert [take_file(tx, row.id, MINUTE) is not None for _ in range(2)] == [True, False]
    assert list_unfinished_files(tx) == []


def test_a_lease_ends(tx, arrive, clock):
    """A worker that died gives its file back when the lease is over."""
    row = arrive()
    take_file(tx, row.id, MINUTE)
    clock.advance(MINUTE + timedelta(seconds=1))
    assert [found.id for found in list_unfinished_files(tx)] == [row.id]
    assert take_file(tx, row.id, MINUTE)


def test_a_lease_can_be_kept(tx, arrive, clock):
    """A large file takes longer than its lease; who works on it says so now and then."""
    row = arrive()
    take_file(tx, row.id, MINUTE, "one")
    clock.advance(MINUTE / 2)
    assert [keep_files(tx, name, MINUTE, [1]) for name in ("one", "two")] == [1, 0]
    assert keep_files(tx, "one", MINUTE, []) == 0
    clock.advance(MINUTE * 0.9)
    assert take_file(tx, row.id, MINUTE, "two") is None


def test_a_clock_that_is_set_back_does_not_hold_a_file(tx, arrive, clock):
    """A lease that ends next year by the clock as it is now was written by another clock."""
    row = arrive()
    take_file(tx, row.id, MINUTE, "dead")
    clock.advance(timedelta(days=-1))
    assert [found.id for found in list_unfinished_files(tx)] == [row.id]
    assert take_file(tx, row.id, MINUTE, "two")


def test_a_released_file_can_be_taken(tx, arrive):
    """Releasing ends the lease."""
    row = arrive()
    take_file(tx, row.id, MINUTE)
    release_file(tx, row.id)
    assert take_file(tx, row.id, MINUTE)


def test_a_finished_file_cannot_be_taken(tx, arrive):
    """Whoever listed it before it was finished by another does not do it again."""
    row = arrive()
    set_file_state(tx, row.id, "parked")
    assert not take_file(tx, row.id, MINUTE)


def _record_many(url, channel, recorded):
    ledger = open_ledger(url)
    for number in range(30):
        sha256 = f"{number:064x}"
        with ledger.begin() as tx:
            arrival = Arrival(partner="acme", channel=channel, name="a", sha256=sha256, size=1)
            recorded.put((sha256, record_file(tx, arrival).state))
    ledger.dispose()


def test_of_two_processes_one_receives(ledger):
    """The same bytes through two channels at once: one is received, one is a duplicate."""
    context = multiprocessing.get_context("spawn")
    recorded = context.Queue()
    url = ledger.url.render_as_string(hide_password=False)
    workers = [
        context.Process(target=_record_many, args=(url, name, recorded)) for name in ("a", "b")
    ]
    for worker in workers:
        worker.start()
    seen = [recorded.get(timeout=60) for _ in range(60)]
    for worker in workers:
        worker.join(60)
    assert {state for _, state in seen} == {"received", "duplicate"}
    assert len(set(seen)) == 60
