"""Writing interchanges, and reading them back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.x12.delimiters import Delimiters
from translators.x12.reader import read_x12
from translators.x12.structure import Set
from translators.x12.writer import OutEnvelope, WrittenSet, choose_delimiters, write_interchange

ENVELOPE = OutEnvelope("ZZ", "BUYER", "01", "SELLER", "PO", 42, 7)
ORDER = WrittenSet("850", "0001", [("BEG", "00", "SA", "1", "", "20250108", "")])

texts = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
elements = st.one_of(st.just(""), texts)
segments = st.lists(elements, min_size=1, max_size=8).filter(lambda values: values[-1] != "")
bodies = st.lists(st.builds(lambda values: ("ABC", *values), segments), max_size=8)


def test_an_interchange_is_written_as_the_standard_wants(samples):
    """Fixed ISA widths, counts, nine-digit numbers, GS04 with its century, ISA09 without (B-21)."""
    data, findings = write_interchange([ORDER], ENVELOPE, Delimiters(newline="\n"), samples.now)

    assert findings == []
    assert data.decode().splitlines() == [
        (
            f"ISA*00*{'':10}*00*{'':10}*ZZ*{'BUYER':15}*01*{'SELLER':15}*250108*1430*U*00401*000000042"
            "*0*P*>~"
        ),
        "GS*PO*BUYER*SELLER*20250108*1430*7*X*004010~",
        "ST*850*0001~",
        "BEG*00*SA*1**20250108~",
        "SE*3*0001~",
        "GE*1*7~",
        "IEA*1*000000042~",
    ]


def test_a_repetition_separator_stands_in_a_5010_isa(samples):
    """B-7: ISA11 is U before 00402 and the separator after."""
    data, _ = write_interchange(
        [ORDER], replace(ENVELOPE, version="005010"), Delimiters(), samples.now
    )

    assert data[82:89] == b"^*00501"


def test_components_are_joined_and_trimmed(samples):
    """B-48: empty components and elements at the end are left out."""
    order = replace(ORDER, segments=[("SLN", "1", "", "I", ("5", "EA", ""), ("", ""))])
    data, _ = write_interchange([order], ENVELOPE, Delimiters(), samples.now)

    assert b"~SLN*1**I*5>EA~" in data


@pytest.mark.parametrize("value", ["a*b", "a~b", "a>b", "a\nb", "a\x00b"])
def test_a_delimiter_in_the_data_is_a_finding(samples, value):
    """B-8: there is no escape; nothing is written."""
    order = replace(ORDER, segments=[("MSG", value)])
    data, findings = write_interchange([order], ENVELOPE, Delimiters(), samples.now)

    assert data == b""
    assert [finding.code for finding in findings] == ["delimiter-in-data"]


def test_other_delimiters_are_chosen_where_the_partner_leaves_the_choice(samples):
    """B-8: what the data hold is replaced, the rest stays."""
    order = replace(ORDER, segments=[("MSG", "5*3 > 10")])
    marks = choose_delimiters([order], Delimiters())
    data, findings = write_interchange([order], ENVELOPE, marks, samples.now)

    assert (marks.segment, marks.element in "*>~", marks.component in "*>~") == ("~", False, False)
    assert findings == []
    assert data


@pytest.mark.parametrize(
    "change",
    [
        {"interchange_control": 0},
        {"group_control": 1_000_000_000},
        {"sender": "A" * 16},
        {"receiver": ""},
        {"usage": ""},
        {"sender": "A\nB"},
    ],
)
def test_an_envelope_that_does_not_fit_is_a_finding(samples, change):
    """A partner file with a fault stops the document, not the partner's parser."""
    data, findings = write_interchange(
        [ORDER], replace(ENVELOPE, **change), Delimiters(), samples.now
    )

    assert data == b""
    assert findings


@given(bodies=st.lists(bodies, max_size=4))
def test_what_is_written_reads_back(samples, bodies):
    """read(write(x)) == x, whatever the values, as long as delimiters may be chosen."""
    sets = [WrittenSet("850", f"{at:04d}", body) for at, body in enumerate(bodies, 1)]
    marks = choose_delimiters(sets, Delimiters())
    data, findings = write_interchange(sets, ENVELOPE, marks, samples.now)
    if findings:  # data that hold every possible delimiter
        assert {finding.code for finding in findings} == {"delimiter-in-data"}
        return
    parts = list(read_x12(data))
    back = [
        [tuple(segment) for segment in part.segments[1:-1]]
        for part in parts
        if isinstance(part, Set)
    ]

    assert back == bodies
    assert [finding for part in parts for finding in part.findings] == []
