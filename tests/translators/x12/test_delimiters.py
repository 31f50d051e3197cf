"""Delimiters from an ISA in and out of shape."""

import pytest

from translators.x12.delimiters import NO_COMPONENT, Delimiters, read_delimiters
from translators.x12.reader import read_x12
from translators.x12.structure import Set


def test_a_fixed_isa_tells_its_delimiters(samples):
    """B-1: element separator, component separator and terminator stand at fixed bytes."""
    delimiters, findings = read_delimiters(b"xx" + samples.build_one(), 2)

    assert delimiters == Delimiters("*", ">", "", "~", "")
    assert findings == []


@pytest.mark.parametrize(
    ("version", "isa11", "repetition"),
    [("00401", "^", ""), ("00402", "^", "^"), ("00501", "U", ""), ("00501", "^", "^")],
)
def test_repetition_is_known_from_00402_on(samples, version, isa11, repetition):
    """B-7: ISA11 is a separator only in newer versions, and only if it is no letter."""
    isa = samples.build_isa(version=version, isa11=isa11)

    assert read_delimiters(isa.encode())[0].repetition == repetition


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("BUYER          ", "BUYER"),
        ("SELLER         ", "SELLER            "),
        ("          *00*          ", "*00*"),
        ("*250108*", "*20250108*"),
    ],
)
def test_an_isa_of_the_wrong_width_is_still_read(samples, old, new):
    """A short or long ISA costs a warning, not the file."""
    data = samples.build_one().decode().replace(old, new, 1).encode()
    delimiters, findings = read_delimiters(data)
    sets = [part for part in read_x12(data) if isinstance(part, Set)]

    assert delimiters == Delimiters("*", ">", "", "~", "")
    assert [(finding.level, finding.code) for finding in findings] == [("warning", "isa-width")]
    assert len(sets[0].segments) == 11


@pytest.mark.parametrize("newline", ["", "\n", "\r\n"])
def test_a_missing_component_separator_does_not_swallow_the_next_line(samples, newline):
    """C-16: where ISA16 is left out, the terminator stands in its place."""
    data = samples.build_one().decode().replace("*>~", "*~", 1).replace("~", "~" + newline)
    delimiters, findings = read_delimiters(data.encode())

    assert (delimiters.segment, delimiters.component) == ("~", NO_COMPONENT)
    assert "no-component-separator" in [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("old", "new", "code"), [("*>~", "**~", "027"), ("*>~", "*>>", "004"), ("*>~", "*A~", "027")]
)
def test_delimiters_must_differ_and_be_no_letters(samples, old, new, code):
    """B-9: each bad delimiter has its own TA1 code."""
    _, findings = read_delimiters(samples.build_isa().replace(old, new).encode())

    assert code in [finding.x12.interchange_code for finding in findings]


def test_there_may_be_no_isa():
    """Anything else gives the usual delimiters and a finding."""
    delimiters, findings = read_delimiters(b"UNB+UNOA:1")

    assert delimiters == Delimiters()
    assert [finding.code for finding in findings] == ["no-isa"]
