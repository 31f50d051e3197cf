"""`mapping lint`: three rings, each mistake with file, line and column."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("cases")
OVERLAY = Path("mappings/acme/855.yaml")


def change(home: Path, old: str, new: str) -> None:
    """Write another overlay."""
    file = home / OVERLAY
    file.write_text(file.read_text().replace(old, new, 1))


def test_a_mistake_is_told_with_its_column(run, home: Path) -> None:
    """The column is that of the word the mistake is about, and the nearest word is offered."""
    change(home, "unit_price:  {as: N2}", "unit_price:  {as: uper}")
    ran = run("mapping", "lint", "acme/855")

    assert 1 == ran.code
    assert ran.err == (
        "acme/855.yaml:14:25: error: there is no reader 'uper'; did you mean upper?\n"
    )


def test_a_line_without_effect_is_warned_of(run, home: Path) -> None:
    """A line of an overlay that changes no case is dead: it warns, and is no mistake."""
    change(home, "fields:\n", "fields:\n  release: BAK05\n")
    ran = run("mapping", "lint", "acme/855")

    assert (0, "1 mapping, none with mistakes\n") == (ran.code, ran.out)
    assert ran.err.startswith("acme/855.yaml:7:3: warning: without fields/release every case is")


def test_what_nobody_proves_or_uses_is_warned_of(run, home: Path) -> None:
    """A mapping without a case, and a table no mapping names."""
    for file in (home / "mappings/acme/997.cases").glob("*"):
        file.unlink()
    (home / "mappings/acme/tables/colour.csv").write_text("theirs,ours\nr,red\n")
    ran = run("mapping", "lint")

    assert 0 == ran.code
    assert "acme/997.yaml: warning: no case proves acme/997; put a sample into" in ran.err
    assert "acme/tables/colour.csv: warning: no mapping uses this table" in ran.err
