"""Every case beside every mapping, and whether every mapping is proven by one."""

from pathlib import Path

import pytest

from translators.mapper.case_files import list_cases, run_case
from translators.mapper.compile import compile_mapping
from translators.mapper.house import check_house, check_tables
from translators.mapper.lint import check_mapping
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping

ROOT = Path(__file__).parent.parent / "mappings"
LIBRARY = Library((ROOT,))
NAMES = LIBRARY.list_mappings()


CASES = [case for name in NAMES for case in list_cases(LIBRARY, name)]
OVERLAYS = [name for name in NAMES if "\nextends:" in (ROOT / f"{name}.yaml").read_text()]


@pytest.mark.parametrize("case", CASES, ids=[f"{one.mapping}-{one.situation}" for one in CASES])
def test_case(case):
    """A sample gives exactly the entities and findings, or the file, written beside it."""
    outcome = run_case(compile_mapping(LIBRARY.load_mapping(case.mapping)), case)
    assert case.expected.is_file()
    assert ([], []) == (outcome.differences, outcome.faults)


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_has_a_case(name):
    """A mapping without a case is a guess."""
    assert list_cases(LIBRARY, name)


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_is_clean(name):
    """No mapping we ship has a mistake in it, by schema or by compiler."""
    assert check_mapping(LIBRARY, name) == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_line_of_an_overlay_changes_a_case(name):
    """A line that changes no case is dead, or its case is missing."""
    assert check_house(LIBRARY, name) == []


def test_write_mappings_are_write_mappings():
    """A file that writes compiles to a WriteMapping, one that reads to a ReadMapping."""
    for name in NAMES:
        compiled = compile_mapping(LIBRARY.load_mapping(name))
        kind = (
            WriteMapping
            if name.endswith(("_out", "order_csv", "order_xlsx", "order_xml"))
            else ReadMapping
        )
        assert isinstance(compiled, kind)


def test_every_table_is_used():
    """A table nobody looks anything up in is dead, or its mapping is missing."""
    assert check_tables(LIBRARY) == []
