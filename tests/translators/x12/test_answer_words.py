"""What a partner's 997 or 999 says of our segments, in words."""

import pytest

from translators.x12.answer_words import say_answer_code


@pytest.mark.parametrize(
    ("segment", "element", "said"),
    [
        ("I8", None, "a segment stands less often than their guide asks (I8)"),
        ("8", "I6", "a code their guide does not use (I6)"),
        ("8", "I12", "it is not written as their guide asks (I12)"),
        ("8", "7", "invalid code value (7)"),
        ("3", "", "mandatory segment missing (3)"),
        ("I99", None, "I99"),
        (None, None, ""),
    ],
)
def test_a_code_is_said_in_words(segment, element, said) -> None:
    """B-39: an unknown code stands as it came, nothing is lost."""
    assert say_answer_code(segment, element) == said
