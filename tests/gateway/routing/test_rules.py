"""The routing rules and their file."""

from decimal import Decimal
from pathlib import Path

import pytest

from gateway.routing.rules import RoutingError, load_rules
from gateway.settings import load_site

REPOSITORY = Path(__file__).resolve().parents[3]


def _load(home: Path, text: str | None):
    (home / "partners").mkdir()
    if text is not None:
        (home / "partners" / "_routing.yaml").write_text(text, encoding="utf-8")
    return load_rules(load_site(home))


def test_our_own_rules_load():
    """What we ship is sound, and marked with its text."""
    rules = load_rules(load_site(REPOSITORY))
    assert (True, Decimal(10)) == (rules.automatic, rules.requires.max_price_above_percent)
    assert 12 == len(rules.version)


def test_without_a_file_a_person_decides(tmp_path):
    """Nothing moves because somebody forgot a file."""
    assert not _load(tmp_path, None).automatic


def test_a_mistake_is_said_with_its_line(tmp_path):
    """Unknown keys and words are refused, all in one run."""
    text = (
        "automatic: maybe\nrequires:\n  certificats: [ISO9001]\n  max_price_above_percent: lots\n"
    )
    with pytest.raises(RoutingError) as caught:
        _load(tmp_path, text)
    assert [
        "error: (_routing.yaml:1): automatic holds 'maybe'; wanted is one of true, false",
        "error: (_routing.yaml:3): requires has no key 'certificats'; did you mean 'certificates'?",
        "error: (_routing.yaml:4): requires.max_price_above_percent holds 'lots'; wanted is how much dearer it may be, in percent",
    ] == [str(finding) for finding in caught.value.findings]


def test_a_currency_is_a_code(tmp_path):
    """A limit in 'dollars' would never be met."""
    with pytest.raises(RoutingError, match="dollars"):
        _load(tmp_path, "automatic: true\nask_a_person: {value_above: {dollars: 5}}\n")


def test_changed_rules_have_another_version(tmp_path):
    """A decision can be traced to the rules it was made with."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = _load(tmp_path / "a", "automatic: true\n")
    assert first.version != _load(tmp_path / "b", "automatic: false\n").version
