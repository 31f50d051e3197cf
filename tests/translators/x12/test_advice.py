"""The 824: business refusals that name the set they mean."""

import pytest

from translators.findings import Finding, X12Place
from translators.x12.advice import Refusal, list_versions_of, write_824
from translators.x12.delimiters import Delimiters
from translators.x12.files import read_file
from translators.x12.grammar import list_versions
from translators.x12.writer import OutEnvelope

NO_ORDER = Finding(
    level="error",
    code="no-such-order",
    sentence="order 4500012345 was never sent to this partner, as far as the ledger of orders goes back",
    advice="check BAK03, then send the 855 again",
    place="segment 2: BAK*00*AC*4500012345",
    x12=X12Place(segment="BAK", ordinal=2, element=3, reference="324", value="45000*12345"),
)
LATE = Finding(level="warning", code="late", sentence="the date is after the day of need")


def envelope(version="004010"):
    return OutEnvelope("01", "US", "ZZ", "THEM", "AG", 12, 34, version)


def refuse(*findings, version="004010", **more):
    named = {
        "set_id": "855",
        "group_control": "0007",
        "set_control": "0001",
        "number": "4500012345",
    }
    return Refusal(version=version, findings=findings, **(named | more))


def write(samples, *refusals, version="004010"):
    data, findings = write_824(refusals, envelope(version), Delimiters(), samples.now)
    assert findings == []
    return data


def test_it_names_the_set_and_says_why(samples):
    """B-42: OTI names GS06 and ST02, TED the segment and element, NTE says it in words."""
    lines = write(samples, refuse(NO_ORDER)).decode().split("~")

    assert lines[1:-1] == [
        "GS*AG*US*THEM*20250108*1430*34*X*004010",
        "ST*824*0001",
        "BGN*11*000000012-1*20250108*1430",
        "OTI*TR*PO*4500012345*****7*0001*855*004010",
        "TED*024*order 4500012345 was never sent to this partner, as far as t*BAK*2*3*324*45000 12345",
        "NTE**segment 2: BAK 00 AC 4500012345: order 4500012345 was never sent to this",
        "NTE**partner, as far as the ledger of orders goes back",
        "NTE**what to do: check BAK03, then send the 855 again",
        "SE*8*0001",
        "GE*1*34",
        "IEA*1*000000012",
    ]


@pytest.mark.parametrize("version", list_versions())
def test_it_passes_our_own_check_in_every_version(samples, version):
    """What we write is judged as what we read."""
    data = write(samples, refuse(NO_ORDER, LATE, version=version), version=version)

    assert [] == [f for _, found in read_file(data).list_findings() for f in found]


def test_warnings_alone_accept_with_errors(samples):
    """OTI01 TE: it was taken, and something should be changed."""
    assert b"OTI*TE*" in write(samples, refuse(LATE))


def test_each_group_and_version_has_its_own_answer(samples):
    """An 824 speaks of the sets of one group, in the version they came in."""
    same = [refuse(NO_ORDER), refuse(NO_ORDER, set_control="0002")]
    other = [refuse(NO_ORDER, group_control="8"), refuse(NO_ORDER, version="003060")]
    file = read_file(write(samples, *same, *other))

    assert list_versions_of([*same, *other]) == ["003060", "004010"]
    assert [(len(g.sets), g.header[8]) for g in file.interchanges[0].groups] == [
        (1, "003060"),
        (2, "004010"),
    ]


def test_hostile_numbers_are_written_safely(samples):
    """B-40: what came in may hold anything; what goes out is sound."""
    wild = refuse(NO_ORDER, group_control="x*y", set_control="~", number="\x00*", set_id="8~")
    found = [f for _, all_ in read_file(write(samples, wild)).list_findings() for f in all_]

    assert [] == [f for f in found if f.level == "error" and f.x12.reference != "143"]
