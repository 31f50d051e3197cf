"""B-95: what somebody has in hand finds the documents: an order, a part, a control number, a file."""

import json

import pytest


@pytest.mark.parametrize(
    ("text", "by", "least"),
    [
        ("4500012345", "number", 2),
        ("A-200", "content", 1),
        ("702", "ISA13", 1),
        ("000000702", "ISA13", 1),
        ("855_702.edi", "file", 1),
        ("SO-77120", "content", 1),
    ],
)
def test_a_number_finds_its_documents(week, text, by, least) -> None:
    """The newest first, each once, and by what it was found."""
    hits = json.loads(week("find", text, "--json").out)

    assert by in {hit["found_by"] for hit in hits}
    assert least <= len(hits)
    assert len(hits) == len({hit["id"] for hit in hits})
    assert sorted((hit["id"] for hit in hits), reverse=True) == [hit["id"] for hit in hits]


def test_a_part_of_a_value_and_a_wildcard_find_nothing(week) -> None:
    """Only whole values count, and `%` is a character like any other."""
    assert [] == json.loads(week("find", "A-20", "--json").out)
    assert [] == json.loads(week("find", "A-2%", "--json").out)
    assert 2 == week("find", " ").code
