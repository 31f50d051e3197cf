"""Public X12 samples nobody here wrote: our verdicts, and the answers their senders would get."""

from datetime import UTC, datetime

import pytest

from bench.corpus import find_corpus, judge, list_files, load_explanations
from translators.x12.acknowledge import Numbers, list_batches, write_acknowledgment
from translators.x12.files import read_file
from translators.x12.grammar import find_version
from translators.x12.reader import read_x12
from translators.x12.structure import Interchange, Set

NOW = datetime(2025, 1, 8, 14, 30, tzinfo=UTC)
CORPUS = find_corpus()
FILES = list(list_files(CORPUS)) if CORPUS else []
BAD = [(row["file"], data) for row, data in FILES if row["validity"] == "malformed"]

pytestmark = pytest.mark.skipif(
    not FILES, reason="the corpus is not here; CMGATEWAY_CORPUS names its folder"
)


def test_every_verdict_is_the_expected_one_or_explained():
    """Where we and the index differ, a row says why; a row that holds no longer fails too."""
    verdicts = [judge(row, data) for row, data in FILES]

    assert {one for one in verdicts if not one.agrees} == set(load_explanations())
    assert all(len(why.split()) > 5 for why in load_explanations().values())


@pytest.mark.parametrize("data", [data for _, data in BAD], ids=[name for name, _ in BAD])
def test_the_answer_to_a_malformed_file_is_sound_and_says_so(data):
    """The sender gets a TA1 or 997 our own checker finds nothing wrong with, and it does not accept.

    What it echoes (GS01, GS06, ST01, ST02) is the sender's own and stands as he wrote it.
    """
    for interchange in read_file(data).interchanges:
        answer, refused = write_acknowledgment(interchange, interchange.groups, Numbers(1, 1), NOW)
        if not answer:
            assert refused or not interchange.header or not list_batches(interchange.groups)
            continue
        assert [str(one) for one in list_faults(answer)] == []
        if has_fault(interchange):
            assert says_no(answer)


def has_fault(interchange):
    """Return whether a set that is answered holds an error."""
    return any(
        finding.level == "error"
        for group in interchange.groups
        if group.header.element(1) != "FA"
        for set_ in group.sets
        for finding in set_.findings
    )


def list_faults(answer):
    """Return the errors of an answer that are not the sender's own words.

    One in a version without a grammar, 004060 say, is judged as the 004010 it is but for its name.
    """
    for group in read_file(answer).interchanges[0].groups:
        declared = group.header.element(8)
        if find_version(declared) is None:
            answer = answer.replace(declared.encode(), b"004010")
    found = [finding for _, found in read_file(answer).list_findings() for finding in found]
    return [one for one in found if one.level == "error" and not is_echo(one)]


def is_echo(finding):
    """Return whether a fault stands in an element that repeats what the sender wrote."""
    place = finding.x12
    return place is not None and place.segment in {"AK1", "AK2"} and place.element in {1, 2}


def says_no(answer):
    """Return whether an answer rejects something or accepts it with errors."""
    told = set()
    for part in read_x12(answer):
        if isinstance(part, Interchange):
            told |= {ack.element(4) for ack in part.acks}
        elif isinstance(part, Set):
            told |= {one.element(1) for one in part.segments if one[0] in {"AK5", "IK5", "AK9"}}
    return bool(told & {"R", "E", "P"})
