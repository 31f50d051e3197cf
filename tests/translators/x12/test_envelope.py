"""Envelopes: what their elements may say, and which version they declare."""

import pytest

from translators.x12.files import read_file


def list_around(file):
    """Return code, X12 code and level of what was found around the sets."""
    (interchange,) = file.interchanges
    found = [*interchange.findings, *(one for g in interchange.groups for one in g.findings)]
    return [
        (one.code, one.x12 and (one.x12.interchange_code or one.x12.group_code), one.level)
        for one in found
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("ISA*00*", "ISA*X *", "010"),
        ("*00*          *ZZ", "*  *          *ZZ", "012"),
        ("*BUYER          *", "*               *", "006"),
        ("*SELLER         *", "*               *", "008"),
        ("*00401*", "*00999*", "003"),
        ("*00401*", "*4010 *", "017"),
        ("*1430*", "*2561*", "015"),
    ],
)
def test_each_isa_element_has_its_own_note(samples, old, new, code):
    """B-32: TA105 says which element; the ISA is read all the same."""
    data = samples.build_one().decode().replace(old, new, 1).encode()

    assert ("isa-element", code, "warning") in list_around(read_file(data))


@pytest.mark.parametrize(
    ("convention", "kind"),
    [
        ("005010X220A1", "x12 850 005010"),
        ("004010", "x12 850 004010"),
        ("ACME GUIDE 7", "x12 850 005010"),
        ("VICS", "x12 850 005010"),
        ("", "x12 850 005010"),
    ],
)
def test_st03_counts_where_it_names_a_version(samples, convention, kind):
    """B-20: it beats GS08, and a guide's title in it does not."""
    isa = samples.build_isa(version="00501", isa11="^")
    set_ = samples.build_set().replace("ST*850*0001", f"ST*850*0001*{convention}")
    data = samples.build_file(samples.build_group(set_, version="005010"), isa=isa)
    (document,) = read_file(data).documents

    assert document.kind == kind
    assert "no-grammar" not in [one.code for one in document.findings]


@pytest.mark.parametrize("version", ["004010VICS", "004010X358", "004010 ", "004010UCS"])
def test_a_version_of_an_industry_falls_back_to_its_base(samples, version):
    """B-20: what a suffix narrows is the mapping's business, the grammar is the base's."""
    (document,) = read_file(samples.build_one(version=version)).documents

    assert document.kind == "x12 850 004010"
    assert document.findings == []


def test_an_unknown_verdict_of_a_ta1_is_told(samples):
    """A TA1 that says X says nothing; the sender is asked."""
    isa = samples.build_isa() + "TA1*000000001*250108*1430*X*000~"
    file = read_file(samples.build_file(isa=isa))

    assert list_around(file) == [("ta1-element", None, "warning")]
    assert "TA104 holds 'X'" in file.interchanges[0].findings[0].sentence
