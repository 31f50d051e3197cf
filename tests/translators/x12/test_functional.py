"""999 beside 997: the same findings in the words of either, in the sender's version."""

import pytest

from translators.x12.acknowledge import Numbers, write_acknowledgment
from translators.x12.files import read_file

BODY = (
    "BEG*00*SA*1**20250231",
    "ZZZ*1",
    "PO1*1*5*EA*1**BP",
    "PO1*2*x*QQQ*1**BP*A",
    "CTT*2",
)


def answer(samples, data, functional="999"):
    """Return the answer's own file, and its segments as text."""
    interchange = read_file(data).interchanges[0]
    written, findings = write_acknowledgment(
        interchange, interchange.groups, Numbers(900, 70), samples.now, functional=functional
    )
    assert findings == []
    return read_file(written), written.decode().split("~")


def build(samples, *sets, version="005010"):
    isa = samples.build_isa(version="00501", isa11="^")
    return samples.build_file(samples.build_group(*sets, version=version), isa=isa)


def test_a_999_tells_errors_as_ik_segments(samples):
    """B-39: IK3 and IK4 with the codes of 620 and 621, CTX for what a filled element asks for."""
    file, lines = answer(samples, build(samples, samples.build_set("850", BODY)))
    told = [line for line in lines if line[:2] in {"ST", "AK", "IK", "CT"}]

    assert told == [
        "ST*999*0001",
        "AK1*PO*7*005010",
        "AK2*850*0001",
        "IK3*BEG*2**8",
        "IK4*5*373*8*20250231",
        "IK3*ZZZ*3**6",
        "IK3*PO1*4**8",
        "IK4*7*234*2",
        "CTX*SITUATIONAL TRIGGER*PO1*4**6",
        "IK3*PO1*5**8",
        "IK4*2*380*6*x",
        "IK4*3*355*7*QQQ",
        "IK5*R*5",
        "AK9*R*1*1*0",
    ]
    assert not file.has_errors


def test_there_is_no_999_before_5010(samples):
    """B-34: an answer is in the sender's version, and 4010 has only the 997."""
    _, lines = answer(samples, samples.build_one("850", BODY))

    assert [line for line in lines if line[:2] == "ST"] == ["ST*997*0001"]


@pytest.mark.parametrize("functional", ["997", "999"])
def test_partial_acceptance_counts_what_was_taken(samples, functional):
    """B-35: AK9 P, with what GE01 claims, what came and what was taken."""
    good, bad = samples.build_set(), samples.build_set("850", BODY, control="0002")
    file, lines = answer(samples, build(samples, good, bad), functional)

    assert [line for line in lines if line[:3] == "AK9"] == ["AK9*P*2*2*1"]
    assert not file.has_errors


def test_every_missing_segment_is_told(samples):
    """Two that lack at one place are two AK3: a sender who mends one must not wait for the other."""
    _, lines = answer(samples, samples.build_one("850", ()), "997")

    assert [line for line in lines if line[:3] == "AK3"] == ["AK3*BEG*2**3", "AK3*PO1*2**3"]


def test_what_makes_the_rest_idle_is_told_first(samples):
    """B-41: the set is not supported; that its count is wrong too comes after."""
    data = samples.build_one("850", version="003040").replace(b"SE*11", b"SE*12")
    _, lines = answer(samples, data, "997")

    assert [line for line in lines if line[:3] == "AK5"] == ["AK5*R*1*4"]


@pytest.mark.parametrize("functional", ["997", "999"])
def test_at_most_five_codes(samples, functional):
    """B-41: AK5 and IK5 hold five codes, those that tell most first."""
    wrong = samples.build_set("850", ("BEG*00",)).replace("SE*3*0001", "SE*9*0009")
    _, lines = answer(samples, build(samples, wrong), functional)

    assert [line[2:] for line in lines if line[1:3] == "K5"] == ["5*R*3*4*5"]


def test_what_is_tolerated_is_no_fault_of_the_answer(samples):
    """A note is for people; the partner's machine reads A."""
    _, lines = answer(
        samples, build(samples, samples.build_set().replace("REF*DP*038", "REF*DP*038*"))
    )

    assert [line for line in lines if line[:3] == "AK9"] == ["AK9*A*1*1*1"]
