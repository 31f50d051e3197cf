"""The fast pass says what the careful pass says, or nothing."""

import random
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from canonical.entities import write_json
from translators.compiled import sharpened
from translators.compiled.fast_pass import compile_fast
from translators.compiled.quick import Quick
from translators.mapper.read_mapping import ReadMapping
from translators.x12.documents import document_of, kind_of
from translators.x12.reader import read_x12
from translators.x12.structure import Group, Interchange, Set

Readers = dict[str, ReadMapping]
VALUES = (
    "", " X", "X ", "x" * 61, "A", "0", "00", "001", "1.50", "-3", ".5", "5.", "1E5", "20260230",
    "20240229", "20260228", "260101", "EA", "ZZ", "BP", "VN", "UP", "002", "010", "106", "1>2", "é",
    "\x07", "O", "P", "S", "I", "IB", "AC", "RJ",
)  # fmt: skip
ENVELOPES = ("TA1*1", "GE*1*1", "IEA*1*1", "ST*850*0009", "SE*3*0001", "", "\r\n", " ", "ST", "N1")
COUNTED = {"850": "PO1", "855": "PO1", "856": "HL", "860": "POC", "865": "POC", "810": "IT1"}


def list_parts(data: bytes | Iterable[bytes], readers: Readers, *, fast: bool) -> Iterator[Any]:
    """Yield everything that is known of a file, part by part, and whether the fast pass took it."""
    quick = Quick(lambda set_: readers.get(kind_of(set_)), worth=-1)
    for part in read_x12(data, quick=quick.take if fast else None):
        if isinstance(part, Set):
            yield describe_set(part, readers), part.taken is not None
            part.release()
        elif isinstance(part, Group):
            yield (part.header, part.trailer, len(part.sets), part.findings), False
        else:
            assert isinstance(part, Interchange)
            yield (part.header, part.trailer, len(part.groups), part.acks, part.findings), False


def describe_set(set_: Set, readers: Readers) -> tuple[Any, ...]:
    """Return a set's place, number, findings, entity with its JSON, notes and places."""
    head = (set_.place, set_.ordinal, set_.control)
    document = document_of(set_)
    said = (document.kind, document.place, document.envelope, document.findings)
    reader = readers.get(document.kind)
    if reader is None or document.content is None:
        return (*head, *said)
    mapped = reader.map(document)
    if mapped.entity is None:
        return (*head, *said, mapped.findings)
    entity, found = mapped.entity, mapped.findings
    assert mapped.json == write_json(entity)
    return (*head, *said, entity, mapped.json, found, mapped.places)


def compare(data: bytes, readers: Readers, size: int | None = None) -> int:
    """Assert that both ways say the same; return how many sets the fast pass took."""
    pieces = data if size is None else [data[at : at + size] for at in range(0, len(data), size)]
    careful = [said for said, _ in list_parts(data, readers, fast=False)]
    fast = list(list_parts(pieces, readers, fast=True))
    assert careful == [said for said, _ in fast]
    return sum(was_taken for _, was_taken in fast)


@pytest.fixture
def sharp(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have every pass learn what is usual from its first sets, and again and again."""
    monkeypatch.setattr(sharpened, "ENOUGH", 2000)
    monkeypatch.setattr(sharpened, "WATCHED", 2)
    compile_fast.cache_clear()
    yield
    compile_fast.cache_clear()


def test_the_corpus(corpus: list[bytes], readers: Readers) -> None:
    """On files nobody here wrote, however their bytes arrive, nothing is lost or made up."""
    taken = [compare(data, readers, size) for data in corpus for size in (None, 1000)]

    assert sum(taken) >= 100


def test_the_cases_beside_the_mappings(cases: list[bytes], readers: Readers) -> None:
    """Our own samples, most of them with faults, are read the same in both ways."""
    assert [compare(data, readers) for data in cases]


@pytest.mark.parametrize("kind", ["850", "855", "856"])
@pytest.mark.parametrize("end", [b"~", b"~\n", b"~\r\n"])
def test_good_sets_are_taken(
    generate: Callable[..., bytes], readers: Readers, kind: str, end: bytes
) -> None:
    """Every set of a good file is taken, also where it arrives in small pieces."""
    data = generate(kind, 30, sets=7).replace(b"~", end)

    assert [30, 30] == [compare(data, readers), compare(data, readers, 333)]


@pytest.mark.parametrize("kind", ["850", "855", "856"])
@pytest.mark.parametrize("quantity", ["144", "1.5", "-1.5"])
def test_hash_totals(
    generate: Callable[..., bytes], readers: Readers, kind: str, quantity: str
) -> None:
    """A CTT02 that adds up in either way is good to both passes, any other to neither."""
    sets = generate(kind, 6, sets=3).decode().split("~ST*")
    plain, digits, wrong = (
        "~ST*".join(add_hash(one, quantity, way) for one in sets).encode()
        for way in ("plain", "digits", "wrong")
    )

    assert [6, 6, 0] == [compare(data, readers) for data in (plain, digits, wrong)]


def add_hash(text: str, quantity: str, way: str) -> str:
    """Return a set with another quantity in its first line, and a hash total of all of them."""
    segments = [one.split("*") for one in text.split("~")]
    lines = [one for one in segments if one[0] in {"PO1", "SN1"}]
    for line in lines[:1]:
        line[2] = quantity
    plain = sum(Decimal(one[2]) for one in lines)
    digits = sum(int(one[2].replace(".", "").replace("-", "")) for one in lines)
    total = {"plain": plain, "digits": digits, "wrong": digits + 1}[way]
    return "~".join(
        "*".join([*one[:2], str(total)] if one[0] == "CTT" else one) for one in segments
    )


def change_segments(r: random.Random, segments: list[str]) -> None:
    """Change one thing about the segments of a file."""
    at = r.randrange(3, len(segments))
    other = segments[r.randrange(3, len(segments))]
    match r.randrange(6):
        case 0:
            segments.insert(at, other)
        case 1:
            del segments[at]
        case 2:
            segments[at:at] = segments[at : at + r.randrange(1, 6)]
        case 3:
            segments.insert(at, r.choice(ENVELOPES))
        case _:
            segments[at] = change_elements(r, segments[at].split("*"), other.split("*"))


def change_elements(r: random.Random, elements: list[str], others: list[str]) -> str:
    """Return a segment with one thing about its elements changed."""
    place = r.randrange(len(elements))
    match r.randrange(4):
        case 0:
            elements[place] = r.choice(VALUES)
        case 1:
            elements.append(r.choice(VALUES))
        case 2:
            del elements[place + 1 :]
        case 3:
            elements[place] = r.choice(others)
    return "*".join(elements)


def mend_counts(segments: list[str]) -> None:
    """Put the right counts into SE01 and CTT01, so that more than they is looked at."""
    start = kind = 0
    for at, segment in enumerate(segments):
        elements = segment.split("*")
        if elements[0] == "ST" and len(elements) > 2:
            start, kind = at, elements[1]
        elif elements[0] == "SE" and len(elements) > 2:
            segments[at] = f"SE*{at - start + 1}*{elements[2]}"
        elif elements[0] == "CTT" and kind in COUNTED:
            tag = COUNTED[kind]
            count = sum(one.startswith(f"{tag}*") for one in segments[start:at])
            segments[at] = "*".join(("CTT", str(count), *elements[2:]))


@pytest.mark.usefixtures("sharp")
def test_what_is_usual_changes_nothing(
    generate: Callable[..., bytes], corpus: list[bytes], readers: Readers
) -> None:
    """What a pass learned of other sets, of the same kind and of others, is no part of what it says."""
    usual = [generate(kind, 12, sets=5) for kind in ("850", "855", "856")]
    quoted = [data.replace(b"BOLT", b'1/4" BOLT').replace(b"INC", b"\\INC") for data in usual]

    assert all(compare(data, readers) for data in (*usual, *quoted))
    assert [compare(data, readers) for data in corpus]


@pytest.mark.usefixtures("sharp")
@pytest.mark.parametrize("seed", range(10, 13))
def test_damaged_sets_where_much_is_usual(
    generate: Callable[..., bytes], cases: list[bytes], readers: Readers, seed: int
) -> None:
    """The same holds of damaged sets among such as taught the pass what is usual."""
    test_damaged_sets(generate, cases, readers, seed)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_sets(
    generate: Callable[..., bytes], cases: list[bytes], readers: Readers, seed: int
) -> None:
    """Where bytes were changed the fast pass declines, or the change made no difference to it."""
    r = random.Random(seed)  # noqa: S311 -- changes that come again with the seed
    samples = [
        generate(kind, 3, seed=seed * 10 + n) for kind in ("850", "855", "856") for n in range(3)
    ]
    samples += [data for data in cases if data.startswith(b"ISA") and b"~" in data[100:112]]
    taken = 0
    for _ in range(250):
        segments = r.choice(samples).decode().replace("~\n", "~").split("~")
        for _ in range(r.randrange(1, 4)):
            change_segments(r, segments)
        if r.random() < 0.8:
            mend_counts(segments)
        taken += compare("~".join(segments).encode(), readers, r.choice((None, 77, 700)))

    assert taken > 20
