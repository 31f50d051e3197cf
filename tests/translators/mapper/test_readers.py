"""Readers and writers: text as values and values as text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.mapper.readers import READERS, compile_reader, read_date, read_decimal
from translators.mapper.writers import compile_writer, write_text, write_x12


@pytest.mark.parametrize("doc", READERS, ids=lambda doc: doc.name)
def test_every_example_is_true(doc):
    """The example a reader is documented with is what it does."""
    assert compile_reader(doc.name)(doc.example[0]) == doc.example[1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("N2", "12.5"), ("N2", "x"), ("N0", ""), ("date DD.MM.YYYY", "31.02.2025"),
        ("date DD.MM.YYYY", "2025-01-01"), ("number 1.234,5", "1,234.5"), ("number 1.234,5", "12.34"),
        ("number 1.234,5", "1e5"), ("time", "2561"), ("time", "1"), ("digits", "abc"), ("N2", "1" * 99),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_none(name, text):
    """A reader never guesses and never raises."""
    assert compile_reader(name)(text) is None


@pytest.mark.parametrize(
    "name", ["N10", "date DD.MM", "date DD.MM.YYYYx", "number", "number 1.2.3", "uper", ""]
)
def test_an_unknown_reader_is_none(name):
    """A picture that is none, or a word nobody knows, is no reader."""
    assert (compile_reader(name), compile_writer(name)) == (None, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20250108", date(2025, 1, 8)), ("250108", date(2025, 1, 8)), ("990108", date(1999, 1, 8)),
        ("2025-01-08", date(2025, 1, 8)), ("20250231", None), ("00000000", None), ("2025010\uff18", None), ("", None),
    ],
)  # fmt: skip
def test_dates(text, value):
    """X12 DT has six or eight digits; the century of two digits is windowed (B-21)."""
    assert read_date(text) == value


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "1e5", "1_000", "\u0661", "", "-", ".", "1,5", " 1", "9" * 41]
)
def test_what_is_no_number(text):
    """Only plain ASCII digits with one point are a number."""
    assert read_decimal(text) is None


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4
    )
)
def test_a_number_written_reads_as_itself(value):
    """What the writer writes, the reader reads, by X12 and by picture."""
    reader = compile_reader("number 1.234,5")
    assert read_decimal(write_x12(value)) == value
    assert read_decimal(reader(compile_writer("number 1.234,5")(value))) == value


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31)))
def test_a_date_written_reads_as_itself(value):
    """What the writer writes, the reader reads."""
    for picture in ("date DD.MM.YYYY", "date MM/DD/YY", "date CCYYMMDD"):
        assert read_date(compile_reader(picture)(compile_writer(picture)(value))) == value
    assert read_date(write_x12(value)) == read_date(write_text(value)) == value


@given(st.text())
def test_no_text_makes_a_reader_raise(text):
    """Hostile text is read or refused, never an exception."""
    for doc in READERS:
        compile_reader(doc.name)(text)
    read_date(text)
    read_decimal(text)


def test_implied_decimals_are_exact():
    """A value that does not fit its implied decimals is not written."""
    write = compile_writer("N2")
    assert (write(Decimal("12.5")), write(Decimal("12.505")), write(date(2025, 1, 1))) == (
        "1250",
        None,
        None,
    )


def test_no_exponent_is_written():
    """Decimals are written plain (B-47)."""
    assert write_x12(Decimal("1E+3")) == "1000"
