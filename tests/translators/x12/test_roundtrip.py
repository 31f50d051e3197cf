"""What is written is read as it was, in every set and version; control numbers roll over."""

import importlib.util
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translators.x12.delimiters import Delimiters
from translators.x12.files import check_written, read_file
from translators.x12.grammar import GROUP_OF, list_sets, list_versions, load_grammar
from translators.x12.reader import read_x12
from translators.x12.structure import Set
from translators.x12.writer import (
    OutEnvelope,
    WrittenSet,
    choose_delimiters,
    write_interchange,
)

_spec = importlib.util.spec_from_file_location(
    "valid_sets", Path(__file__).with_name("valid_sets.py")
)
valid_sets = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(valid_sets)

ALL = [(set_id, version) for version in list_versions() for set_id in list_sets(version)]
MARKS = st.sampled_from(
    [
        Delimiters(),
        Delimiters(newline="\n"),
        Delimiters("|", "^", "", "\n"),
        Delimiters("\x1d", "\x1f", "", "\x1c"),
    ]
)


def write(samples, set_id, version, segments, *, marks=None, control=1):  # noqa: PLR0913
    envelope = OutEnvelope("ZZ", "US", "01", "THEM", GROUP_OF[set_id], control, control, version)
    sets = [WrittenSet(set_id, "0001", segments)]
    chosen = choose_delimiters(sets, marks or Delimiters(), version)
    data, findings = write_interchange(sets, envelope, chosen, samples.now)
    assert findings == []
    return data, chosen


def flat(segment, marks):
    return [
        element
        if isinstance(element, str)
        else marks.component.join(element).rstrip(marks.component)
        for element in segment
    ]


@pytest.mark.parametrize(("set_id", "version"), ALL, ids=lambda value: value)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), marks=MARKS, share=st.sampled_from((0.0, 0.2, 0.5)))
def test_what_is_written_is_read_as_it_was(  # noqa: PLR0913, PLR0917 what hypothesis gives
    samples, set_id, version, seed, marks, share
):
    """read(write(x)) == x, and our own checker finds nothing wrong in it, whatever the delimiters."""
    grammar = load_grammar(set_id, version)
    segments = valid_sets.Maker(grammar, Random(seed), share).make()  # noqa: S311 no secret
    data, chosen = write(samples, set_id, version, segments, marks=marks)
    read = next(part for part in read_x12(data) if isinstance(part, Set))
    errors = [
        f for _, found in read_file(data).list_findings() for f in found if f.level == "error"
    ]

    assert [list(one) for one in read.segments[1:-1]] == [flat(one, chosen) for one in segments]
    assert errors == []


def test_the_longest_control_number_is_written_and_read(samples):
    """B-28: nine digits, after which 1 follows."""
    segments = valid_sets.Maker(load_grammar("850", "004010"), Random(1), 0.0).make()  # noqa: S311
    for control, isa13 in ((999_999_999, b"*999999999*"), (1, b"*000000001*")):
        data, _ = write(samples, "850", "004010", segments, control=control)

        assert isa13 in data
        assert check_written(data) == [] or all(
            finding.code == "line-count" for finding in check_written(data)
        )


def test_what_we_would_refuse_is_named_before_it_leaves(samples):
    """The checker that reads our partners' files reads ours."""
    segments = [("BEG", "00", "SA", "1", "", "20250231")]
    data, _ = write(samples, "850", "004010", segments)

    assert [finding.code for finding in check_written(data)] == ["invalid-date", "missing-segment"]
