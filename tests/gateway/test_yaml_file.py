"""YAML as people write it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.yaml_file import merge_yaml, read_yaml


def test_every_scalar_is_text():
    """Nothing is guessed: no number, no date, no yes."""
    file = read_yaml(b"a: 02\nb: NO\nc: 2026-01-08\nd: 1.50\ne: ~\n", "x.yaml")
    assert {"a": "02", "b": "NO", "c": "2026-01-08", "d": "1.50", "e": "~"} == file.value


def test_every_key_and_item_has_its_line():
    """A path that is not there has the place of what is around it."""
    file = read_yaml(b"a:\n  - b: 1\n  -\n    b: 2\n", "x.yaml")
    assert "x.yaml:4" == file.place(("a", 1, "b"))
    assert "x.yaml:2" == file.place(("a", 0, "missing"))
    assert "x.yaml:1" == file.place(("nowhere",))


def test_tables_merge_and_lists_are_replaced():
    """The place of a value is the file it came from."""
    under = read_yaml(b"a: {x: 1, y: 2}\nb: [1, 2]\n", "under.yaml")
    over = read_yaml(b"\n\na: {y: 3}\nb: [9]\n", "over.yaml")
    file = merge_yaml(under, over)
    assert {"a": {"x": "1", "y": "3"}, "b": ["9"]} == file.value
    assert ("under.yaml:1", "over.yaml:3") == (file.place(("a", "x")), file.place(("a", "y")))


def test_a_file_that_multiplies_itself_is_stopped():
    """Nine lines may stand for a billion values."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{two}: &{two} [{', '.join([f'*{one}'] * 10)}]"
        for one, two in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    file = read_yaml("\n".join(lines).encode(), "x.yaml")
    assert ["this nests or repeats far more than such a file needs"] == [
        one.sentence for one in file.findings
    ]


def test_a_tower_of_brackets_is_stopped():
    """Deep nesting is a finding, not a crash."""
    assert ["bad-yaml"] == [one.code for one in read_yaml(b"[" * 5000, "x.yaml").findings]
    assert ["bad-yaml"] == [one.code for one in read_yaml(b"[" * 50 + b"]" * 50, "x.yaml").findings]


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=80)
    | st.text(alphabet="ab:[]{}&*!|>-?#'\"\n ,%@`\t", max_size=80).map(str.encode)
)
def test_any_bytes_give_a_value_or_a_finding(data):
    """Nothing a file holds is raised."""
    file = read_yaml(data, "x.yaml")
    assert all(finding.place.startswith("x.yaml") for finding in file.findings)
