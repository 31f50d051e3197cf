"""Why a value differs between two versions of a mapping: the key, table row or factor that is other."""

from pathlib import Path

import pytest

from canonical.order_ack import AckLine, OrderAck
from canonical.shared import Item
from translators.findings import Finding
from translators.mapper.causes import find_causes
from translators.mapper.changes import list_changes
from translators.mapper.load import Library

ROOT = Path(__file__).parents[3] / "mappings"
OWN = """
mapping: own/ack
reads: {format: csv, delimiter: ";"}
makes: OrderAck
one_per: PO
fields:
  po_number: PO
  status: {value: changed}
  lines:
    each: rows
    by: Pos
    fields:
      line_number: Pos
      item.buyer: Part
      ordered.value: {from: Qty, unit: ME, to_unit: EA}
      ordered.unit: {value: EA}
      unit_price: Price
      acks:
        each: rows
        when: State
        fields:
          status: {from: State, lookup: own/state}
          quantity.value: Qty
ignore: [Who]
"""
FILES = {
    "own/ack.yaml": OWN,
    "own/tables/state.csv": "theirs,ours\nyes,accepted\nlate,backordered\n*,review\n",
    "own/tables/units.csv": "unit,to_unit,factor\nDZ,EA,12\n",
}


def causes_of(**changed):
    """Return what differs once `old=new` texts are replaced in the files."""
    new = dict(FILES)
    for file, (old, text) in changed.items():
        name = {
            "own": "own/ack.yaml",
            "state": "own/tables/state.csv",
            "units": "own/tables/units.csv",
        }[file]
        assert old in new[name]
        new[name] = new[name].replace(old, text)
    mappings = [Library((ROOT,), texts).load_mapping("own/ack") for texts in (FILES, new)]
    return find_causes(*mappings)


def said(causes):
    return [(one.where, one.what, one.old, one.new) for one in causes]


def test_a_key_of_the_field_is_the_cause() -> None:
    """With the line it stands at now, and what it said before."""
    causes = causes_of(own=("unit_price: Price", "unit_price: {from: Price, as: N2}"))

    assert [("own/ack.yaml:17", "lines.unit_price as", "", "N2")] == said(
        causes.find("lines[3].unit_price", "12.5", "0.12")
    )


def test_a_list_around_the_field_is_the_cause_where_the_field_itself_is_as_before() -> None:
    """What makes items come and go is written at the list."""
    causes = causes_of(own=("when: State", "when: Qty"))

    assert [("own/ack.yaml:20", "lines.acks when", "State", "Qty")] == said(
        causes.find("lines[0].acks[1].status", "", "accepted")
    )


def test_of_several_rows_the_one_that_makes_this_value_is_the_cause() -> None:
    """Row by row: what was accepted is review by its own row, what was review by the row for the rest."""
    causes = causes_of(
        state=(
            "yes,accepted\nlate,backordered\n*,review",
            "yes,review\nlate,backordered\n*,rejected",
        )
    )

    assert [("own/tables/state.csv:2", "row yes of own/state", "accepted", "review")] == said(
        causes.find("lines[0].acks[0].status", "accepted", "review")
    )
    assert [("own/tables/state.csv:4", "row * of own/state", "review", "rejected")] == said(
        causes.find("lines[0].acks[0].status", "review", "rejected")
    )


def test_a_row_that_is_dropped_means_what_the_rest_means() -> None:
    """The code is looked up as anything else then."""
    causes = causes_of(state=("late,backordered\n", ""))

    assert [("own/tables/state.csv:3", "row late of own/state", "backordered", "review")] == said(
        causes.find("lines[0].acks[0].status", "backordered", "review")
    )


def test_a_factor_is_the_cause_of_what_it_converts_and_of_nothing_else() -> None:
    """units.csv has no field; the fields that convert by it have."""
    causes = causes_of(units=("DZ,EA,12", "DZ,EA,10"))

    assert ["factor from DZ to EA"] == [
        one.what for one in causes.find("lines[0].ordered.value", "24", "20")
    ]
    assert ["lines.unit_price"] == [
        one.what for one in causes.find("lines[0].unit_price", "1", "2")
    ]


def test_content_nobody_reads_differs_by_what_is_ignored() -> None:
    """And a value never does."""
    causes = causes_of(own=("ignore: [Who]", "ignore: []"))
    unread = Finding(level="note", code="unmapped-column", sentence="column Who holds x")

    assert ["ignore Who"] == [one.what for one in causes.find_of(unread)]
    assert ["po_number"] == [one.what for one in causes.find("po_number", "1", "2")]


def test_how_a_file_is_read_is_the_cause_of_all_that_nothing_else_explains() -> None:
    """A delimiter is written in the head."""
    causes = causes_of(own=('delimiter: ";"', 'delimiter: ","'))

    assert [("own/ack.yaml:3", "reads delimiter", ";", ",")] == said(
        causes.find("po_number", "1", "")
    )


def test_a_document_only_one_version_understands_differs_by_the_row_its_finding_names() -> None:
    """The code stands in the sentence."""
    causes = causes_of(state=("*,review", "new,accepted"))
    told = Finding(
        level="error",
        code="unknown-code",
        field="lines.acks.status",
        sentence="'new' is not in own/state; add a row for it",
    )

    assert ["row new of own/state"] == [one.what for one in causes.find_of(told)]


def line(number, part):
    return AckLine(line_number=number, item=Item(buyer=part))


@pytest.mark.parametrize("order", ["12", "21"])
def test_lines_are_compared_by_their_number_wherever_they_stand(order) -> None:
    """A line more at the front is one line more, not every line another."""
    rest = tuple(line(number, f"A-{number}") for number in order)
    old = OrderAck(po_number="45", status="accepted", lines=rest)
    new = OrderAck(po_number="45", status="accepted", lines=(line("0", "A-0"), *reversed(rest)))

    assert [("lines[0].line_number", "added"), ("lines[0].item.buyer", "added")] == [
        (one.path, one.kind) for one in list_changes(old, new) if "lines[0]" in one.path
    ]
    assert all(one.path.startswith("lines[0]") for one in list_changes(old, new))
