"""JSON read into documents: whatever comes, documents and findings, never an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.structured.json_reader import read_json_documents


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "bad-json"), (b"", "bad-json"), (b"[]", "empty-file"), (b"3", "bad-json"), (b'{"a": NaN}', "bad-json"),
        (b"\xff", "bad-encoding"), (b"[" * 5000, "too-deep"), (b'{"a":' * 100_000, "too-deep"), (b"[1]", "bad-json"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_finding(data, code):
    """Each fault has its word and no content."""
    found = read_json_documents(data)
    assert [(d.content, [f.code for f in d.findings]) for d in found] == [(None, [code])]


def test_bad_json_says_where():
    """The place of a fault is line and column."""
    found = read_json_documents(b'{"a": 1,\n "b" 2}')
    assert found[0].findings[0].place == "line 2, column 6"


def test_numbers_stay_as_written():
    """10.50 keeps its zero, and a huge number costs nothing."""
    data = b'{"a": 10.50, "b": 1e400, "c": ' + b"9" * 5000 + b"}"
    assert read_json_documents(data)[0].content["a"] == "10.50"


def test_a_list_is_several_documents():
    """Each element of a list at the top is one document."""
    found = read_json_documents(b'[{"a": 1}, {"a": 2}]')
    assert [document.place for document in found] == ["element 1", "element 2"]


def test_a_key_that_stands_twice_warns():
    """The last of two equal keys is read, and it is said."""
    found = read_json_documents(b'{"a": 1, "a": 2}')[0]
    assert (found.content, [f.code for f in found.findings]) == ({"a": "2"}, ["duplicate-key"])


@given(st.binary(max_size=100))
def test_no_bytes_make_it_raise(data):
    """Hostile bytes end in a document or a finding."""
    assert all(d.findings or d.content is not None for d in read_json_documents(data))
