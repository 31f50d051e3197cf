"""Fixed width: columns by character, and nothing between them lost."""

import pytest

from translators.mapper.readers import NumberText
from translators.mapper.written import Written
from translators.tabular.fixed_reader import read_fixed_rows
from translators.tabular.fixed_writer import write_fixed
from translators.tabular.options import table_options

SAID = {"format": "fixed", "columns": "PO: 1-5\nQty: 8-10"}


def read(text, **more):
    """Return the cells of each row with its number, and the words of what was found."""
    found = read_fixed_rows(text.encode(), table_options({**SAID, **more}))
    return [(row.number, *row.values.values()) for row in found.rows], [
        str(one) for one in found.findings
    ]


def test_columns_stand_where_they_are_said_to():
    """Blanks around are no text, zeros in front are; lines may end early."""
    assert read("00815  144\r\nA-1    10\n") == ([(1, "00815", "144"), (2, "A-1", "10")], [])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("00815 x144", "note: (row 1): 'x' stands from character 6 on"),
        ("00815  144 more", "error: (row 1): 'more' stands from character 11 on"),
        ("00815\t  144", "error: (row 1): a tab stands at character 6"),
        ("00815", "warning: (row 1): the line ends at character 5, before its last column"),
    ],
)
def test_what_does_not_fit_is_told(line, told):
    """Text in a gap, beyond the last column, tabs and short lines."""
    assert any(one.startswith(told) for one in read(line)[1])


def test_lines_above_are_passed_over():
    """`header_row` is the last line that holds no data."""
    assert read("HEADER\n00815  144\n", header_row="1") == ([(2, "00815", "144")], [])


def test_rows_are_written_where_they_are_read():
    """Numbers on the right, text on the left; what is too long is told, not only cut."""
    rows = [{"PO": "00815", "Qty": NumberText("7")}, {"PO": "123456", "Qty": NumberText("7")}]
    file = write_fixed(Written(columns=("PO", "Qty"), rows=rows), SAID)
    assert file.data == b"00815    7\r\n12345    7\r\n"
    assert [one.code for one in file.findings] == ["too-long"]
