"""Fuzz: whatever the bytes, X12 is read, checked, mapped and answered, and ends in findings.

20,000 damaged files in the suite; `CMGATEWAY_FUZZ=1000000 pytest tests/test_fuzz.py` for a million,
and `CMGATEWAY_FUZZ_FROM=16` for others than those: each seed makes 1,250 of its own.
"""

import functools
import os
import random
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.corpus import find_corpus, list_files
from bench.generate import Wanted, write_text
from canonical.entities import write_json
from translators.compiled.quick import Quick
from translators.findings import has_errors
from translators.mapper.compile import compile_mapping
from translators.mapper.load import Library
from translators.x12.acknowledge import Numbers, write_acknowledgment
from translators.x12.documents import GUESSED_VERSION
from translators.x12.files import X12File, read_file
from translators.x12.grammar import find_version, list_sets, load_grammar
from translators.x12.reader import read_x12
from translators.x12.show import list_lines
from translators.x12.structure import Set

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = Library((ROOT / "mappings",))
NAMES = frozenset(LIBRARY.list_mappings())
NOW = datetime(2025, 1, 8, 14, 30, tzinfo=UTC)
INPUTS = int(os.environ.get("CMGATEWAY_FUZZ", "20000"))
FIRST = int(os.environ.get("CMGATEWAY_FUZZ_FROM", "0"))  # the seed to begin with
BATCH = 1250
LONGEST = 6000  # bytes taken of a file; long files are the same again and again
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ISA = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *250108*1430*{}*{}*000000042*1*P*>~"

VALUES = (
    "", " ", "0", "-1", "1", "99999999999999999999999", "1e9", ".", "-", "1.2.3", "00000000",
    "20250230", "99999999", "2460", "A" * 300, "é", "日本", "\u0663", "²", "\x00", "\x1f", "\t", "\ufeff",
    ">", "^", ">>>>", "A^B", "A>B", "NaN", "Infinity", "ZZ", "00", "EA", "__class__", "{0}", "%s", "'\"",
    "2**", "S", "I", "O", "\u202e", "\x85", "1_000", "+5", "0x10", "٣٤", "\ud7ff",
)  # fmt: skip
NOISE = (b"*", b"~", b">", b"^", b"\n", b"\r\n", b"\x00", b"\xff", b"\xc3", b"ISA*", b"ISA", b"GS*", b"GE*",
         b"ST*850*0001~", b"SE*2*0001~", b"IEA*1*", b"HL*1*1*S~", b"LS*1~", b"LE*1~", b"TA1*", b"AK1*", b"~~", b"\xef\xbb\xbf")  # fmt: skip
VERSIONS = (b"00401", b"00501", b"00200", b"99999", b"0040", b"ABCDE")


@functools.cache
def list_samples() -> tuple[bytes, ...]:
    """Return our own samples, generated files and, where it is there, the corpus."""
    own = [path.read_bytes() for path in sorted((ROOT / "mappings").rglob("*.edi"))]
    made = [
        write_text(Wanted(kind, documents=2, lines=(1, 4), seed=seed)).encode()
        for kind in ("850", "855", "856")
        for seed in range(4)
    ]
    corpus = find_corpus()
    wild = [data for _, data in list_files(corpus)] if corpus else []
    return tuple(data[:LONGEST] for data in (*own, *made, *wild))


def damage(data: bytes, dice: random.Random) -> bytes:
    """Return the bytes damaged one to five times, each time in some way."""
    for _ in range(dice.choice((1, 1, 2, 3, 5))):
        data = dice.choice(WAYS)(data, dice)
    return data


def damage_bytes(data: bytes, dice: random.Random) -> bytes:
    """Return the bytes with a piece cut, doubled, replaced or mixed with noise."""
    changed = bytearray(data)
    at, size = dice.randrange(len(data) + 1), dice.choice((0, 1, 1, 2, 30, 200))
    way = dice.randrange(5)
    if way == 0:
        del changed[at : at + size]
    elif way == 1:
        changed[at:at] = changed[at : at + size]
    elif way == 2:
        changed[at : at + 1] = bytes((dice.randrange(256),))
    elif way == 3:
        changed[at:at] = dice.choice(NOISE) * dice.choice((1, 1, 1, 40))
    else:
        del changed[at:]
    return bytes(changed)


def damage_segments(data: bytes, dice: random.Random) -> bytes:
    """Return the bytes with a segment dropped, doubled, moved, or many of them in another order."""
    mark = data[105:106] if data[:3] == b"ISA" and len(data) > 106 else b"~"
    parts = data.split(mark)
    at, to = dice.randrange(len(parts)), dice.randrange(len(parts))
    way = dice.randrange(5)
    if way == 0:
        del parts[at]
    elif way == 1:
        parts[to:to] = parts[at : at + 1] * dice.choice((1, 2, 30))
    elif way == 2:
        parts.insert(to, parts.pop(at))
    elif way == 3:
        parts[at], parts[to] = parts[to], parts[at]
    else:
        piece = parts[min(at, to) : max(at, to)]
        dice.shuffle(piece)
        parts[min(at, to) : max(at, to)] = piece
    return mark.join(parts)


def damage_element(data: bytes, dice: random.Random) -> bytes:
    """Return the bytes with one element replaced by a value no one expects, or with more of them."""
    parts = data.split(data[3:4] if data[:3] == b"ISA" and len(data) > 3 else b"*")
    at = dice.randrange(len(parts))
    value = dice.choice(VALUES).encode("utf-8", "surrogatepass")
    if dice.random() < 0.8:
        parts[at] = value
    else:
        parts[at:at] = [value] * dice.choice((1, 3, 30))
    return (data[3:4] if data[:3] == b"ISA" and len(data) > 3 else b"*").join(parts)


def damage_envelope(data: bytes, dice: random.Random) -> bytes:
    """Return the bytes with other delimiters, another version, or joined to another file."""
    way = dice.randrange(5)
    if way == 0:
        return data.replace(dice.choice((b"*", b"~", b">")), bytes((dice.randrange(256),)))
    if way == 1:
        return data.replace(dice.choice(VERSIONS[:2]), dice.choice(VERSIONS), 1)
    if way == 2:
        return data + dice.choice(list_samples())
    if way == 3:
        return data.replace(b"004010", dice.choice((b"005010", b"003060", b"004030", b"T", b"")))
    sets = (b"850", b"855", b"856", b"860", b"997", b"810", b"999", b"   ", b"9999")
    return data.replace(dice.choice(sets), dice.choice(sets))


WAYS = (
    damage_bytes,
    damage_bytes,
    damage_segments,
    damage_element,
    damage_element,
    damage_envelope,
)


@functools.cache
def find_mapping(kind: str):
    """Return the base mapping for a document's kind, or None."""
    _, set_id, version = kind.split(" ", 2)
    name = f"base/{set_id}_{'5010' if version >= '005' else '4010'}"
    return compile_mapping(LIBRARY.load_mapping(name)) if name in NAMES else None


def do_all(data: bytes) -> None:
    """Read, check, show, map and answer a file as the gateway does; findings are all that comes."""
    file = read_file(data)
    assert file.interchanges
    for _, found in file.list_findings():
        check_findings(found)
    assert all(isinstance(line, str) for line in list_lines(file))
    for document in file.documents:
        mapping = find_mapping(document.kind) if document.content is not None else None
        if mapping is None:
            continue
        mapped = mapping.map(document)
        check_findings(mapped.findings)
        assert has_errors(mapped.findings) == (mapped.entity is None)
        if mapped.entity is not None:
            write_json(mapped.entity)
    for interchange in file.interchanges:
        answer_soundly(interchange, ("997", "999")[len(data) % 2])
    if len(data) % 4 == 0:
        do_compiled(data, file)


def do_compiled(data: bytes, file: X12File) -> None:
    """Fail where the compiled pass raises, or what it takes has an error for the careful one."""
    quick = Quick(lambda set_: find_own(kind_of(set_)), worth=-1)
    sets = [part for part in read_x12(data, quick=quick.take) if isinstance(part, Set)]
    assert len(sets) == len(file.documents)
    for one, document in zip(sets, file.documents, strict=True):
        if one.taken is not None:
            assert not has_errors(document.findings)
            assert one.taken.entity == find_mapping(document.kind).map(document).entity


def find_own(kind: str):
    """Return the base mapping that was written for just this version, or None."""
    return find_mapping(kind) if kind.endswith((" 004010", " 005010")) else None


def kind_of(set_: Set) -> str:
    """Return the kind of document a set is, as `document_of` says it."""
    version = set_.version.strip() or GUESSED_VERSION
    return f"x12 {set_.set_id} {find_version(version) or version[:6]}"


def check_findings(found) -> None:
    """Fail where a finding is no sentence under a stable word, or cannot be kept and sent."""
    for finding in found:
        assert KEBAB.fullmatch(finding.code)
        assert finding.sentence
        assert str(finding)
    msgspec.json.encode(found)


def answer_soundly(interchange, functional) -> None:
    """Fail where an answer has a fault of its own; GS01, GS06, ST01, ST02 it repeats as they came."""
    answer, refused = write_acknowledgment(
        interchange, interchange.groups, Numbers(1, 1), NOW, functional=functional
    )
    check_findings(refused)
    if not answer:
        return
    again = read_file(answer)
    errors = [
        str(finding)
        for _, found in again.list_findings()
        for finding in found
        if finding.level == "error" and not is_echo(finding)
    ]
    assert errors == []


def is_echo(finding) -> bool:
    """Return whether a fault of an answer is in the sender's own words, or of a version unknown."""
    place = finding.x12
    echoed = place is not None and place.segment in {"AK1", "AK2"} and place.element in {1, 2}
    return finding.code == "no-grammar" or (echoed and finding.code != "missing-element")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, INPUTS // BATCH)))
def test_damaged_files_end_in_findings(seed):
    """No exception, no hang: no input takes longer than its bytes explain."""
    dice = random.Random(seed)  # noqa: S311  # damage, not secrets
    samples = list_samples()
    for at in range(BATCH):
        data = damage(dice.choice(samples), dice)
        start = time.process_time()
        try:
            do_all(data)
        except Exception as error:
            error.add_note(f"seed {seed}, input {at}: {data!r}")
            raise
        spent = time.process_time() - start
        # Five seconds: a full garbage collection of the whole suite may fall into one input.
        assert spent < max(5.0, len(data) / 100_000), f"seed {seed}, input {at}: {spent:.1f} s"


@pytest.mark.parametrize(
    "data",
    [
        b"ST*" + b"A" * 300 + b"*0001~BMG*00~SE*3*0001~",  # a set id as long as no file name may be
        (
            ISA.format("U", "00401")
            + "GS*PO*A*B*20250108*1430*7*X*004010~ST*850*0001~"
            + f"BEG{'*0' * 150}\nREF*DP*1~SE*4*0001~GE*1*7~IEA*1*000000042~"
        ).encode(),  # a fault in element 150, and AK401 has two digits to name it
        (
            ISA.format("U", "00401")
            + f"GS*PO*A*B*20250108*1430*{chr(0xFEFF) * 40}1*X*004010~ST*850*0001~BEG*00~"
            + "SE*3*0001~GE*1*1~IEA*1*000000042~"
        ).encode(),  # a group number behind more marks of byte order than AK102 is long
    ],
)
def test_what_once_raised_ends_in_findings(data):
    """Each input the fuzz found stays here."""
    do_all(data)


@given(st.binary(max_size=3000))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_bytes_end_in_findings(data):
    """Bytes of no meaning are read as nothing, with a finding."""
    do_all(data)


TEXT = st.one_of(
    st.sampled_from(VALUES), st.text(max_size=12).filter(lambda text: text.isprintable())
)


@st.composite
def write_files(draw) -> bytes:
    """Return a file of the right envelope and the right segment ids with any values in any order."""
    version = draw(st.sampled_from(("004010", "005010", "003060", "004030")))
    set_id = draw(st.sampled_from(list_sets(version)))
    grammar = load_grammar(set_id, version)
    ids = st.sampled_from(sorted(list_ids(grammar.root)))
    rows = draw(st.lists(st.tuples(ids, st.lists(TEXT, max_size=8)), max_size=25))
    body = [f"{tag}*{'*'.join(values)}" for tag, values in rows]
    head = ISA.format("^" if version == "005010" else "U", "0" + version[1:5])
    group = f"GS*{grammar.group_id}*A*B*20250108*1430*7*X*{version}~"
    lines = [f"ST*{set_id}*0001", *body, f"SE*{len(body) + 2}*0001", "GE*1*7", "IEA*1*000000042"]
    return (head + group + "~".join(lines) + "~").encode("utf-8", "surrogatepass")


def list_ids(rule) -> set[str]:
    """Return the ids of all segments of a loop and of the loops inside it."""
    inner = [node for node in rule.nodes if hasattr(node, "nodes")]
    own = {node.id for node in rule.nodes if not hasattr(node, "nodes")}
    return own.union(*(list_ids(node) for node in inner))


@given(write_files())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_any_values_in_known_segments_end_in_findings(data):
    """The right segments of every set and version with any values at all are judged, not feared."""
    do_all(data)
