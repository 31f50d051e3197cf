"""Rules of control numbers, ours and theirs."""

import multiprocessing
from datetime import timedelta

import pytest

from gateway.ledger.control_numbers import LARGEST, bump_control_number, draw_control_number
from gateway.ledger.errors import LedgerError
from gateway.ledger.interchanges import (
    InterchangeKey,
    find_interchange,
    find_last_interchange,
    record_interchange,
)
from gateway.ledger.ledger import open_ledger

PAIR = ("ZZ/OEM", "ZZ/ACME", "P", "interchange")
DAY = timedelta(days=1)


def _key(control=7, usage="P"):
    return InterchangeKey(sender="ZZ/ACME", receiver="ZZ/OEM", control=control, usage=usage)


def test_numbers_count_up_for_each_pair(tx):
    """Test and production, interchange and group count apart (B-28)."""
    assert [draw_control_number(tx, *PAIR) for _ in range(3)] == [1, 2, 3]
    others = [("ZZ/OEM", "ZZ/B", "P"), ("ZZ/OEM", "ZZ/ACME", "T")]
    assert [draw_control_number(tx, *other, "interchange") for other in others] == [1, 1]
    assert draw_control_number(tx, *PAIR[:3], "group") == 1


def test_after_the_largest_comes_one(tx):
    """Nine digits are all there are."""
    bump_control_number(tx, PAIR, LARGEST - 1)
    assert [draw_control_number(tx, *PAIR) for _ in range(3)] == [LARGEST, 1, 2]


def test_after_a_restore_the_counter_is_bumped(tx):
    """Forwards only: numbers the partner has seen must not come again."""
    bump_control_number(tx, PAIR, 500)
    assert draw_control_number(tx, *PAIR) == 501
    with pytest.raises(LedgerError, match="has used 501 already; going back to 400"):
        bump_control_number(tx, PAIR, 400)
    with pytest.raises(LedgerError, match="0 is no control number"):
        bump_control_number(tx, PAIR, 0)


def test_a_number_of_an_undone_transaction_is_drawn_again(ledger):
    """It never left the house."""
    with ledger.begin() as tx:
        draw_control_number(tx, *PAIR)
        tx.rollback()
    with ledger.begin() as tx:
        assert draw_control_number(tx, *PAIR) == 1


def _draw(url, drawn):
    ledger = open_ledger(url)
    for _ in range(25):
        with ledger.begin() as tx:
            number = draw_control_number(tx, *PAIR)
        drawn.put(number)
    ledger.dispose()


def test_two_processes_never_draw_the_same_number(ledger):
    """Also at the very first number of a pair."""
    context = multiprocessing.get_context("spawn")
    drawn = context.Queue()
    url = ledger.url.render_as_string(hide_password=False)
    workers = [context.Process(target=_draw, args=(url, drawn)) for _ in range(2)]
    for worker in workers:
        worker.start()
    numbers = sorted(drawn.get(timeout=60) for _ in range(50))
    for worker in workers:
        worker.join(60)
    assert numbers == list(range(1, 51))


def test_an_interchange_that_comes_back_is_known(tx, arrive, clock):
    """By sender, receiver, number and usage, for so many days; its SHA-256 tells which kind."""
    record_interchange(tx, _key(), arrive(b"1").id, "a" * 64, accepted=True)
    found = find_interchange(tx, _key(), clock.moment - DAY)
    assert found is not None
    assert found.sha256 == "a" * 64
    assert find_interchange(tx, _key(8), clock.moment - DAY) is None
    assert find_interchange(tx, _key(usage="T"), clock.moment - DAY) is None
    clock.advance(2 * DAY)
    assert find_interchange(tx, _key(), clock.moment - DAY) is None


def test_a_rejected_interchange_does_not_block_its_correction(tx, arrive, clock):
    """The sender corrects it and sends it under the same number (C-33)."""
    record_interchange(tx, _key(), arrive(b"1").id, "a" * 64, accepted=False)
    assert find_interchange(tx, _key(), clock.moment - DAY) is None


def test_a_rerun_does_not_meet_itself(tx, arrive, clock):
    """The same file done again is no repetition."""
    file_id = arrive(b"1").id
    first = record_interchange(tx, _key(), file_id, "a" * 64, accepted=False)
    assert record_interchange(tx, _key(), file_id, "a" * 64, accepted=True) == first
    assert find_interchange(tx, _key(), clock.moment - DAY, not_file=file_id) is None
    assert find_interchange(tx, _key(), clock.moment - DAY) is not None


def test_the_last_number_of_a_pair_is_known(tx, arrive):
    """For gaps and rewinds (B-27)."""
    assert find_last_interchange(tx, "ZZ/ACME", "ZZ/OEM", "P") is None
    for control in (7, 9):
        file_id = arrive(b"%d" % control).id
        record_interchange(tx, _key(control), file_id, "a" * 64, accepted=True)
    last = find_last_interchange(tx, "ZZ/ACME", "ZZ/OEM", "P")
    assert last is not None
    assert last.control == 9
