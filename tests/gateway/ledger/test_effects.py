"""Rules of effects: one key once, in order within an order, never lost, never taken twice."""

import multiprocessing
from datetime import timedelta

import pytest

from gateway.ledger import effects
from gateway.ledger.documents import NewDocument, find_document, record_document
from gateway.ledger.effects import (
    NewEffect,
    count_effects_by_state,
    delay_effect,
    find_effect,
    finish_effect,
    keep_effects,
    list_effects,
    queue_effect,
    retry_effect,
    skip_effect,
    stick_effect,
    take_effects,
)
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import find_file, set_file_state
from gateway.ledger.ledger import open_ledger

LEASE = timedelta(minutes=5)


@pytest.fixture
def queue(tx, document):
    """Return a function that queues an effect, of a new document unless one is named."""

    def add(number=1, document_id=None, order_key="", kind="erp"):
        effect = NewEffect(
            document_id=document_id or document(),
            number=number,
            kind=kind,
            target="erp",
            order_key=order_key,
            payload={"quantity": "5"},
        )
        return queue_effect(tx, effect)

    return add


def _take(tx, owner="one", limit=10):
    return take_effects(tx, owner, limit, LEASE)


def _keys(rows):
    return [row.key for row in rows]


def test_an_effect_is_given_out_as_queued(tx, queue):
    """Its key is document and number; its payload comes back."""
    key = queue()
    (row,) = _take(tx)
    assert (row.key, row.payload, row.state, row.attempts) == (key, {"quantity": "5"}, "taken", 1)
    assert key == f"{row.document_id}-1"


def test_the_same_effect_is_queued_once(tx, queue, document):
    """A rerun of a document repeats nothing (B-46)."""
    found = document()
    assert queue(document_id=found) == queue(document_id=found)
    assert len(list_effects(tx)) == 1


def test_a_number_cannot_mean_two_things(queue, document):
    """An effect that would silently be dropped is refused instead."""
    found = document()
    queue(document_id=found, kind="put")
    with pytest.raises(LedgerError, match="give each effect of a document a number of its own"):
        queue(document_id=found, kind="erp")


def test_what_is_taken_is_not_taken_again(tx, queue):
    """Until its lease ends an effect is with one owner."""
    queue()
    assert [len(_take(tx, "one")), len(_take(tx, "two"))] == [1, 0]


def test_a_deserted_effect_is_given_out_again(tx, queue, clock):
    """Its owner died: when the lease is over another one does it, and attempts tell."""
    queue()
    _take(tx, "one")
    clock.advance(LEASE + timedelta(seconds=1))
    (row,) = _take(tx, "two")
    assert (row.owner, row.attempts) == ("two", 2)


def test_within_an_order_one_after_the_other(tx, queue):
    """The second effect of an order waits for the first (B-90)."""
    first, second = queue(order_key="PO1"), queue(order_key="PO1")
    (taken,) = _take(tx)
    assert taken.key == first
    assert _take(tx) == []
    finish_effect(tx, taken.id)
    assert _keys(_take(tx)) == [second]


def test_orders_do_not_wait_for_each_other(tx, queue):
    """A stuck effect holds back its own order and nothing else (B-91)."""
    stuck, waiting = queue(order_key="PO1"), queue(order_key="PO1")
    other, unordered = queue(order_key="PO2"), queue()
    (row,) = _take(tx, limit=1)
    stick_effect(tx, row.id, "no such order")
    assert row.key == stuck
    assert _keys(_take(tx)) == [other, unordered]
    skip_effect(tx, row.id, "done by hand")
    assert _keys(_take(tx)) == [waiting]


def test_a_delayed_effect_waits_for_its_time(tx, queue, clock):
    """Back-off: not due, not given out, and the later ones of its order wait too."""
    queue(order_key="PO1")
    queue(order_key="PO1")
    (row,) = _take(tx)
    delay_effect(tx, row.id, "503", clock.moment + timedelta(seconds=30))
    assert _take(tx) == []
    clock.advance(timedelta(seconds=31))
    assert _keys(_take(tx)) == [row.key]


def test_retry_makes_it_due_now_with_all_attempts(tx, queue):
    """Ops retry what is stuck, and it really is retried (C-46)."""
    queue()
    (row,) = _take(tx)
    stick_effect(tx, row.id, "refused")
    retry_effect(tx, row.id)
    (again,) = _take(tx)
    assert (again.id, again.attempts, again.error) == (row.id, 1, "refused")


def test_what_is_done_stays_done(tx, queue):
    """A late word of an owner whose lease ran out changes nothing."""
    queue()
    (row,) = _take(tx)
    finish_effect(tx, row.id, "created 17")
    finish_effect(tx, row.id, "created 18")
    delay_effect(tx, row.id, "late", row.due_at)
    stick_effect(tx, row.id, "late")
    found = find_effect(tx, row.key)
    assert found is not None
    assert (found.state, found.result, found.error) == ("done", "created 17", "")
    with pytest.raises(LedgerError, match="is done; only what is stuck or pending can be retried"):
        retry_effect(tx, row.id)
    with pytest.raises(LedgerError, match="is done; only what is stuck or pending can be skipped"):
        skip_effect(tx, row.id, "why not")


def test_a_former_owner_cannot_put_back_what_another_has(tx, queue, clock):
    """Its failure says nothing about the attempt that is under way now."""
    queue()
    (row,) = _take(tx, "one")
    clock.advance(LEASE * 2)
    _take(tx, "two")
    delay_effect(tx, row.id, "timeout", clock.moment, owner="one")
    stick_effect(tx, row.id, "timeout", owner="one")
    found = find_effect(tx, row.id)
    assert found is not None
    assert (found.state, found.owner) == ("taken", "two")


def test_an_effect_that_is_not_there(tx):
    """A wrong id is an error, not a success."""
    with pytest.raises(LedgerError, match="there is no effect 5"):
        finish_effect(tx, 5)


def test_counting_knows_every_state(tx, queue):
    """Nought is told, too."""
    queue()
    queue()
    _take(tx, limit=1)
    counted = {"pending": 1, "taken": 1, "done": 0, "stuck": 0, "skipped": 0}
    assert count_effects_by_state(tx) == counted


def test_the_last_effect_delivers_document_and_file(tx, queue, document, arrive):
    """Document and file are delivered when all that was to be done outside is done."""
    file_id = arrive().id
    found = document(file_id=file_id)
    queue(1, found)
    queue(2, found)
    set_file_state(tx, file_id, "applied")
    states = []
    for row in _take(tx):
        finish_effect(tx, row.id)
        states.append((find_document(tx, found).state, find_file(tx, file_id).state))
    assert states == [("applied", "applied"), ("delivered", "delivered")]


def test_a_parked_document_stays_parked(tx, queue, document, arrive):
    """Its rejection was delivered, the document was not; nor was its file."""
    file_id = arrive().id
    parked, good = document(file_id=file_id, state="parked"), document(file_id=file_id, ordinal=2)
    queue(1, parked, kind="put")
    queue(1, good)
    set_file_state(tx, file_id, "applied")
    for row in _take(tx):
        finish_effect(tx, row.id)
    states = (find_document(tx, parked).state, find_document(tx, good).state)
    assert (*states, find_file(tx, file_id).state) == ("parked", "delivered", "applied")


def test_a_file_still_processed_is_not_delivered(tx, queue, document, arrive):
    """Its first document may be delivered before its second is recorded."""
    file_id = arrive().id
    queue(1, document(file_id=file_id))
    (row,) = _take(tx)
    finish_effect(tx, row.id)
    assert find_file(tx, file_id).state == "received"
    set_file_state(tx, file_id, "applied")
    assert find_file(tx, file_id).state == "delivered"


def _race(url, owner, found):
    ledger = open_ledger(url)
    while True:
        with ledger.begin() as tx:
            rows = take_effects(tx, owner, 3, LEASE)
        if not rows:
            break
        for row in rows:
            found.put(row.key)
            with ledger.begin() as tx:
                finish_effect(tx, row.id)
    ledger.dispose()


def test_two_processes_never_take_the_same_effect(ledger):
    """Racing workers share the work: each effect once, each order in its order."""
    with ledger.begin() as tx:
        queue_many(tx, orders=4, each=10)
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    url = ledger.url.render_as_string(hide_password=False)
    workers = [context.Process(target=_race, args=(url, name, found)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    keys = [found.get(timeout=60) for _ in range(40)]
    for worker in workers:
        worker.join(60)
    assert found.empty()
    assert len(set(keys)) == 40
    with ledger.read() as tx:
        done = sorted(list_effects(tx, "done"), key=lambda row: row.done_at)
    for order in {row.order_key for row in done}:
        ids = [row.id for row in done if row.order_key == order]
        assert ids == sorted(ids)


def queue_many(tx, orders, each):
    """Queue this many effects for each of so many orders, interleaved."""
    new = NewDocument(partner="acme", direction="in", kind="csv", state="applied")
    document_id = record_document(tx, new)
    for number in range(orders * each):
        key = f"PO{number % orders}"
        effect = NewEffect(
            document_id=document_id,
            number=number,
            kind="erp",
            target="erp",
            order_key=key,
            payload={},
        )
        queue_effect(tx, effect)


def test_a_clock_that_is_set_back_holds_no_effect(tx, queue, clock):
    """Taken, put off or new: by a clock of yesterday all of them are due."""
    queue(1)
    dead = take_effects(tx, "dead", 1, LEASE)
    queue(2)
    late = take_effects(tx, "one", 1, LEASE)
    delay_effect(tx, late[0].id, "away", clock.moment + timedelta(minutes=5))
    queue(3)
    clock.advance(timedelta(days=-1))
    taken = take_effects(tx, "two", 9, LEASE)
    assert len(taken) == 3
    assert {dead[0].id, late[0].id} < {one.id for one in taken}


def test_a_lease_can_be_kept(tx, queue, clock):
    """What takes longer than its lease is not taken by another while somebody works on it."""
    queue(1)
    take_effects(tx, "one", 1, LEASE)
    clock.advance(LEASE / 2)
    assert keep_effects(tx, "one", LEASE, [1]) == 1
    assert keep_effects(tx, "one", LEASE, []) == 0
    clock.advance(LEASE * 0.9)
    assert take_effects(tx, "two", 1, LEASE) == []


def test_postgresql_skips_what_others_hold(new_postgresql):
    """There workers do not queue up behind each other's rows."""
    ledger = open_ledger(new_postgresql())
    with ledger.begin() as tx:
        document = NewDocument(partner="acme", direction="in", kind="csv", state="applied")
        document_id = record_document(tx, document)
        for number in (1, 2):
            effects.queue_effect(tx, _effect(document_id, number))
    with ledger.begin() as tx, ledger.begin() as other:
        first = effects.take_effects(tx, "one", 1, LEASE)
        second = effects.take_effects(other, "two", 1, LEASE)
    ledger.dispose()
    assert [1, 1] == [len(first), len(second)]
    assert first[0].id != second[0].id


def _effect(document_id, number):
    return effects.NewEffect(
        document_id=document_id, number=number, kind="event", target="journal", payload={}
    )
