"""Values: what is wrong with one element, and what would be right."""

import pytest

from translators.x12.grammar import load_elements
from translators.x12.values import find_value_fault


@pytest.mark.parametrize(
    ("element", "value", "advice"),
    [
        ("668", "ZQ", "use one of AA, AC, AR, BP, DR, IA,"),  # few enough to be listed
        ("668", "ia", "send 'IA'"),
        ("374", "2", "send '002'"),
    ],
)
def test_an_unknown_code_is_answered_with_known_ones(element, value, advice):
    """Who has no table of the standard at hand must not need one."""
    fault = find_value_fault(load_elements("004010")[element], value)

    assert fault is not None
    assert (fault.advice or "").startswith(advice)
