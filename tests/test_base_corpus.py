"""Public sample files through the base mappings: an entity or errors, never an exception."""

import csv
import functools
import os
from pathlib import Path

import pytest

from translators.findings import has_errors
from translators.mapper.compile import compile_mapping
from translators.mapper.load import Library
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Set

ROOT = Path(__file__).parent.parent
CORPUS = Path(os.environ.get("CMGATEWAY_CORPUS", ROOT.parent / "shared" / "corpus"))
LIBRARY = Library((ROOT / "mappings",))
# Files that are valid X12 and still no document of ours, and why.
NOT_OURS = {
    "x12/810/06_stupidedi_1.edi": "IT102 and IT104 without the unit in IT103",
    "x12/810/10_stupidedi_1.edi": "IT102 and IT104 without the unit in IT103",
    "x12/810/65_hellooops_fixtures.edi": "the order number stands in BIG03, where a date belongs",
    "x12/850/010_node-x12_850-3.edi": "lines without PO101 cannot be answered",
    "x12/850/028_x12-types_004010-850.edi": "lines without PO101 cannot be answered",
    "x12/850/030_hellooops_850-lineBreak-LF.x12": "no PO1",
    "x12/850/031_hellooops_850-lineBreak.x12": "no PO1",
    "x12/850/033_hellooops_850.x12": "no PO1",
    "x12/850/157_hellooops_fixtures.edi": "no BEG",
    "x12/997/01_staedi_empty997.edi": "no AK1 and no AK9",
    "x12/997/02_staedi_extraDelimiter997.edi": "text in AK302, where a number belongs",
    "x12/mixed/02_hellooops_X12-interchanges.x12": "no PO1, no MIT",
}


def list_files() -> list[tuple[str, str]]:
    """Return the X12 files of the corpus with their validity, none where there is no corpus."""
    index = CORPUS / "INDEX.csv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8") as rows:
        return [(r["file"], r["validity"]) for r in csv.DictReader(rows) if r["kind"] == "x12"]


@functools.cache
def find_mapping(set_id: str, version: str):
    """Return the base mapping of a set nearest to a version, or None."""
    near = "5010" if version.startswith("005") else "4010"
    name = f"base/{set_id}_{near}"
    return compile_mapping(LIBRARY.load_mapping(name)) if name in NAMES else None


NAMES = set(LIBRARY.list_mappings())
FILES = list_files()


@pytest.mark.skipif(not FILES, reason="the corpus is not here; CMGATEWAY_CORPUS names its folder")
@pytest.mark.parametrize(("file", "validity"), FILES, ids=[file for file, _ in FILES])
def test_a_file_becomes_entities_or_errors(file, validity):
    """Each set gives an entity, or errors that say why not; a valid one of ours gives an entity."""
    for one in [part for part in read_x12((CORPUS / file).read_bytes()) if isinstance(part, Set)]:
        mapping, document = find_mapping(one.set_id, one.version), document_of(one)
        if mapping is None or document.content is None:
            continue
        mapped = mapping.map(document)
        assert has_errors(mapped.findings) == (mapped.entity is None)
        assert all(finding.place and finding.sentence for finding in mapped.findings)
        if validity == "valid" and file not in NOT_OURS:
            assert [] == [str(f) for f in mapped.findings if f.level == "error"]
