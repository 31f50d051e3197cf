"""Rules of documents: reruns, twins, findings, what we sent."""

import pytest

from gateway.ledger.documents import (
    DocumentQuery,
    find_document,
    find_document_at,
    find_sent,
    find_twin,
    link_orders,
    list_documents,
    list_linked_orders,
    list_sent,
    set_acknowledged,
    set_document_state,
)
from gateway.ledger.errors import LedgerError
from gateway.ledger.findings import list_findings, record_findings
from translators.findings import Finding, X12Place


def _finding(code):
    place = X12Place(segment="ACK", ordinal=7)
    return Finding(level="error", code=code, sentence="IR is no status", x12=place)


def test_a_document_is_recorded_as_given(tx, arrive, document):
    """What was recorded comes back."""
    file_id = arrive().id
    found = find_document(tx, document(file_id=file_id, number="PO1", content="{}"))
    assert found is not None
    assert (found.file_id, found.number, found.content) == (file_id, "PO1", "{}")
    assert find_document_at(tx, file_id, 1) == found


def test_a_parked_document_done_again_keeps_its_id(tx, arrive, document):
    """A rerun is the same document, so its effects keep their keys."""
    file_id = arrive().id
    first = document(file_id=file_id, state="parked", reason="no such order")
    assert document(file_id=file_id, state="applied") == first
    found = find_document(tx, first)
    assert found is not None
    assert (found.state, found.reason) == ("applied", "")


def test_an_applied_document_is_not_done_again(arrive, document):
    """Nothing takes effect twice, even when two workers read one file."""
    file_id = arrive().id
    document(file_id=file_id)
    with pytest.raises(LedgerError, match="document 1 of file 1 is applied already"):
        document(file_id=file_id)


def test_what_we_write_has_no_file(document):
    """Outbound documents never meet each other's place."""
    assert document(direction="out") != document(direction="out")


def test_a_twin_is_one_that_took_effect(tx, document):
    """The same business document in another file is found by its key (B-68)."""
    first, second = document(business_key="k"), document(business_key="k", state="mapped")
    twin = find_twin(tx, "k", second)
    assert twin is not None
    assert twin.id == first
    assert find_twin(tx, "k", first) is None


@pytest.mark.parametrize("state", ["parked", "duplicate", "quarantined", "ignored"])
def test_a_document_that_failed_is_no_twin(tx, document, state):
    """A failed attempt does not block its correction (C-33)."""
    document(business_key="k", state=state)
    assert find_twin(tx, "k", None) is None


def test_documents_are_listed_by_what_they_are(tx, document):
    """Each word of the query narrows the list; the newest come first."""
    one, two = document(number="A"), document(number="B", state="parked")
    link_orders(tx, two, ["PO1"])
    assert [row.id for row in list_documents(tx)] == [two, one]
    assert [row.id for row in list_documents(tx, DocumentQuery(number="A"))] == [one]
    assert [row.id for row in list_documents(tx, DocumentQuery(po_number="PO1"))] == [two]
    assert list_documents(tx, DocumentQuery(state="parked", number="A")) == []


def test_linking_orders_replaces(tx, document):
    """A rerun that speaks of other orders leaves no link to the former."""
    found = document()
    link_orders(tx, found, ["PO1", "PO2", "PO1"])
    link_orders(tx, found, ["PO3", "PO2"])
    assert list_linked_orders(tx, found) == ["PO2", "PO3"]


def test_findings_come_back_whole(tx, document):
    """The place in the set is kept: a 997 is written from it."""
    found = document()
    record_findings(tx, [_finding("unknown-code")], document_id=found)
    assert [row.finding for row in list_findings(tx, document_id=found)] == [
        _finding("unknown-code")
    ]


def test_findings_of_a_rerun_replace_the_former(tx, arrive, document):
    """Those of the file around the documents are left alone."""
    file_id = arrive().id
    found = document(file_id=file_id)
    record_findings(tx, [_finding("of-file")], file_id=file_id)
    record_findings(tx, [_finding("old")], file_id=file_id, document_id=found)
    record_findings(tx, [_finding("new")], document_id=found)
    assert [row.code for row in list_findings(tx, file_id=file_id)] == ["of-file", "new"]
    record_findings(tx, [], file_id=file_id)
    assert [row.code for row in list_findings(tx, file_id=file_id)] == ["new"]


def test_findings_need_an_owner(tx):
    """A finding of nothing could never be shown."""
    with pytest.raises(LedgerError, match="name one of them"):
        record_findings(tx, [_finding("x")])


def test_a_document_we_sent_is_found_by_its_control_numbers(tx, document):
    """Leading zeros of a group control number mean nothing (B-16)."""
    common = {"direction": "out", "group_id": "PO", "group_control": "000000012"}
    one, two = document(set_control="0001", **common), document(set_control="0002", **common)
    by_set = find_sent(tx, "acme", "PO", "12", "0002")
    assert by_set is not None
    assert by_set.id == two
    assert [row.id for row in list_sent(tx, "acme", "PO", "0012")] == [one, two]


def test_what_another_partner_was_sent_is_not_found(tx, document):
    """A partner can acknowledge only what it was sent itself (B-94)."""
    document(direction="out", group_id="PO", group_control="12", set_control="0001")
    assert find_sent(tx, "other", "PO", "12", "0001") is None


def test_of_a_control_number_used_again_the_newest_group_is_meant(tx, document):
    """Counters roll over and are restored from backups (B-28)."""
    common = {"direction": "out", "group_id": "PO", "group_control": "12"}
    document(interchange_control="000000001", **common)
    new = document(interchange_control="000000900", **common)
    assert [row.id for row in list_sent(tx, "acme", "PO", "12")] == [new]


def test_acknowledgement_and_state_are_closed_lists(tx, document):
    """Unknown words are refused with those that are known."""
    found = document()
    set_acknowledged(tx, found, "accepted")
    set_document_state(tx, found, "routed")
    with pytest.raises(LedgerError, match="'fine' is no acknowledgement"):
        set_acknowledged(tx, found, "fine")
    with pytest.raises(LedgerError, match="'fine' is no state of a document"):
        set_document_state(tx, found, "fine")
    with pytest.raises(LedgerError, match="there is no document 99"):
        set_document_state(tx, 99, "parked")
