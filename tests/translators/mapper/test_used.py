"""What a mapping uses, place by place, as guides tell it."""

from functools import cache
from pathlib import Path

import pytest

from translators.mapper.head import read_format
from translators.mapper.load import Library
from translators.mapper.mapping import Mapping
from translators.mapper.used import list_uses, tell_reader
from translators.mapper.used_x12 import ElementPart, list_segments
from translators.x12.grammar import load_grammar

LIBRARY = Library((Path(__file__).resolve().parents[3] / "mappings",))


@cache
def load(name: str) -> Mapping:
    return LIBRARY.load_mapping(name)


def list_x12() -> list[str]:
    """Return the mappings that read or write X12."""
    sides = {
        name: ("makes" if load(name).is_outbound else "reads") for name in LIBRARY.list_mappings()
    }
    return [
        name for name, side in sides.items() if isinstance(read_format(load(name).root, side), str)
    ]


def elements_of(name: str) -> dict[str, list[tuple[str, ElementPart]]]:
    """Return the elements of a mapping's segments by name, each with the loop it stands in."""
    mapping = load(name)
    said = read_format(mapping.root, "makes" if mapping.is_outbound else "reads")
    assert isinstance(said, str)
    _, set_id, version = said.split()
    grammar = load_grammar(set_id, version)
    assert grammar is not None
    found: dict[str, list[tuple[str, ElementPart]]] = {}
    for part in list_segments(grammar, list_uses(mapping), out=mapping.is_outbound):
        for element in part.elements:
            found.setdefault(element.name, []).append((part.loop, element))
    return found


@pytest.mark.parametrize("name", list_x12())
def test_no_use_is_lost(name: str) -> None:
    """Every element a mapping names stands in the listing, in a loop of the set."""
    found = elements_of(name)
    told = {id(use) for several in found.values() for _, one in several for use in one.uses}
    uses = list_uses(load(name))
    kept = {use.path for several in found.values() for _, one in several for use in one.uses}

    assert told
    assert [] == [
        use.path
        for use in uses
        if (use.field or use.constant)
        and use.path not in kept
        and use.path not in use.loops
        and not (use.path.isalnum() and len(use.path) <= 3)  # a loop that must be there
    ]


def test_codes_tell_what_the_standard_and_we_make_of_them() -> None:
    """Own codes stand beside those of the standard; qualifiers tell what they mark."""
    found = elements_of("acme/855")
    [(loop, ack01)] = found["ACK01"]
    codes = {code.theirs: code.ours for code in ack01.codes}
    marks = {code.theirs: code.ours for code in found["PO106"][0][1].codes}

    assert ("PO1 / ACK", "backordered") == (loop, codes["B9"].removeprefix("status "))
    assert codes["IA"].startswith("Item Accepted → ")
    assert marks["BP"].endswith("lines.item.buyer")


def test_what_an_overlay_writes_is_told() -> None:
    """Its pictures, defaults and the loop of each element, the nearest around it."""
    found = elements_of("acme/855")
    [(_, price)] = found["PO104"]
    [(loop, city)] = found["N401"]

    assert ("2 decimals are implied: 1250 means 12.50",) == price.uses[0].rules
    assert ("N1", "parties.city") == (loop, city.uses[0].field)
    assert "always" not in str(found["BAK03"])


def test_constants_of_what_we_write_are_told() -> None:
    """An 850 that always says SA says so."""
    [(_, kind)] = elements_of("acme/850_out")["BEG02"]

    assert "SA" == kind.uses[0].constant


def test_columns_units_and_reasons_are_told() -> None:
    """Of a table: header, picture, why it is needed, and what one of each unit is."""
    uses = {use.path: use for use in list_uses(load("borealis/ack_csv"))}

    assert uses["PO Number"].needed
    assert uses["PO Number"].why.startswith("it holds our order number")
    assert "a date as DD.MM.YYYY" in uses["Liefertermin"].rules
    assert ("Tsd", "1000 EA") in [(code.theirs, code.ours) for code in uses["ME"].codes]


@pytest.mark.parametrize(
    ("text", "told"),
    [("N0", "no decimals"), ("N3", "3 decimals are implied: 1250 means 1.250"), ("cents", "cents")],
)
def test_readers_are_told_in_words(text: str, told: str) -> None:
    """What has no words of its own is told as it is written."""
    assert told == tell_reader(text)
