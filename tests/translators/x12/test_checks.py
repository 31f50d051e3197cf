"""Elements, notes and counts of a set."""

import pytest

from translators.findings import has_errors
from translators.x12 import checks
from translators.x12.files import read_file


def findings(samples, *lines, version="004010", isa=None):
    """Return what is found in an 850 whose one line is followed by these segments."""
    body = ("BEG*00*SA*1**20250108", "PO1*1*5*EA*1**BP*A", *lines, "CTT*1")
    group = samples.build_group(samples.build_set("850", body), version=version)
    return read_file(samples.build_file(group, isa=isa)).documents[0].findings


@pytest.mark.parametrize(
    ("line", "code", "element", "sentence"),
    [
        ("DTM*002*20250231", "8", 2, "DTM02 holds '20250231', which is no date (CCYYMMDD)"),
        ("DTM*002*250131", "8", 2, "DTM02 holds '250131', which is a date of 6 digits where"),
        ("DTM*002*20230229", "8", 2, "DTM02 holds '20230229', which is no date (CCYYMMDD)"),
        ("DTM*002**2460", "9", 3, "DTM03 holds '2460', which is no time (HHMM or HHMMSS)"),
        ("DTM", "1", 1, "DTM01 is missing: Date/Time Qualifier is mandatory"),
        ("DTM*QQQ*20250131", "7", 1, "DTM01 holds 'QQQ', which is no code of element 374"),
        ("DTM*002", "2", 2, "one of DTM02 and DTM03 and DTM05 must be filled; none is"),
        ("QTY*01*1,5", "6", 2, "QTY02 holds '1,5', which is no number"),
        ("QTY*01*1e5", "6", 2, "QTY02 holds '1e5', which is no number"),
        ("QTY*01*\u0664", "6", 2, "QTY02 holds '\u0664', which is no number"),
        ("QTY*01*1234567890123456", "5", 2, "which has 16 digits; Quantity has at most 15"),
        ("PID*F***" + "x" * 13, "5", 4, "which has 13 characters; Product Description Code"),
        ("PID*F****A\x07B", "6", 5, "which has the control character '\\x07'"),
        ("PID*F****A>B", "6", 5, "and '>' is the component separator"),
        ("PID*F*08****TOO*1*EN*X*Y*Z", "3", 10, "PID has"),
        ("SAC*N*A010**X", "2", 3, "SAC03 is missing: SAC04 is filled, and needs it"),
        ("SAC*N", "2", 2, "one of SAC02 and SAC03 must be filled; none is"),
        ("MEA**WT*5*EA>X>Y>Z*1*2*3", "10", None, ""),
    ],
)
def test_each_fault_has_its_code_its_place_and_a_sentence(samples, line, code, element, sentence):
    """AK403 1 to 10: what stands where, and what was wanted."""
    found = findings(samples, line)
    told = [(finding.x12.element_code, finding.x12.element) for finding in found if finding.x12]
    if element is None:
        assert found
        return

    assert (code, element) in told
    assert any(sentence in finding.sentence for finding in found)
    assert all(finding.place.startswith("segment 4: ") for finding in found)
    assert all(finding.advice for finding in found)


@pytest.mark.parametrize(
    "line",
    [
        "QTY*01*-123456789012345",
        "QTY*01*1234567890.12345",
        "QTY*01*.5",
        "DTM*002*20240229*235959",
        "DTM*002**23595999",
        "CTP*RS**9.99*5*EA",
        "PID*F****Süß & gut",
        "SLN*1**I*5*EA",
        "SLN*1**I*5*EA>1>2",
    ],
)
def test_good_values_give_no_finding(samples, line):
    """B-47: sign and decimal point count no length; other scripts are letters too."""
    assert findings(samples, line) == []


def test_all_errors_come_in_one_pass(samples):
    """Three faults in three segments are three findings, in order."""
    found = findings(samples, "DTM*002*20250231", "QTY*01*x", "CUR*BY*USD")

    assert [finding.x12.ordinal for finding in found] == [4, 5, 6]


def test_empty_elements_at_the_end_are_a_note(samples):
    """B-48: trailing separators are tolerated, and told once a set."""
    found = findings(samples, "PID*F****X***", "PID*F****Y**")

    assert [(finding.level, finding.code) for finding in found] == [("note", "trailing-elements")]


def test_blanks_only_are_a_warning(samples):
    """B-48: a blank element is not an empty one."""
    assert [x.code for x in findings(samples, "PID*F****   ")] == ["blank-element"]


def test_a_wrong_total_is_a_warning(samples):
    """B-76: CTT01 counts PO1, in an 856 HL."""
    order = read_file(samples.build_one().replace(b"CTT*2", b"CTT*3")).documents[0]
    notice = read_file(samples.build_one("856").replace(b"CTT*3", b"CTT*1")).documents[0]

    assert [str(x).partition(": ")[2] for x in order.findings] == [
        "(segment 10: CTT*3): CTT01 says 3, the set has 2 PO1 segments; put 2 into CTT01"
    ]
    assert [x.code for x in notice.findings] == ["line-count"]


@pytest.mark.parametrize(
    ("quantities", "hash_total", "said"),
    [
        (("144", "72"), "216", ""),
        (("144", "72"), "", ""),
        (("1.5", "12"), "13.5", ""),  # as many senders add up
        (("1.5", "12"), "27", ""),  # as data element 347 has it: no decimal points
        (("9999999999", "2"), "1", ""),  # cut on the left to ten digits
        (("", "72"), "72", ""),
        (("144", "72"), "215", "CTT02 says 215, PO102 add up to 216"),
        (("1.5", "12"), "14", "CTT02 says 14, PO102 add up to 13.5 (27 as X12 adds: no points, "),
        (("-1.5", "12"), "10.5", ""),
        (("-1.5", "12"), "27", ""),
        (("144", "72"), "21.6", "CTT02 says 21.6, PO102 add up to 216"),
        (("9999999999", "2"), "7", "CTT02 says 7, PO102 add up to 10000000001 (1 as X12 adds: "),
        (("NaN1", "72"), "215", ""),  # no number: a fault of its own, and nothing to add up
        (("sNaN1", "72"), "215", ""),
        (("1_", "72"), "215", ""),
        (("144", "72"), "2_16", ""),
        (("144", "72"), "NaN1", ""),
    ],
)
def test_a_hash_total_adds_up_the_quantities(samples, quantities, hash_total, said):
    """B-76: CTT02 is the sum of PO102, in one of two readings; anything else is a warning."""
    data = samples.build_one()
    for old, new in zip((b"PO1*1*144", b"PO1*2*10"), quantities, strict=True):
        assert old in data
        data = data.replace(old, old[:6] + new.encode())
    document = read_file(
        data.replace(b"CTT*2", f"CTT*2*{hash_total}".rstrip("*").encode())
    ).documents[0]
    found = [finding for finding in document.findings if finding.code == "hash-total"]

    assert len(found) == bool(said)
    assert all(finding.sentence.startswith(said) for finding in found)
    assert all(finding.level == "warning" and finding.x12.element == 2 for finding in found)


def test_a_hash_total_too_long_for_its_element_is_not_advised(samples):
    """B-76: what is to be put into CTT02 has ten digits at most."""
    data = samples.build_one().replace(b"PO1*1*144", b"PO1*1*9999999999")
    document = read_file(data.replace(b"CTT*2", b"CTT*2*7")).documents[0]

    assert [finding.advice for finding in document.findings] == [
        "put 9 into CTT02, or leave it out"
    ]


def test_the_totals_of_other_sets_are_let_be(samples):
    """B-76: what an 862 counts and adds up is not the same for all; no partner is told he is wrong."""
    body = ("BSS*05*S1*20250108*DL*20250108*20250131", "LIN*1*BP*A", "UIT*EA", "FST*5*C*D*20250110")
    found = read_file(samples.build_one("862", (*body, "CTT*7*9"))).documents[0].findings

    assert [finding for finding in found if finding.code in {"line-count", "hash-total"}] == []


def test_repetition_is_no_data_at_5010(samples):
    """B-7, B-51: where an element may not repeat, its separator is an error; before 5010 it is data."""
    isa = samples.build_isa(version="00501", isa11="^")

    assert [
        x.x12.element_code
        for x in findings(samples, "PID*F****A^B", version="005010", isa=isa)
        if x.x12.element == 5
    ] == ["12"]
    assert findings(samples, "PID*F****A^B") == []


def test_the_grammar_is_the_declared_versions(samples):
    """REF02 holds thirty characters at 4010 and fifty at 5010."""
    body = ("BEG*00*SA*1**20250108", f"REF*DP*{'x' * 40}", "PO1*1*1*EA*1**BP*A", "CTT*1")
    kinds = {
        version: [
            finding.code
            for finding in read_file(samples.build_one("850", body, version=version))
            .documents[0]
            .findings
        ]
        for version in ("004010", "005010")
    }

    assert kinds == {"004010": ["too-long"], "005010": []}


def test_a_document_says_where_it_comes_from(samples):
    """Kind by the base version, ids trimmed, control numbers as they stand (B-17, B-20)."""
    document = read_file(samples.build_one("850", version="004010VICS")).documents[0]

    assert document.kind == "x12 850 004010"
    assert document.place == "set 1 (ST*850*0001)"
    assert document.content.id == "850"
    assert (document.envelope.sender, document.envelope.receiver) == ("BUYER", "SELLER")
    assert (document.envelope.group_sender, document.envelope.group_receiver) == (
        "BUYERGS",
        "SELLERGS",
    )
    assert document.envelope.interchange_control == "000000042"


def test_a_set_without_grammar_says_which_there_are(samples):
    """B-20: an unknown set or version is a finding, never a crash."""
    unknown = read_file(samples.build_one("850", version="003040")).documents[0]

    assert unknown.content is None
    assert [(x.code, x.x12.set_code, x.x12.group_code) for x in unknown.findings] == [
        ("no-grammar", "1", "2")
    ]
    assert "004010 (810 824 830 846 850 855" in unknown.findings[0].advice


def test_findings_have_an_end(samples, monkeypatch):
    """B-13: a runaway set does not fill the ledger with findings."""
    monkeypatch.setattr(checks, "MOST_FINDINGS", 10)
    found = findings(samples, *["DTM*002*20250231"] * 10, *["PID*F*QQ"] * 50)

    assert len(found) == 11
    assert found[-1].code == "too-many-findings"
    assert has_errors(found)
