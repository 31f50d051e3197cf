"""Relational conditions, and that the quick tests agree with the careful look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.x12.catalogue import write_sentence
from translators.x12.delimiters import Delimiters
from translators.x12.elements import check_segment, compile_segments
from translators.x12.grammar import load_grammar
from translators.x12.notes import find_broken, is_kept, read_note
from translators.x12.structure import Segment

GRAMMAR = load_grammar("850", "004010")
MARKS = Delimiters()
QUICK = compile_segments(GRAMMAR, ">")


@pytest.mark.parametrize(
    ("note", "kept", "broken"),
    [
        ("P0203", ["", "23", "1"], ["2", "3"]),
        ("P020304", ["", "234"], ["2", "23", "4"]),
        ("R0203", ["2", "3", "23"], ["", "1"]),
        ("E0203", ["", "2", "3"], ["23"]),
        ("C0203", ["", "3", "23"], ["2"]),
        ("C020304", ["", "34", "234"], ["2", "23"]),
        ("L020304", ["", "3", "23", "24"], ["2"]),
    ],
)
def test_each_letter_means_its_condition(note, kept, broken):
    """B-50: P all or none, R one at least, E one at most, C then all, L then one at least."""
    read = read_note(note)
    filled = {
        text: ["X", *("x" if str(at) in text else "" for at in range(1, 5))]
        for text in kept + broken
    }

    assert [text for text in kept if not is_kept(read, filled[text])] == []
    assert [text for text in broken if is_kept(read, filled[text])] == []


@pytest.mark.parametrize(
    ("note", "values", "wanted"),
    [
        ("P0203", ["X", "", "", "x"], (2, "B is missing: C is filled, and needs it")),
        ("R0203", ["X"], (2, "one of B and C must be filled; none is")),
        ("E0203", ["X", "", "x", "x"], (3, "B and C are both filled; only one of them may be")),
        ("C0203", ["X", "", "x"], (3, "C is missing: B is filled, and needs it")),
        ("L020304", ["X", "", "x"], (3, "B is filled; then C or D must be too")),
    ],
)
def test_a_broken_condition_is_a_sentence(note, values, wanted):
    """The sentence names the elements, the position is the one to change."""
    names = ["B", "C", "D"][: (len(note) - 1) // 2]

    broken = find_broken(read_note(note), names, values)
    sentence = write_sentence(broken.word, broken.words, broken.form)

    assert (broken.at, sentence) == wanted


values = st.one_of(
    st.sampled_from(
        [
            "",
            "",
            "1",
            "EA",
            "BP",
            "20250108",
            "20250231",
            "1430",
            "2460",
            "-5",
            "1.5",
            ".",
            "x>y",
            " ",
        ]
    ),
    st.text(max_size=20),
)


@given(name=st.sampled_from(sorted(GRAMMAR.segments)), elements=st.lists(values, max_size=14))
def test_what_the_quick_test_passes_the_careful_look_finds_good(name, elements):
    """Two ways to judge a segment must never disagree: quick True means no finding."""
    segment = Segment([name, *elements], 1)

    if QUICK[name](segment):
        assert check_segment(segment, GRAMMAR, MARKS) == []
