"""Rules of orders and their commitments."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from canonical.postings import Posting, balance_of
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Quantity
from gateway.ledger.commitments import list_commitments, post, supersede
from gateway.ledger.errors import LedgerError
from gateway.ledger.orders import find_order, list_orders, record_order, set_order_state


def _order(number="PO1", quantity="100"):
    ordered = Quantity(value=Decimal(quantity), unit="EA")
    line = OrderLine(line_number="1", item=Item(buyer="P-1"), ordered=ordered)
    return PurchaseOrder(
        po_number=number, ordered_on=date(2026, 3, 1), currency="USD", lines=(line,)
    )


def _posting(kind="ordered", quantity="100", line="1", **more):
    return Posting(
        po_number="PO1",
        line_number=line,
        kind=kind,
        quantity=Decimal(quantity),
        unit="EA",
        partner="acme",
        **more,
    )


@pytest.fixture
def released(tx, document):
    """Return the document that released order PO1."""
    document_id = document(kind="json")
    record_order(tx, _order(), "acme", document_id)
    return document_id


def test_an_order_comes_back_as_an_entity(tx, released):
    """Decimals and dates are what they were."""
    row = find_order(tx, "PO1")
    assert row is not None
    assert (row.entity, row.partner, row.state) == (_order(), "acme", "released")
    assert row.document_id == released
    assert find_order(tx, "PO2") is None


def test_an_order_of_another_partner_is_not_found(tx, released):
    """Partner A never sees partner B's order (B-94)."""
    assert find_order(tx, "PO1", partner="other") is None
    assert find_order(tx, "PO1", partner="acme").document_id == released


def test_a_later_release_replaces_the_content(tx, released, document):
    """The state goes on from where it was."""
    set_order_state(tx, "PO1", "sent")
    record_order(tx, _order(quantity="80"), "acme", document(kind="json"))
    row = find_order(tx, "PO1")
    assert row is not None
    assert (row.entity.lines[0].ordered.value, row.state) == (Decimal(80), "sent")
    assert row.document_id != released


def test_orders_are_listed(tx, released):
    """By state and partner."""
    record_order(tx, _order("PO2"), "other", released)
    set_order_state(tx, "PO2", "closed")
    assert sorted(row.po_number for row in list_orders(tx)) == ["PO1", "PO2"]
    assert [row.po_number for row in list_orders(tx, state="closed")] == ["PO2"]
    assert [row.po_number for row in list_orders(tx, partner="acme")] == ["PO1"]


def test_states_of_orders_are_a_closed_list(tx):
    """So are the orders themselves."""
    with pytest.raises(LedgerError, match="'lost' is no state of an order"):
        set_order_state(tx, "PO1", "lost")
    with pytest.raises(LedgerError, match="there is no order PO1"):
        set_order_state(tx, "PO1", "sent")


def test_postings_come_back_as_posted(tx, released):
    """Exact quantities, dates and places."""
    postings = [
        _posting(quantity="1E+3"),
        _posting("accepted", "0.10", promised_on=date(2026, 4, 1), means="ship", place="seg 4"),
    ]
    post(tx, postings, released)
    rows = list_commitments(tx, "PO1")
    assert [row.posting for row in rows] == postings
    assert str(rows[1].posting.quantity) == "0.10"
    assert {row.document_id for row in rows} == {released}


def test_commitments_of_one_line(tx, released):
    """Other lines and other orders are left out."""
    post(tx, [_posting(line="1"), _posting(line="2")], released)
    assert [row.posting.line_number for row in list_commitments(tx, "PO1", "2")] == ["2"]
    assert list_commitments(tx, "PO2") == []


def test_a_later_answer_supersedes_the_earlier(tx, released, document):
    """Of the named kinds and line only; the history stays."""
    first, second = document(), document()
    post(tx, [_posting()], released)
    post(tx, [_posting("accepted", "100"), _posting("accepted", "5", line="2")], first)
    post(tx, [_posting("accepted", "60"), _posting("rejected", "40")], second)
    assert supersede(tx, "PO1", "1", ["accepted", "backordered", "rejected"], second) == 1
    balance = balance_of(row.posting for row in list_commitments(tx, "PO1", "1"))
    assert (balance.ordered, balance.accepted, balance.rejected) == (100, 60, 40)
    every = list_commitments(tx, "PO1", "1", with_superseded=True)
    assert [row.superseded_by for row in every] == [None, second, None, None]


def test_a_posting_needs_its_order(tx, document):
    """Nothing is promised on an order nobody released."""
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        post(tx, [_posting()], document())


def test_no_postings_are_nothing(tx, released):
    """A document may say nothing of quantities."""
    post(tx, [], released)
    assert list_commitments(tx, "PO1") == []
