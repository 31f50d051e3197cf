"""TA1 and 997 for what was received."""

import pytest

from translators.findings import Finding, X12Place
from translators.x12.acknowledge import Numbers, write_acknowledgment
from translators.x12.files import read_file
from translators.x12.functional import choose_style, fit_code

NUMBERS = Numbers(interchange=900, group=70)


def answer(samples, data, **options):
    """Return the answer to the first interchange of a file as segments, split at its own marks."""
    interchange = read_file(data).interchanges[0]
    written, findings = write_acknowledgment(
        interchange, interchange.groups, NUMBERS, samples.now, **options
    )
    assert findings == []
    marks = interchange.delimiters
    return [line.split(marks.element) for line in written.decode().split(marks.segment)[:-1]]


def only(lines, *ids):
    return ["*".join(line) for line in lines if line[0] in ids]


def test_a_good_group_is_accepted(samples):
    """B-33 to B-35: addresses mirrored, the sender's version, counts as they came."""
    data = samples.build_one()

    assert ["*".join(line) for line in answer(samples, data)] == [
        (
            f"ISA*00*{'':10}*00*{'':10}*01*{'SELLER':15}*ZZ*{'BUYER':15}*250108*1430*U*00401*000000900"
            "*0*P*>"
        ),
        "GS*FA*SELLERGS*BUYERGS*20250108*1430*70*X*004010",
        "ST*997*0001",
        "AK1*PO*7",
        "AK2*850*0001",
        "AK5*A",
        "AK9*A*1*1*1",
        "SE*6*0001",
        "GE*1*70",
        "IEA*1*000000900",
    ]


def test_errors_are_told_by_segment_and_element(samples):
    """AK3 counts from ST = 1, AK4 tells element, number, code and a copy of the value."""
    body = (
        "BEG*00*SA*1**20250231",
        "ZZZ*1",
        "PO1*1*5*EA*1**BP",
        "PO1*2*x*QQQ*1**BP*A",
        "CTT*2",
    )
    lines = answer(samples, samples.build_one("850", body))

    assert only(lines, "AK3", "AK4", "AK5", "AK9") == [
        "AK3*BEG*2**8",
        "AK4*5*373*8*20250231",
        "AK3*ZZZ*3**6",
        "AK3*PO1*4**8",
        "AK4*7*234*2",
        "AK3*PO1*5**8",
        "AK4*2*330*6*x",
        "AK4*3*355*7*QQQ",
        "AK5*R*5",
        "AK9*R*1*1*0",
    ]


def test_a_good_set_is_accepted_beside_a_bad_one(samples):
    """B-35: AK9 P with what was claimed, received and accepted."""
    bad = samples.build_set(control="0002").replace("SE*11", "SE*12")
    group = samples.build_group(samples.build_set(), bad).replace("GE*2", "GE*3")
    lines = answer(samples, samples.build_file(group))

    assert only(lines, "AK5", "AK9") == ["AK5*A", "AK5*R*4", "AK9*P*3*2*1*5"]


def test_a_warning_with_a_code_is_accepted_with_errors(samples):
    """AK5 E: noted, and gone on with."""
    lines = answer(samples, samples.build_one().replace(b"HEX BOLT", b"   "))

    assert only(lines, "AK4", "AK5", "AK9") == ["AK4*5*352*6", "AK5*E*5", "AK9*E*1*1*1"]


def test_bad_data_is_copied_safely(samples):
    """B-40: no delimiter and no control character goes back, and 99 characters at most."""
    bad = "A>B" + "\x07" + "z" * 200
    lines = answer(samples, samples.build_one().replace(b"HEX BOLT", bad.encode()))
    copy = next(line for line in lines if line[0] == "AK4")[4]

    assert copy == "A B " + "z" * 95


def test_an_acknowledgment_is_never_acknowledged(samples):
    """B-33: GS01 = FA has no answer, or two gateways would never stop."""
    data = samples.build_one("997", ("AK1*PO*7", "AK9*A*1*1*1"))

    assert answer(samples, data) == []


def test_ta1_only_when_asked_for(samples):
    """B-31: ISA14 = 1 asks for one; TA101 to TA103 echo the ISA."""
    group = samples.build_group(samples.build_set())
    lines = answer(samples, samples.build_file(group, isa=samples.build_isa(ack="1")))

    assert only(lines, "TA1") == ["TA1*000000042*250108*1430*A*000"]
    assert [line[0] for line in lines][1] == "TA1"


@pytest.mark.parametrize(
    ("old", "new", "ta1"),
    [
        (b"IEA*1*000000042", b"IEA*1*000000043", "E*001"),
        (b"IEA*1*", b"IEA*9*", "E*021"),
        (b"IEA*1*000000042~", b"", "E*023"),
        (b"*ZZ*BUYER", b"*Z?*BUYER", "E*005"),
    ],
)
def test_ta1_names_exactly_one_fault(samples, old, new, ta1):
    """B-32: the most telling code, not a general one; the sets went on, so E."""
    data = samples.build_file(
        samples.build_group(samples.build_set()), isa=samples.build_isa(ack="1")
    )

    assert [line[-5:] for line in only(answer(samples, data.replace(old, new)), "TA1")] == [ta1]


def test_a_refused_envelope_is_answered_unasked(samples):
    """B-31, B-43: where nothing could be read, TA1 R goes out."""
    cut = samples.build_isa().encode() + b"GS*PO*A"

    assert only(answer(samples, cut), "TA1") == ["TA1*000000042*250108*1430*R*023"]
    assert only(answer(samples, samples.build_one(), rejected=True), "TA1", "AK9") == [
        "TA1*000000042*250108*1430*R*024"
    ]


@pytest.mark.parametrize(
    ("old", "new", "ta1"),
    [
        (b"IEA*1*000000042~", b"", "E*023"),
        (b"IEA*1*000000042", b"IEA*1*000000043", "E*001"),
        (b"IEA*1*", b"IEA*2*", "E*021"),
        (b"*7*X*", b"**X*", "E*024"),
    ],
    ids=["cut", "number", "count", "group-without-number"],
)
def test_what_no_997_can_tell_is_told_by_a_ta1_unasked(samples, old, new, ta1):
    """B-5, B-43: a cut file, a wrong count, a group nobody can name; the 997 alone would look good."""
    lines = answer(samples, samples.build_one().replace(old, new))

    assert [line[-5:] for line in only(lines, "TA1")] == [ta1]


@pytest.mark.parametrize(("code", "ta1"), [("006", "R*006"), ("008", "R*008"), ("020", "R*020")])
def test_a_sender_or_receiver_that_may_not_be_is_refused_by_ta1(samples, code, ta1):
    """B-18: the interchange is refused with the code that says why; no 997 pretends to have looked."""
    interchange = read_file(samples.build_one()).interchanges[0]
    place = X12Place(segment="ISA", ordinal=0, interchange_code=code)
    interchange.groups[0].sets[0].findings.append(
        Finding(level="error", code="unknown-sender", sentence="who is this?", x12=place)
    )
    data, _ = write_acknowledgment(interchange, interchange.groups, NUMBERS, samples.now)

    assert f"TA1*000000042*250108*1430*{ta1}~".encode() in data
    assert b"AK1" not in data


def test_a_partner_that_reads_no_ta1_gets_none(samples):
    """`acknowledgments: {interchange: never}`: its groups are answered all the same."""
    isa = samples.build_isa(ack="1")
    data = samples.build_file(samples.build_group(samples.build_set()), isa=isa)
    interchange = read_file(data).interchanges[0]
    out, _ = write_acknowledgment(
        interchange, interchange.groups, NUMBERS, samples.now, with_ta1=False
    )

    assert b"~TA1*" not in out
    assert b"AK9*A*1*1*1~" in out


def test_acknowledgments_under_another_gs01_are_not_answered(samples):
    """B-33: two gateways that answer each other's answers would never stop."""
    data = samples.build_one("997", ("AK1*PO*7", "AK9*A*1*1*1")).replace(b"GS*FA", b"GS*PO")

    assert answer(samples, data) == []


@pytest.mark.parametrize(("qualifier", "answered"), [("Z", "Z "), ("", "ZZ"), ("  ", "ZZ")])
def test_a_sender_with_half_a_qualifier_is_answered(samples, qualifier, answered):
    """An unpadded or empty ISA05 must not leave its sender without an answer."""
    data = samples.build_one().replace(b"*ZZ*BUYER", f"*{qualifier}*BUYER".encode())
    interchange = read_file(data).interchanges[0]
    out, refused = write_acknowledgment(interchange, interchange.groups, NUMBERS, samples.now)

    assert refused == []
    assert f"*{answered}*BUYER          *".encode() in out


@pytest.mark.parametrize(
    ("version", "old", "new", "told"),
    [
        ("004010", "ST*850", "ST*855", "AK5*R*6*5"),
        ("005010", "ST*850", "ST*855", "AK5*R*18*5"),
    ],
)
def test_a_set_in_a_foreign_group_is_told_as_its_version_can(samples, version, old, new, told):
    """B-19, B-38: 718 has a code for it from 5010 on; before, the nearest one."""
    isa = samples.build_isa(version="00401" if version < "005" else "00501", isa11="^")
    group = samples.build_group(samples.build_set(), version=version)
    data = samples.build_file(group, isa=isa).decode().replace(old, new).encode()

    assert only(answer(samples, data), "AK5") == [told]


def test_codes_of_an_answer_are_of_its_version():
    """B-38: repetition stands in AK403 from 4030 on, and a TA1 has no 032 up to 5010."""
    for version, code in (("004010", "6"), ("004030", "12"), ("005010", "12")):
        assert fit_code("12", "4", choose_style("997", version)) == code
    assert fit_code("19", "5", choose_style("997", "004030")) == ""
    assert fit_code("I6", "4", choose_style("999", "005050")) == "I6"  # the nearest tables we have


def test_a_group_that_comes_twice_is_told(samples):
    """B-26: GS06 is used once; both are answered, the second with errors."""
    group = samples.build_group(samples.build_set())
    lines = answer(samples, samples.build_file(group, group))

    assert only(lines, "AK9") == ["AK9*A*1*1*1", "AK9*E*1*1*1*6"]


def test_a_group_without_a_version_is_told(samples):
    """GS08 is mandatory; the sets are judged by the usual version."""
    lines = answer(samples, samples.build_one().replace(b"*X*004010", b"*X*"))

    assert only(lines, "AK5", "AK9") == ["AK5*A", "AK9*E*1*1*1*2"]


def test_ta1_is_never_answered_with_ta1(samples):
    """B-24: a TA1-only interchange gets nothing."""
    isa = samples.build_isa(ack="1") + "TA1*000000001*250108*1430*A*000~"

    assert answer(samples, samples.build_file(isa=isa)) == []


def test_an_unknown_version_is_refused_in_the_answer(samples):
    """B-20: AK502 1 and AK905 2."""
    lines = answer(samples, samples.build_one("850", version="003040"))

    assert only(lines, "AK5", "AK9") == ["AK5*R*1", "AK9*R*1*1*0*2"]


def test_answers_are_in_the_senders_version(samples):
    """B-34: a 5010 group is answered at 5010, with its version in AK103."""
    isa = samples.build_isa(version="00501", isa11="^")
    group = samples.build_group(samples.build_set(), version="005010")
    lines = answer(samples, samples.build_file(group, isa=isa))

    assert only(lines, "GS", "AK1") == [
        "GS*FA*SELLERGS*BUYERGS*20250108*1430*70*X*005010",
        "AK1*PO*7*005010",
    ]


def test_our_own_answers_hold_no_faults(samples):
    """What we send must pass what we ask of others."""
    data = samples.build_one().replace(b"*144*", b"*a>b*").replace(b"CTT*2", b"CTT*2~ZZZ~~Q")
    interchange = read_file(data).interchanges[0]
    written, _ = write_acknowledgment(interchange, interchange.groups, NUMBERS, samples.now)
    checked = read_file(written)

    assert not checked.has_errors
    assert checked.documents[0].kind == "x12 997 004010"
