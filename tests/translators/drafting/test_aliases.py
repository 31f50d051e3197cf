"""Aliases of columns: read under another header, written into a mapping without touching the rest."""

import pytest

from translators.drafting.add_aliases import add_aliases
from translators.mapper.compile import compile_mapping
from translators.mapper.errors import MappingError
from translators.mapper.mapping import Mapping
from translators.mapper.source import read_yaml
from translators.reading import read_documents

MAPPING = """mapping: fjord/ack
reads: {{format: csv{aliases}}}   # a comment that stays
makes: OrderAck
one_per: PO
fields:
  po_number: {{from: PO, required: true}}
  status: {{value: accepted}}
  note: [Note, Remark]
"""


def compiled(text: str):
    """Return a mapping that stands in no file."""
    return compile_mapping(Mapping("fjord/ack", read_yaml(text, "fjord/ack.yaml"), version=text))


def test_a_column_is_read_under_its_other_header() -> None:
    """The alias counts where the column itself lacks; grouping and rules know its one name."""
    reader = compiled(MAPPING.format(aliases=", aliases: {Bestellung: PO}"))
    told = [
        reader.map(one).entity.po_number
        for data in (b"Bestellung,Note\nA1,x\nA2,y\n", b"PO,Bestellung\nA3,no\n")
        for one in read_documents(data, reader)
    ]

    assert ["A1", "A2", "A3"] == told


def test_an_alias_of_no_column_is_a_mistake() -> None:
    """The nearest column is offered."""
    with pytest.raises(MappingError, match="no rule reads that column; did you mean Note"):
        compiled(MAPPING.format(aliases=", aliases: {Notiz: Not}"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("reads: {format: csv}  # c\n", "reads: {format: csv, aliases: {A b: PO}}  # c\n"),
        (
            "reads: {format: csv, aliases: {x: y}}\n",
            "reads: {format: csv, aliases: {x: y, A b: PO}}\n",
        ),
        (
            "reads:\n  format: csv\nmakes: X\n",
            "reads:\n  aliases: {A b: PO}\n  format: csv\nmakes: X\n",
        ),
        (
            "reads:\n  format: csv\n  aliases:\n    x: y\n",
            "reads:\n  format: csv\n  aliases:\n    A b: PO\n    x: y\n",
        ),
    ],
)
def test_an_alias_is_written_and_nothing_else_changes(before, after) -> None:
    """Comments, braces and lines stay as the author wrote them."""
    assert after == add_aliases(before, {"A b": "PO"})


def test_a_mapping_without_a_block_under_reads_is_left_alone() -> None:
    """X12 has no columns, and an overlay may leave `reads` to its base."""
    assert None is add_aliases("mapping: a/b\nextends: c/d\n", {"A": "B"})
    assert None is add_aliases("reads: x12 855 004010\n", {"A": "B"})
