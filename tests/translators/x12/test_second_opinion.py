"""The second opinion: pyx12 with maps of ours, beside our own verdict, on samples and the corpus."""

import csv
import io
import logging
import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bench.generate import Wanted, write_text
from translators.x12.grammar import list_sets, list_versions
from translators.x12.reader import read_x12
from translators.x12.second_opinion import second_opinion, write_lone_set
from translators.x12.second_opinion_maps import load_maps
from translators.x12.structure import Set

VALUES = ("", "0", "-1", "ZZZ", "A" * 100, "20250230", "1.5", "EA", "x", "9" * 20, "AB")
LETTER = re.compile("trailing element terminators|unnecessary trailing spaces")
TABLE = Path(__file__).parent / "disagreements.csv"


@pytest.fixture(scope="module")
def maps(tmp_path_factory):
    return tmp_path_factory.mktemp("maps")


def show(verdict, alone):
    """Return a verdict as the table writes it, with the segments only this judge finds fault with."""
    return f"{verdict.word}: {', '.join(alone)}" if alone else verdict.word


@pytest.mark.parametrize("set_id", ["850", "855", "856"])
def test_both_accept_a_sound_set(samples, maps, set_id):
    """Two judges that share nothing but the grammar agree that our samples are sound."""
    (opinion,) = second_opinion(samples.build_one(set_id), maps)

    assert (opinion.ours.word, opinion.theirs.word) == ("accepted", "accepted")
    assert opinion.agrees


@pytest.mark.parametrize(
    ("line", "subject", "code"),
    [
        ("BEG*00*SA*4500012345**20250230", "2 BEG", "8"),
        ("BEG*QQ*SA*4500012345**20250108", "2 BEG", "7"),
        ("BEG*00*SA***20250108", "2 BEG", "1"),
        ("BEG*00*SA*4500012345678901234567890**20250108", "2 BEG", "5"),
        ("REF*DP*038", "missing BEG", "3"),
    ],
)
def test_both_name_the_same_fault(samples, maps, line, subject, code):
    """A fault has the same segment and the same X12 code with both judges."""
    body = (line, *samples.bodies["850"][1:])
    (opinion,) = second_opinion(samples.build_one("850", body), maps)

    assert opinion.list_differences() == ([], [])
    assert code in {remark.code for remark in opinion.ours.remarks}
    assert code in {remark.code for remark in opinion.theirs.remarks}
    assert any(subject.split()[1] == remark.segment for remark in opinion.theirs.remarks)


def test_the_verdict_is_that_of_pyx12s_own_document_function(samples, maps):
    """Our loop around pyx12's walker keeps maps loaded; it says what x12n_document says."""
    from pyx12.params import ParamsBase
    from pyx12.x12n_document import x12n_document

    logging.getLogger("pyx12").setLevel(logging.CRITICAL + 1)
    bad = ("BEG*QQ*SA*4500012345**20250108", *samples.bodies["850"][1:])
    for data in (samples.build_one("850"), samples.build_one("850", bad)):
        (set_,) = [part for part in read_x12(data) if isinstance(part, Set)]
        (opinion,) = second_opinion(data, maps)
        text = io.StringIO(write_lone_set(set_, "004010"))
        folder = str(load_maps("004010", maps))
        verdict = x12n_document(ParamsBase(), text, None, None, map_path=folder)

        assert verdict == (opinion.theirs.word == "accepted")


@pytest.mark.slow
def test_every_grammar_makes_a_map_that_loads(maps, monkeypatch):
    """All sets of all versions can be put to the second judge."""
    from pyx12 import codes
    from pyx12.map_if import load_map_file
    from pyx12.params import ParamsBase

    # The maps of a version share one file of codes, which pyx12 would read for each of them.
    monkeypatch.setattr(codes, "ExternalCodes", cache(codes.ExternalCodes))
    for version in list_versions():
        folder = load_maps(version, maps)
        loaded = {
            load_map_file(f"{set_id}.xml", ParamsBase(), str(folder)).id
            for set_id in list_sets(version)
        }

        assert loaded == set(list_sets(version))


def test_a_crash_of_the_second_judge_is_a_verdict(samples, maps):
    """pyx12 raises IndexError where a composite has too many components; the run goes on."""
    body = (
        *samples.bodies["850"][:-1],
        "MEA*WT*G*1*LB:X:X:X:X:X:X:X:X:X:X:X:X:X:X:X:X".replace(":", ">"),
    )
    (opinion,) = second_opinion(samples.build_one("850", body), maps)

    assert opinion.ours.word == "rejected"
    assert opinion.theirs.word == "unjudged"
    assert opinion.theirs.reason.startswith("could not judge: IndexError")


def test_pyx12_is_loaded_only_when_asked():
    """A check without --second-opinion costs no start-up of pyx12."""
    code = "import sys, translators.x12.second_opinion; sys.exit('pyx12' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def damage(text, dice):
    """Return a set with an element replaced, or a segment dropped, doubled or moved."""
    parts = text.split("~")
    at = dice.randrange(3, len(parts) - 4)
    way = dice.randrange(5)
    if way == 0:
        del parts[at]
    elif way == 1:
        parts.insert(at, parts[at])
    elif way == 2:
        parts.insert(dice.randrange(3, len(parts) - 4), parts.pop(at))
    else:
        elements = parts[at].split("*")
        elements[dice.randrange(len(elements))] = dice.choice(VALUES)
        parts[at] = "*".join(elements)
    return "~".join(parts)


@pytest.mark.parametrize("kind", ["850", "855", "856"])
def test_both_refuse_the_same_damaged_sets(maps, kind):
    """Neither judge lets pass what the other refuses, but for what the table explains."""
    dice = random.Random(kind)  # noqa: S311  # damage, not secrets
    for seed in range(150):
        text = damage(write_text(Wanted(kind, lines=(1, 4), seed=seed)), dice)
        (opinion,) = second_opinion(text.encode(), maps)
        theirs = [one for one in opinion.theirs.remarks if not LETTER.search(one.sentence)]

        assert (opinion.ours.word == "rejected") == bool(theirs), text


@pytest.mark.slow
def test_every_disagreement_on_the_corpus_is_explained(corpus, maps):
    """Each set on which the judges differ stands in the table with who is right; nothing else does."""
    found = {}
    for row, data in corpus("x12"):
        for at, opinion in enumerate(second_opinion(data, maps), 1):
            if not opinion.agrees:
                alone = opinion.list_differences()
                ours, theirs = show(opinion.ours, alone[0]), show(opinion.theirs, alone[1])
                found[row["file"], str(at)] = (ours, theirs)
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert found == {(row["file"], row["set"]): (row["ours"], row["pyx12"]) for row in rows}
    assert all(len(row["explanation"].split()) > 5 for row in rows)
