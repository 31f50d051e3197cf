"""Hostile documents: whatever a set holds, mapping it ends soon and in findings."""

import os
import random
import time
from pathlib import Path

import pytest

from translators.mapper.compile import compile_mapping
from translators.mapper.load import Library
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Set

ROOT = Path(__file__).parents[3]
LIBRARY = Library((ROOT / "mappings",))
CORPUS = Path(os.environ.get("CMGATEWAY_CORPUS", ROOT.parent / "shared" / "corpus"))
BASES = {"004010": "4010", "005010": "5010"}
SETS = ("850", "855", "856", "997")


def map_all(data):
    """Return what the base mappings make of every set they fit."""
    found = []
    for part in read_x12(data):
        if not isinstance(part, Set):
            continue
        document = document_of(part)
        _, set_id, version = document.kind.split(" ", 2)  # a damaged version may hold blanks
        if set_id in SETS and version in BASES:
            mapping = compile_mapping(LIBRARY.load_mapping(f"base/{set_id}_{BASES[version]}"))
            found.append(mapping.map(document))
    return found


def list_corpus():
    """Return the corpus files of the sets we have mappings for."""
    return [path for set_id in SETS for path in sorted((CORPUS / "x12" / set_id).glob("*"))]


def test_the_corpus_maps():
    """Every file nobody here wrote maps or says why not; an entity never comes with an error."""
    if not CORPUS.is_dir():
        pytest.skip("no corpus at CMGATEWAY_CORPUS or ../shared/corpus")
    for path in list_corpus():
        for mapped in map_all(path.read_bytes()):
            has_error = any(finding.level == "error" for finding in mapped.findings)
            assert (mapped.entity is None) == has_error
            assert all(finding.rule for finding in mapped.findings)


def test_damaged_samples_never_raise():
    """Bytes changed, cut and doubled in our own samples end in findings."""
    dice = random.Random(855)  # noqa: S311 - the same damage in every run
    samples = sorted((ROOT / "mappings" / "base").glob("*/*.edi"))
    samples = [path.read_bytes() for path in samples if ".expected." not in path.name]
    for _ in range(400):
        data = bytearray(dice.choice(samples))
        for _ in range(dice.randint(1, 8)):
            at = dice.randrange(len(data))
            data[at : at + dice.randint(0, 3)] = dice.choice(
                [b"*", b"~", b"", b"\xff", b"HL*1*1*I~", b"9" * 50]
            )
        map_all(bytes(data))


@pytest.mark.parametrize("level", ["I", "O"])
def test_a_chain_of_levels_costs_no_square(level):
    """Thousands of HL inside each other map about as fast as side by side."""
    count = 4000
    levels = [f"HL*{n}*{n - 1 or ''}*{level}~" for n in range(1, count + 1)]
    data = f"ST*856*0001~BSN*00*S*20250101*0000~{''.join(levels)}SE*{count + 3}*0001~".encode()
    documents = [document_of(part) for part in read_x12(data) if isinstance(part, Set)]
    mapping = compile_mapping(LIBRARY.load_mapping("base/856_4010"))
    begun = time.perf_counter()
    mapping.map(documents[0])
    assert time.perf_counter() - begun < 5
