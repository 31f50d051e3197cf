"""CSV read and written: whatever bytes come, rows or findings, never an exception (B-84)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.tabular.csv_reader import read_rows
from translators.tabular.csv_writer import guard_cell, write_csv
from translators.tabular.options import TableOptions, table_options
from translators.tabular.rows import group_documents, place_of_rows

PLAIN = TableOptions()


def cells(rows):
    """Return rows as (number, values in order)."""
    return [(row.number, list(row.values.values())) for row in rows.rows]


def codes(rows):
    """Return the findings as level and code."""
    return [(finding.level, finding.code) for finding in rows.findings]


def test_text_stays_text():
    """Leading zeros, NA, 1e5 and dates stay as they stand."""
    rows = read_rows(b"a,b,c,d\n007,NA,1e5,2025-01-01\n", PLAIN)
    assert (cells(rows), rows.findings) == ([(2, ["007", "NA", "1e5", "2025-01-01"])], [])


def test_rows_keep_their_numbers():
    """A cell with line ends and blank rows do not shift the numbers of later rows."""
    rows = read_rows(b'a,b\n1,"x\r\ny\nz"\n\n,\n2,q\n', PLAIN)
    assert [number for number, _ in cells(rows)] == [2, 7]
    assert codes(rows) == [("note", "blank-row")]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_is_no_text(mark):
    """The first header has no mark in front of it; UTF-16 with a mark is read as such."""
    assert read_rows(mark + b"a,b\n1,2\n", TableOptions(encoding="cp1252")).header == ("a", "b")
    assert read_rows("a,b\n1,2\n".encode("utf-16"), PLAIN).header == ("a", "b")


def test_ragged_rows_are_told():
    """Too few cells warn and are filled, too many are an error, both with the row."""
    rows = read_rows(b"a,b\n1\n1,2,3\n3,2,\n", PLAIN)
    assert codes(rows) == [("warning", "ragged-row"), ("error", "ragged-row")]
    assert [finding.place for finding in rows.findings] == ["row 2", "row 3"]
    assert len(rows.rows) == 3


def test_a_row_that_came_before_is_told_and_left_out_where_agreed():
    """Sent twice or twice the same: nobody knows, so both count, unless the mapping says otherwise (B-87)."""
    data = b"po,line,qty\n1,1,5\n1,2,5\n1,1,5\n"
    both, once = read_rows(data, PLAIN), read_rows(data, TableOptions(same_rows_once=True))
    assert ([2, 3, 4], [("warning", "same-row")]) == (
        [row.number for row in both.rows],
        codes(both),
    )
    assert ([2, 3], [("note", "same-row")]) == ([row.number for row in once.rows], codes(once))
    assert "the same as row 2" in both.findings[0].sentence


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [("error", "empty-file")]),
        (b" \n\n", [("error", "empty-file")]),
        (b"a,b\n", [("error", "empty-file")]),
        (b"a,a\n1,2\n", [("error", "duplicate-header")]),
        (b"a," * 2000 + b"a\n", [("error", "too-many-rows")]),
        (b'a,b\n1,"x\n', [("error", "bad-row"), ("error", "empty-file")]),
        (b"a\n1\x002\n", [("warning", "nul-characters")]),
    ],
)
def test_odd_files_are_findings(data, expected):
    """Each oddity has its word."""
    assert codes(read_rows(data, PLAIN)) == expected


def test_a_header_may_hold_line_ends():
    """A header of several lines, as spreadsheets save it, is one row of columns."""
    rows = read_rows(b'PO,"Quantity\n(confirmed)","Day, promised"\n45,6,7\n', PLAIN)
    assert (rows.header, cells(rows)) == (
        ("PO", "Quantity (confirmed)", "Day, promised"),
        [(3, ["45", "6", "7"])],
    )
    assert rows.findings == []


@pytest.mark.parametrize("row", [b",,x", b" ,\xc2\xa0,x"])
def test_a_word_beside_an_empty_row_is_told(row):
    """A row with nothing under the headers and a word beyond them is an error, no exception."""
    assert ("error", "ragged-row") in codes(read_rows(b"a,b\n1,2\n" + row + b"\n", PLAIN))


def test_a_bad_byte_is_named():
    """An undecodable byte is told with its position and row."""
    found = read_rows(b"a,b\n1,\xfc\n", PLAIN).findings
    assert str(found[0]).startswith("error: (row 2): byte 6 (0xFC) is no utf-8")


@pytest.mark.parametrize("mark", [",", "\t", "|"])
def test_another_delimiter_is_told_once(mark):
    """A table split by another character than agreed is one finding, and no rows are made of it."""
    found = read_rows(f"a{mark}b\n1{mark}2\n".encode(), TableOptions(delimiter=";"))
    assert (codes(found), found.rows) == ([("error", "wrong-delimiter")], [])


def test_a_single_column_is_no_wrong_delimiter():
    """A table of one column is read, whatever stands in its cells or once in its header."""
    assert codes(read_rows(b"part, ours\nA-1\n", TableOptions(delimiter=";"))) == []
    assert codes(read_rows(b"part\nA, 1\n", TableOptions(delimiter=";"))) == []


def test_missing_columns_are_told():
    """A column the mapping cannot do without is asked for by name."""
    found = read_rows(b"x,y\n1,2\n", TableOptions(wanted=("PO",))).findings
    assert found[0].sentence == "there is no column 'PO'; there are x, y"


def test_the_header_may_stand_lower():
    """Rows above the declared header are skipped, and numbers count them."""
    assert cells(read_rows(b"Report\n\na,b\n1,2\n", TableOptions(header_row=3))) == [
        (4, ["1", "2"])
    ]


def test_rows_are_grouped_into_documents():
    """One document per order number, each with its place; rows without one are not lost."""
    rows = read_rows(b"po,x\nA,1\nB,2\nA,3\n,4\n", PLAIN)
    documents = group_documents(rows, "po")
    assert [document.place for document in documents] == ["rows 2, 4", "row 3", "row 5"]
    assert [d.place for d in group_documents(rows, None)] == ["rows 2-5"]


def test_long_places_are_cut():
    """A place stays short however many rows there are."""
    rows = read_rows(b"po\n" + b"A\nB\n" * 20, PLAIN)
    assert place_of_rows(group_documents(rows, "po")[0].content) == "rows 2, 4, 6, 8, …"


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-x", "'-x"), ("+49 123", "'+49 123"), ("-1,5", "-1,5"),
     ("+1.5", "+1.5"), ("-1.250,00", "-1.250,00"), ("--1", "'--1"), ("-", "'-"), ("a=b", "a=b"), ("", "")],
)  # fmt: skip
def test_no_cell_becomes_a_formula(text, written):
    """A cell that a spreadsheet would run gets an apostrophe; a signed number stays a number."""
    assert guard_cell(text) == written


def test_what_an_encoding_lacks_is_told():
    """A character that cannot be written is told with its row, and a ? stands there."""
    file = write_csv(["a"], [{"a": "x"}, {"a": "漢"}], TableOptions(encoding="cp1252"))
    assert (file.data, [f.place for f in file.findings]) == (b"a\r\nx\r\n?\r\n", ["row 3"])


def test_options_say_tab():
    """TSV is CSV with a tab."""
    assert table_options({"format": "tsv"}).delimiter == "\t"
    assert table_options({"format": "csv", "delimiter": "tab"}).delimiter == "\t"


TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), max_size=20)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_what_is_written_is_read(pairs):
    """Rows written as CSV read as the same rows, guarded cells with their apostrophe."""
    rows = [{"a": f"x{one}", "b": other} for one, other in pairs]
    file = write_csv(["a", "b"], rows, PLAIN)
    found = read_rows(file.data, PLAIN)
    assert [list(row.values.values()) for row in found.rows] == [
        [row["a"], guard_cell(row["b"])] for row in rows
    ]


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(data):
    """Hostile bytes end in rows or findings."""
    for options in (
        PLAIN,
        TableOptions(delimiter=";", encoding="cp1252"),
        TableOptions(delimiter="\t", quote=""),
    ):
        rows = read_rows(data, options)
        assert rows.rows or rows.findings


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "iso8859-15", "cp850"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_utf_8_is_not_read_as_single_bytes(encoding, ends):
    """Every byte means something there: without the check, ä would silently become two letters."""
    text = ends.join(["no;name", "1;Schraube", "2;Gehäuse", "3;Öse"])
    found = read_rows(text.encode(), TableOptions(delimiter=";", encoding=encoding))
    (error,) = found.findings

    assert ("wrong-encoding", "error", "row 3") == (error.code, error.level, error.place)
    assert error.sentence.startswith("'Gehäuse' stands there in UTF-8")
    assert ["Schraube", "Gehäuse", "Öse"] == [row.values["name"] for row in found.rows]


@pytest.mark.parametrize("data", ["a;b\n1;Gehäuse\n", "a;b\n1;2\n", "a;b\n1;5 €\n"])
def test_what_is_in_the_agreed_encoding_is_no_error(data):
    """Text of the encoding itself is no UTF-8, and ASCII is both."""
    found = read_rows(data.encode("cp1252"), TableOptions(delimiter=";", encoding="cp1252"))

    assert [] == found.findings


def test_what_pandas_warns_of_is_a_finding(recwarn):
    """A row of which cells are lost parks the file; nothing is written to stderr."""
    text = '"a"1,\rb; ;;\n"x;;\t"" ,;1"\t"\n\n'
    found = read_rows(text.encode(), TableOptions(delimiter=";"))

    assert "bad-row" in [one.code for one in found.findings if one.level == "error"]
    assert [] == list(recwarn)
