"""Paths, conditions, formulas and merging: the small parts of the language."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.mapper.computing import compile_formula
from translators.mapper.merge import merge
from translators.mapper.paths import Element, Filter, read_element, read_path
from translators.mapper.source import plain, read_yaml
from translators.mapper.suggest import did_you_mean


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("BAK03", Element("BAK", 3)),
        ("PO107", Element("PO1", 7)),
        ("N104(01=ST)", Element("N1", 4, filters=(Filter("01", frozenset({"ST"})),))),
        ("SVC01-1", Element("SVC", 1, 1)),
        ("MAN02(01=GM|AA)", Element("MAN", 2, filters=(Filter("01", frozenset({"GM", "AA"})),))),
        ("PO107+(06=BP)", Element("PO1", 7, pairs=True, filters=(Filter("06", frozenset({"BP"})),))),
        ("PO107+", None), ("BAK3", None), ("bak03", None), ("BAK00", None), ("N104(1=ST)", None),
    ],
)  # fmt: skip
def test_elements(text, element):
    """The last two digits are the element; brackets hold qualifiers."""
    assert read_element(read_path(text)[-1]) == element


@pytest.mark.parametrize("text", ["", "/", "A(", "A(b)", "A(=c)", "A(b=)", "A//B", "A)b("])
def test_what_is_no_path(text):
    """A malformed path is None."""
    assert read_path(text) is None


@given(st.text())
def test_no_text_makes_a_path_raise(text):
    """Whatever an author writes, reading it as a path does not raise."""
    read_path(text)
    did_you_mean(text, ["po_number", "status"])


def values(**known):
    """Return a look-up of names."""
    return known.get


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a * b", Decimal(6)),
        ("a + b - 1", Decimal(4)),
        ("a / (b - 3)", None),
        ("a * c", None),
        ("count(l)", Decimal(2)),
    ],
)
def test_formulas(text, result):
    """A formula over something absent is absent, so is a division by zero."""
    formula, _ = compile_formula(text)
    assert formula(values(a=Decimal(2), b=Decimal(3), l=(1, 2))) == result


@pytest.mark.parametrize(
    "text",
    [
        "a ** 2",
        "__import__('os')",
        "a if b else c",
        "[a]",
        "sum(a)",
        "a.__class__()",
        "'x'",
        "",
        "(" * 200,
        "a" * 999,
    ],
)
def test_what_is_no_formula(text):
    """Anything beyond + - * /, count and sum is refused."""
    assert compile_formula(text) is None


def merged(base, over, order=()):
    """Return base and overlay merged, as plain values."""
    return plain(merge(read_yaml(base, "base"), read_yaml(over, "over"), order))


def test_a_bare_path_keeps_what_else_the_base_says():
    """A bare path of the overlay replaces only where the value stands."""
    assert merged("a: {from: X, required: yes}", "a: Y") == {"a": {"from": "Y", "required": "yes"}}
    assert merged("a: X", "a: {as: N2}") == {"a": {"from": "X", "as": "N2"}}
    assert merged("a: [X, Z]", "a: {default: b}") == {"a": {"from": ["X", "Z"], "default": "b"}}


def test_ignore_adds():
    """What an overlay ignores is added to what its base ignores."""
    assert merged("ignore: [A]", "ignore: [B]") == {"ignore": ["A", "B"]}


def test_a_new_segment_stands_where_the_standard_has_it():
    """A segment the base does not have is put in the standard's order; a known one is merged."""
    base = "segments: [{BEG01: {value: 00}, BEG03: po}, {DTM01: {value: 002}, DTM02: a}]"
    over = "segments: [{BEG02: {value: SA}}, {REF01: {value: DP}, REF02: b}, {DTM01: {value: 010}, DTM02: c}]"
    found = merged(base, over, ("ST", "BEG", "CUR", "REF", "DTM", "SE"))["segments"]
    assert [sorted(item) for item in found] == [
        ["BEG01", "BEG02", "BEG03"], ["REF01", "REF02"], ["DTM01", "DTM02"], ["DTM01", "DTM02"],
    ]  # fmt: skip
    assert found[2]["DTM02"] == "a"
