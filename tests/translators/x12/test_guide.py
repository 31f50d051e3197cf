"""Guides: what was agreed with a partner beyond the standard, and how its sets are judged by it."""

import pytest

from translators.x12.acknowledge import Numbers, write_acknowledgment
from translators.x12.files import read_file
from translators.x12.grammar import load_grammar
from translators.x12.guide_rules import RuleError, read_rule
from translators.x12.quirks import Tolerance
from translators.x12.reader import read_x12

GRAMMAR = load_grammar("855", "004010")
NUMBERS = Numbers(interchange=900, group=70)
TWO_LINES = (
    "BAK*00*AC*4500012345*20250108",
    "PO1*1*144*EA*12.5**BP*A-100",
    "ACK*IA*60*EA*067*20250120",
    "ACK*IB*84*EA*067*20250215",
    "PO1*2*10*CA*99**BP*A-200",
    "CTT*2",
)


def judge(samples, *rules, body=TWO_LINES, version="004010", functional="999"):
    """Return what breaks the rules, and the faults of the 997 or 999 that tells it."""
    tolerance = Tolerance(guides={("855", version): rules})
    isa = samples.build_isa(version=version[:5], isa11="^" if version > "0041" else "U")
    group = samples.build_group(samples.build_set("855", body), kind="PR", version=version)
    read = read_file(samples.build_file(group, isa=isa), tolerance)
    interchange = read.interchanges[0]
    written, _ = write_acknowledgment(
        interchange, interchange.groups, NUMBERS, samples.now, functional=functional
    )
    lines = written.decode().replace("\n", "").split("~")
    told = [one for one in lines if one[:3] in {"AK3", "AK4", "AK5", "IK3", "IK4", "IK5", "CTX"}]
    return [(one.code, one.x12.ordinal, one.sentence) for one in read.documents[0].findings], told


@pytest.mark.parametrize(
    ("rule", "code", "ordinal"),
    [
        ("PO1/ACK required", "guide-missing", 7),
        ("REF(01=VR) required", "guide-missing", 3),
        ("PO1 at least 3", "guide-missing", 7),
        ("PO1 at most 1", "guide-too-many", 6),
        ("PO1/ACK at most 1", "guide-too-many", 5),
        ("PO1/ACK(01=IB) not used", "guide-not-used", 5),
        ("PO1/PO103 only EA PC", "guide-code", 6),
        ("BAK03 like 46[0-9]{8}", "guide-form", 2),
        ("BAK08 required", "guide-empty", 2),
        ("PO1/PO104 not used where BAK02=AC", "guide-filled", 3),
    ],
)
def test_a_rule_that_is_broken(samples, rule, code, ordinal):
    """It is an error where it stands, and says the rule as it is written."""
    found, _ = judge(samples, rule)

    assert (code, ordinal) == found[0][:2]
    assert f"the guide says `{rule}`" in found[0][2] or f"allows: `{rule}`" in found[0][2]


@pytest.mark.parametrize(
    "rule",
    [
        "PO1/ACK(01=IR) not used",
        "PO1 at most 2",
        "PO1 at least 2",
        "PO1/PO103 only EA CA",
        "BAK03 like 45[0-9]{8}",
        "REF(01=VR) required where BAK02=AD|AE",
        "PO1/PO102 required",
        "N9 not used",
    ],
)
def test_a_rule_that_is_kept(samples, rule):
    """Nothing is said, and a condition that does not hold asks for nothing."""
    assert [] == judge(samples, rule)[0]


def test_a_hierarchy(samples):
    """Levels of an 856 are found by their code at any depth."""
    rules = ("HL(03=I)/SN1 required", "HL(03=O)/PRF04 required", "HL(03=I)/LIN02 only BP")
    tolerance = Tolerance(guides={("856", "004010"): rules})
    read = read_file(samples.build_one("856"), tolerance).documents[0]

    assert ["guide-empty"] == [one.code for one in read.findings]


def test_what_the_standard_says_is_said_once(samples):
    """A code that is in no list is not told again as one the guide has not."""
    body = (TWO_LINES[0], "PO1*1*144*ZZZ*12.5**BP*A-100", "ACK*IA", "CTT*1")

    assert ["unknown-code"] == [one[0] for one in judge(samples, "PO1/PO103 only EA", body=body)[0]]


@pytest.mark.parametrize(
    ("rule", "body", "words"),
    [
        ("BAK required", TWO_LINES[1:], ["missing-segment"]),
        (
            "REF required",
            (TWO_LINES[0], "N9*L1*2", "REF*VR*1", *TWO_LINES[1:]),
            ["misplaced-segment"],
        ),
    ],
)
def test_a_segment_the_standard_misses_or_leaves_out_is_not_missing_by_the_guide_too(
    samples, rule, body, words
):
    """One fault, one finding: it stands elsewhere, or is missing already."""
    assert words == [one[0] for one in judge(samples, rule, body=body)[0]]


def test_an_own_code_may_be_used_by_the_guide(samples):
    """B-49: the list is the version's, and what is agreed beside it."""
    rule = read_rule("PO1/PO103 only EA QQQ", GRAMMAR, {"355": frozenset({"QQQ"})})
    tolerance = Tolerance(
        own_codes={"355": frozenset({"QQQ"})}, guides={("855", "004010"): (rule.text,)}
    )
    body = (*TWO_LINES[:4], "PO1*2*10*QQQ*99**BP*A-200", "PO1*3*1*PC", "CTT*3")
    found = read_file(samples.build_one("855", body), tolerance).documents[0].findings

    assert [(one.code, one.x12.ordinal) for one in found] == [("guide-code", 7)]


def test_all_conditions_of_a_segment_hold(samples):
    """As in mappings, a comma stands between them."""
    body = (TWO_LINES[0], "N1*ST*X*92*WH01", *TWO_LINES[1:])

    assert [] == judge(samples, "N1(01=ST,03=92) required", body=body)[0]
    assert ["guide-missing"] == [
        one[0] for one in judge(samples, "N1(01=ST,03=1) required", body=body)[0]
    ]


def test_a_group_of_another_kind_goes_the_quick_way(samples):
    """An 856 is not read slowly because the 855 has a guide."""
    tolerance, asked = Tolerance(guides={("855", "004010"): ("PO1 at most 1",)}), []
    list(read_x12(samples.build_one("856"), tolerance, lambda *given: asked.append(given)))

    assert asked


def test_the_quick_way_is_not_asked(samples):
    """It knows nothing of guides, and would take what one refuses."""
    tolerance = Tolerance(guides={("855", "004010"): ("PO1 at most 1",)})

    def take(*_):
        pytest.fail("it was asked")

    assert list(read_x12(samples.build_one("855"), tolerance, take))


def test_a_999_has_codes_of_its_own(samples):
    """B-39: IK3, IK4 and IK5 name what the implementation asks; a 997 has the nearest it knows."""
    rules = (
        "PO1/PO103 only EA",
        "PO1/ACK required",
        "BAK03 like 46[0-9]{8}",
        "PO1/ACK(01=IB) not used",
    )

    new = judge(samples, *rules, version="005010")[1]
    old = judge(samples, *rules, functional="997")[1]

    assert [
        "IK3*BAK*2**8", "IK4*3*324*I12*4500012345", "IK3*ACK*5*PO1*I4",
        "IK3*PO1*6**8", "IK4*3*355*I6*CA", "IK3*ACK*7*PO1*I7", "IK5*R*I5",
    ] == new  # fmt: skip
    assert [
        "AK3*BAK*2**8", "AK4*3*324*7*4500012345", "AK3*ACK*5*PO1*2",
        "AK3*PO1*6**8", "AK4*3*355*7*CA", "AK3*ACK*7*PO1*3", "AK5*R*5",
    ] == old  # fmt: skip


def test_a_set_by_another_guide_is_told_as_a_whole(samples):
    """B-39: ST03 names a convention that was not agreed: IK502 I6, and AK502 1 in a 997."""
    guides = {("855", "005010"): ("ST03 only 005010X231",)}
    made = samples.build_set("855").replace("ST*855*0001~", "ST*855*0001*005010X999~")
    group = samples.build_group(made, kind="PR", version="005010")
    isa = samples.build_isa(version="00501", isa11="^")
    read = read_file(samples.build_file(group, isa=isa), Tolerance(guides=guides))
    answers = [
        write_acknowledgment(
            read.interchanges[0], read.interchanges[0].groups, NUMBERS, samples.now, functional=one
        )[0].decode()
        for one in ("999", "997")
    ]

    assert ["guide-other"] == [one.code for one in read.documents[0].findings]
    assert "IK5*R*I6~" in answers[0]
    assert "AK5*R*1~" in answers[1]


def test_what_depends_has_codes_of_its_own(samples):
    """B-39: what a condition asks for is missing or not used dependently."""
    rules = (
        "REF required where BAK02=AC",
        "PO1/PO104 not used where BAK02=AC",
        "BAK08 required where BAK02=AC",
    )

    told = judge(samples, *rules, version="005010")[1]

    assert ["IK3*BAK*2**8", "IK4*8*127*I9", "CTX*SITUATIONAL TRIGGER*BAK*2**2"] == told[:3]

    assert "IK3*REF*3**I6" in told
    assert "IK4*4*212*I13*12.5" in told


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("PO1/PO103 any of EA", "this is no rule"),
        ("PO9/ACK required", "there is no PO9 in the heading of an 855 at 004010"),
        ("ACK required", "there is no ACK in the heading"),
        ("PO1/PO103 only EAX", "EAX: not in the list of PO103"),
        ("PO1 at most many", "wants a number"),
        ("BAK03 like [0-9", "is no pattern"),
        ("BAK77 required", "BAK has"),
        ("PO1 only EA", "is about an element"),
        ("REF required where ??", "is no condition"),
        ("PO1(1=2) required", "is no condition of a segment"),
        ("REF(01=QQQ) required", "QQQ: not in the list of REF01"),
        ("REF required where BAK02=QQQ", "QQQ: not in the list of BAK02"),
        ("N9 not used PO1", "is followed by nothing"),
        ("REF required always", "is followed by nothing"),
        ("REF/PER required", "REF in the heading of an 855 is a segment"),
        ("BAK00 required", "counted from 01"),
        ("BAK not used", "the standard says otherwise: BAK must stand there"),
        ("BAK at most 0", "the standard says otherwise: BAK must stand there"),
        ("BAK03 not used", "the standard says otherwise: BAK03 must be filled"),
        ("CUR at least 2", "the standard says otherwise: CUR stands 1 times"),
        ("PO1/ACK at most 105", "the standard says otherwise: ACK stands 104 times"),
        ("BAK08 at most 2", "is about a segment or loop"),
    ],
)
def test_a_rule_that_cannot_be(rule, said):
    """A mistake is told in words before it judges anybody."""
    with pytest.raises(RuleError, match=said.replace("?", r"\?")):
        read_rule(rule, GRAMMAR)


def test_a_set_that_breaks_a_rule_everywhere_is_told_up_to_a_limit(samples):
    """Hostile input is normal: findings are cut, and a long text is held against no pattern."""
    body = (TWO_LINES[0], *["PO1*1*1*EA"] * 3000, "CTT*3000")
    found, _ = judge(samples, "PO1/ACK required", body=body)
    endless = (f"BAK*00*AC*{'4' * 50_000}*20250108", *TWO_LINES[1:])

    assert len(found) == 1001
    assert found[-1][0] == "too-many-findings"
    assert "guide-form" not in [
        one[0] for one in judge(samples, "BAK03 like (4+)+5", body=endless)[0]
    ]
