"""Quirks: what a partner is allowed for a time, and what it is not."""

import json
from pathlib import Path

import pytest

from translators.findings import has_errors
from translators.x12.catalogue import load_catalogue
from translators.x12.documents import document_of
from translators.x12.quirks import QUIRKS, REFUSABLE, STRICT, Tolerance
from translators.x12.reader import read_x12
from translators.x12.structure import Interchange, Set

ROOT = Path(__file__).parents[3]


def read(data, *quirks, **more):
    """Return the first document and the interchange of a file, with quirks tolerated."""
    tolerance = Tolerance(until=dict.fromkeys(quirks, "2027-01-31"), **more)
    document = interchange = None
    for part in read_x12(data, tolerance):
        if isinstance(part, Set) and document is None:
            document = document_of(part)
        elif isinstance(part, Interchange):
            interchange = part
    return document, interchange


def list_levels(findings):
    return [(f.code, f.level, f.quirk) for f in findings]


def test_a_wrong_count_is_tolerated_until_its_day(samples):
    """F20: an error becomes a warning with the same word, and says how long."""
    data = samples.build_one().replace(b"SE*11", b"SE*12")
    document, _ = read(data, "se01-wrong")

    assert list_levels(document.findings) == [("segment-count", "warning", "se01-wrong")]
    assert document.findings[0].sentence.endswith("(tolerated until 2027-01-31)")
    assert document.content is not None


def test_an_expired_quirk_is_an_error_again(samples):
    """F20: nothing is tolerated for ever; the sentence says since when not."""
    data = samples.build_one().replace(b"SE*11", b"SE*12")
    document, _ = read(data, over={"se01-wrong": "2024-01-31"})

    assert list_levels(document.findings) == [("segment-count", "error", "")]
    assert "tolerated until 2024-01-31, which is over" in document.findings[0].sentence


def test_other_faults_stay_errors(samples):
    """A quirk covers its own finding and no other."""
    data = samples.build_one().replace(b"SE*11*0001", b"SE*12*0002")
    document, _ = read(data, "se01-wrong")

    assert [f.level for f in document.findings] == ["error", "warning"]


@pytest.mark.parametrize(
    ("quirk", "level"),
    [("ge01-wrong", "warning"), ("iea01-wrong", "warning")],
)
def test_counts_of_groups_and_sets(samples, quirk, level):
    """Counts of GE and IEA are as often wrong as those of SE."""
    tag = {"ge01-wrong": b"GE*1", "iea01-wrong": b"IEA*1"}[quirk]
    data = samples.build_one().replace(b"~" + tag, b"~" + tag[:-1] + b"9")
    _, interchange = read(data, quirk)
    findings = [*interchange.findings, *interchange.groups[0].findings]

    assert [(f.level, f.quirk) for f in findings] == [(level, quirk)]


def test_a_short_date_in_gs_and_a_letter_in_isa11(samples):
    """B-7 and B-21: both are read; tolerated they are notes, so that the answer is A."""
    isa = samples.build_isa(version="00501", isa11="U")
    group = samples.build_group(samples.build_set(), version="005010")
    data = samples.build_file(group, isa=isa).replace(b"GS*20250108", b"GS*250108")
    _, strict = read(data)
    _, mild = read(data, "gs04-short", "isa11-letter")

    assert list_levels([*strict.findings, *strict.groups[0].findings]) == [
        ("isa-element", "warning", ""),
        ("group-element", "warning", ""),
    ]
    assert list_levels([*mild.findings, *mild.groups[0].findings]) == [
        ("isa-element", "note", "isa11-letter"),
        ("group-element", "note", "gs04-short"),
    ]


def test_collapsed_blanks_of_an_isa(samples):
    """An ISA without its padding is read either way."""
    data = b"ISA*00**00**ZZ*BUYER*01*SELLER*250108*1430*U*00401*000000042*0*P*>~"
    data += samples.build_one()[106:]
    _, mild = read(data, "isa-blanks")

    assert list_levels(mild.findings) == [("isa-width", "note", "isa-blanks")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_wrapped_file_is_read_whole_with_true_places(samples, end):
    """B-11: unwrapped only where agreed; bytes and lines are those of the file as it arrived."""
    plain = samples.build_one().replace(b"BP*A-200", b"QQ*A-200")
    wrapped = end.join(plain.decode()[at : at + 80] for at in range(0, len(plain), 80)).encode()
    document, interchange = read(wrapped, "wrapped-lines")
    place = next(f.x12 for f in document.findings if f.code == "unknown-code")
    at = wrapped.replace(b"\r", b"").replace(b"\n", b"").index(b"PO1*2*10")

    assert list_levels(interchange.findings) == [("wrapped-lines", "note", "wrapped-lines")]
    assert place.line == at // 80 + 1
    assert place.offset == at + at // 80 * len(end)


def test_a_file_that_is_not_wrapped_stays_as_it_is(samples):
    """The quirk says that a partner wraps now and then, not that it always does."""
    document, interchange = read(samples.build_one(), "wrapped-lines")

    assert [] == [*document.findings, *interchange.findings]


def test_line_breaks_inside_segments_are_left_out(samples):
    """The data are read as they were meant; without the quirk it is an error."""
    data = samples.build_one().replace(b"1 DOCK ROAD", b"1 DOCK\r\n ROAD")
    mild, _ = read(data, "stray-newlines")
    strict, _ = read(data)

    assert list_levels(mild.findings) == [("stray-newline", "note", "stray-newlines")]
    assert ["N3", "1 DOCK ROAD"] in [s for loop in mild.content.walk() for s in loop.segments]
    assert has_errors(strict.findings)


def test_ids_in_small_letters_are_read(samples):
    """Ids are read as capitals; the data stay as they are."""
    text = samples.build_one().decode()
    small = "~".join(
        line.partition("*")[0].lower() + "*" + line.partition("*")[2] if line else ""
        for line in text.split("~")
    )
    document, interchange = read(small.encode(), "lower-case-ids")

    assert list_levels(document.findings) == [("segment-id-case", "note", "lower-case-ids")]
    assert not has_errors(interchange.findings)


def test_codes_the_partner_agreed_are_no_fault(samples):
    """B-49: the standard's list, and what was agreed beside it."""
    data = samples.build_one().replace(b"BP*A-200", b"QQ*A-200")
    document, _ = read(data, own_codes={"235": frozenset({"QQ"})})

    assert [] == document.findings


def test_a_wrong_total_is_refused_where_the_partner_file_says_so(samples):
    """B-76: what is a warning elsewhere is an error here, with codes for the acknowledgment."""
    data = samples.build_one().replace(b"CTT*2", b"CTT*3*9")
    document, _ = read(data, refused=frozenset({"line-count", "hash-total"}))

    assert [(f.code, f.level, f.x12.element, f.x12.element_code) for f in document.findings] == [
        ("line-count", "error", 1, "7"),
        ("hash-total", "error", 2, "7"),
    ]


def test_a_wrong_total_may_pass(samples):
    """B-76: as a note, for a time, with the quirk's name."""
    data = samples.build_one().replace(b"CTT*2", b"CTT*3*9")
    document, _ = read(data, "ctt01-wrong", "ctt02-wrong")

    assert [("line-count", "note", "ctt01-wrong"), ("hash-total", "note", "ctt02-wrong")] == (
        list_levels(document.findings)
    )


def test_quirks_cover_findings_that_exist():
    """A quirk of a word nobody makes would never be met."""
    assert {cover.code for cover in QUIRKS.values()} <= set(load_catalogue())
    assert set(REFUSABLE) <= set(load_catalogue())
    assert not STRICT.has("se01-wrong")


def test_every_quirk_may_stand_in_a_partner_file():
    """A quirk the schema does not know is a mistake in every file that names it."""
    schema = json.loads((ROOT / "partners" / "partner.schema.json").read_text())["properties"]
    named = schema["quirks"]["items"]["properties"]["name"]["enum"]

    assert sorted(QUIRKS) == named
    assert set(REFUSABLE) == set(schema["refused"]["items"]["enum"])
