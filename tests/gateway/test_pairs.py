"""Both versions of a mapping read one file at once, and each as it would alone."""

from pathlib import Path

from bench.generate import Wanted, write_text
from gateway.partners import load_partners
from gateway.settings import Site
from gateway.versions.pairs import Reading, Sides
from translators.mapper.compile import compile_mapping
from translators.mapper.load import Library
from translators.x12.quirks import STRICT

ROOT = Path(__file__).parents[2]
NAME = "base/855_4010"


def versions():
    """Return a mapping, and the same one with another place for the vendor's item."""
    library = Library((ROOT / "mappings",))
    texts = library.load_texts(library.load_mapping(NAME).files)
    own = texts[f"{NAME}.yaml"]
    other = texts | {f"{NAME}.yaml": own.replace("[PO107+(06=VP)", "[PO107+(06=UP)")}
    return [compile_mapping(Library((), one).load_mapping(NAME)) for one in (texts, other)]


def read(sides, data, worth):
    """Return what each side makes of each document."""
    partner = next(
        one
        for one in load_partners(Site(home=ROOT)).list_partners()
        if any(agreed.mapping == NAME for agreed in one.documents.arriving)
    )
    reading = Reading(partner, sides, STRICT, frozenset({NAME}), worth)
    return [
        (pair.place, pair.old.entity, pair.old.findings, pair.new.entity, pair.new.findings)
        for pair in reading.read("a.edi", data)
    ]


def test_the_quick_way_of_both_gives_what_the_careful_way_gives() -> None:
    """Entities and findings of each side are the same, taken by compiled passes or not."""
    data = write_text(Wanted("855", documents=20, lines=(1, 5), seed=7)).encode()
    old, new = versions()
    careful = read(Sides(new, old), data, worth=10**9)
    fast = read(Sides(new, old), data, worth=0)

    assert 20 == len(fast)
    assert careful == fast
    assert all(one[1] != one[3] for one in fast)
