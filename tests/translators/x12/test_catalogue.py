"""The catalogue of findings: what it says is what the code makes, and nothing else."""

import ast
import string
from pathlib import Path

import translators.x12
from translators.x12.catalogue import load_catalogue, load_parts
from translators.x12.files import read_file

SOURCES = sorted(Path(translators.x12.__file__).parent.rglob("*.py"))
FIELDS = {
    "ak304": "segment_code",
    "ak403": "element_code",
    "ak502": "set_code",
    "ak905": "group_code",
    "ta105": "interchange_code",
}


def test_findings_are_made_by_the_catalogue_alone():
    """A finding made past the catalogue could say what no page explains."""
    past = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        if path.name != "catalogue.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Finding"
    ]

    assert [] == past


def test_every_entry_is_used():
    """A word that nobody makes any more is taken out of the catalogue."""
    words = {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    forms = {form for entry in load_catalogue().values() for form in entry.forms}

    assert set() == (set(load_catalogue()) | forms) - words


def test_a_word_stands_once():
    """The same word in two parts would hide one of them."""
    assert len(load_catalogue()) == sum(map(len, load_parts().values()))


def test_sentences_are_sentences():
    """They can be filled in, and end without a full stop, so that advice can follow."""
    for code, entry in load_catalogue().items():
        for sentence in (entry.sentence, *entry.forms.values(), entry.advice):
            assert not sentence.endswith("."), code
            assert all(name != "" for _, name, _, _ in string.Formatter().parse(sentence)), code


def test_codes_of_findings_stand_in_the_catalogue(corpus, samples):
    """What an acknowledgment may carry is what the page says it carries."""
    known = load_catalogue()
    files = [data for _, data in corpus("x12")]
    files.append(samples.build_one("850", ("BEG*00*SA*1**20250231", "P01*1", "PO1*1*1,5*EA")))
    for data in files:
        for _, findings in read_file(data).list_findings():
            for one in findings:
                assert one.level == known[one.code].level, one
                for column, field in FIELDS.items():
                    said = getattr(one.x12, field) if one.x12 else None
                    assert said is None or said in getattr(known[one.code], column), one


def test_a_place_knows_byte_line_and_text(samples):
    """A person opens the file at that line and sees that segment."""
    data = samples.build_one("850").replace(b"~", b"~\n").replace(b"BP*A-200", b"QQ*A-200")
    place = next(f.x12 for f in read_file(data).documents[0].findings if f.x12)

    assert place.line == 1 + data[: data.index(b"PO1*2")].count(b"\n")
    assert place.offset == data.index(b"PO1*2")
    assert place.text == "PO1*2*10*EA*99**QQ*A-200"


def test_a_place_knows_the_repetition(samples):
    """IK401-3: which of the repeated values is meant."""
    isa = samples.build_isa(version="00501", isa11="^")
    body = ("BGN*11*1*20250108", "OTI*TR*PO*4500012345", "TED*007", "CTX*PO>1^>2")
    advice = samples.build_group(samples.build_set("824", body), kind="AG", version="005010")
    found = read_file(samples.build_file(advice, isa=isa)).documents[0].findings

    assert [(f.code, f.x12.element, f.x12.component, f.x12.repeat) for f in found] == [
        ("missing-element", 1, 1, 2)
    ]
