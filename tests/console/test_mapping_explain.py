"""`mapping explain`: why a value is what it is, and where each key of a mapping comes from."""

import json

import pytest

from tests.console.conftest import ROOT, WEEK
from translators.mapper.compile import compile_traced
from translators.mapper.explain import explain
from translators.mapper.load import Library
from translators.reading import read_documents

MAPPINGS = ROOT / "mappings"
LIBRARY = Library((MAPPINGS,))
SETS = sorted(
    path
    for path in MAPPINGS.glob("*/*.cases/*.edi")
    if ".expected." not in path.name and path.parts[-2].startswith("85")
)


def read_values(run, *words: str):
    """Return every value explained, by its field."""
    ran = run("mapping", "explain", *words, "--json")
    return {one["field"]: one for part in json.loads(ran.out) for one in part.get("values", [])}


def test_a_value_has_its_place_its_rule_and_its_row(run) -> None:
    """Byte, segment, element, the lines of overlay and base, and the row of the table."""
    values = read_values(run, str(WEEK / "3_855.edi"), "--partner", "acme")
    status = values["lines[1].acks[1].status"]

    assert ("backordered", "B9", "ACK01", "read") == (
        status["value"], status["text"], status["source"], status["origin"],
    )  # fmt: skip
    assert "acme/855.yaml:17" == status["rule"]
    assert "base/855_4010.yaml:56" == status["lines"]["from"]
    assert "acme/tables/line_status.csv:12" == status["row"]
    assert "segment 8: ACK*B9*40*EA*067*20270112" == status["place"]
    assert ("default", "USD") == (values["currency"]["origin"], values["currency"]["value"])


@pytest.mark.parametrize("sample", SETS, ids=lambda path: f"{path.parent.stem}-{path.stem}")
def test_the_byte_is_where_the_text_stands(sample) -> None:
    """At the byte told, the file holds the text that was read: of pairs that of the one that fits."""
    data = sample.read_bytes()
    mapping = LIBRARY.load_mapping(sample.parent.relative_to(MAPPINGS).with_suffix("").as_posix())
    told = [
        value
        for document in read_documents(data, compile_traced(mapping)[0])
        for value in explain(mapping, document).list_values()
        if value.byte is not None and "-" not in value.source  # a component
    ]

    assert [] == [
        (one.field, one.byte)
        for one in told
        if not data[one.byte :].startswith(one.text.partition("\n")[0].encode())
    ]


def test_a_cell_is_told_by_row_and_column(run) -> None:
    """Of a table the row and the header; the constants of the mapping say that they are that."""
    ran = run(
        "mapping",
        "explain",
        str(WEEK / "4_ack.csv"),
        "--mapping",
        "borealis/ack_csv",
        "--field",
        "lines[0]",
    )

    assert 0 == ran.code
    assert "row 2, Menge" in ran.out
    assert "borealis/tables/line_status.csv:" in ran.out
    assert "constant" in ran.out
    assert "po_number" not in ran.out


def test_what_cannot_be_read_is_explained_too(run) -> None:
    """Without an entity every value that stands there is told, the bad ones as unreadable."""
    sample = MAPPINGS / "acme" / "855.cases" / "everything_wrong.edi"
    values = read_values(run, str(sample), "--partner", "acme")

    bad = values["lines[0].ordered.value"]
    assert ("unreadable", "ten", "") == (bad["origin"], bad["text"], bad["value"])


def test_an_overlay_is_shown_with_its_base(run) -> None:
    """Each key has the file and line it comes from; what the overlay writes is marked."""
    ran = run("mapping", "explain", "mappings/acme/855.yaml")
    lines = [line.split() for line in ran.out.splitlines()]

    assert 0 == ran.code
    assert ["as:", "N2", "*", "acme/855.yaml:14"] in lines
    assert ["from:", "PO104", "base/855_4010.yaml:51"] in lines
    assert ["-", "SAC", "*", "acme/855.yaml:22"] in lines


def test_what_an_overlay_drops_is_told(run, home) -> None:
    """A null of the overlay is told with the line that says so."""
    file = home / "mappings" / "acme" / "855.yaml"
    file.write_text(file.read_text().replace("fields:\n", "fields:\n  release: null\n", 1))
    ran = run("mapping", "explain", "acme/855")

    assert "fields/release of the base is dropped * acme/855.yaml:7" in ran.out


def test_neither_file_nor_mapping_is_a_sentence(run) -> None:
    """Exit code 2."""
    ran = run("mapping", "explain", "acme/858")

    assert (2, "") == (ran.code, ran.out)
    assert "there is neither a file nor a mapping acme/858" in ran.err


def test_a_field_there_is_not_is_a_sentence(run) -> None:
    """A field misspelt is no empty list."""
    ran = run(
        "mapping", "explain", str(WEEK / "3_855.edi"), "--partner", "acme", "--field", "lnies"
    )

    assert (2, "") == (ran.code, ran.out)
    assert "is called lnies; without --field all are listed" in ran.err
