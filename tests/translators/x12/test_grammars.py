"""The grammar files: complete, consistent, and cheap to load."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from translators.x12 import grammar as grammars
from translators.x12 import lint
from translators.x12.grammar import GROUP_OF, list_sets, list_versions, load_grammar, load_segments

VERSIONS = ("003060", "004010", "004030", "005010")
TABLES = ("load_segments", "load_elements", "load_codes", "_load_grammar", "list_versions")


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Return a folder with the grammars of one version, which the loader reads from now on."""
    shutil.copytree(grammars.GRAMMARS / "004010", tmp_path / "004010")
    monkeypatch.setattr(grammars, "GRAMMARS", tmp_path)
    for name in TABLES:
        getattr(grammars, name).cache_clear()
    yield tmp_path / "004010"
    for name in TABLES:
        getattr(grammars, name).cache_clear()


def test_all_sets_are_there_in_all_versions():
    """Fifteen sets at four versions; the 999 came with 5010."""
    assert list_versions() == VERSIONS
    for version in VERSIONS:
        wanted = set(GROUP_OF) - ({"999"} if version < "005010" else set())
        assert set(list_sets(version)) == wanted
        assert {"ISA", "IEA", "GS", "GE", "ST", "SE", "TA1"} <= set(load_segments(version))


def test_the_grammars_agree():
    """What `make lint` asks."""
    assert [] == lint.check_grammars()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("850.txt", "  CUR O 1", "  QQQ O 1", "850: there is no segment QQQ"),
        ("850.txt", "  SE M 1", "  SE O 1", "end with SE M 1"),
        ("850.txt", "set 850 PO", "set 850 PR", "the group is PR, wanted is PO"),
        ("850.txt", "  CUR O 1", "  CUR X 1", "CUR has requirement X"),
        ("850.txt", "  CUR O 1", "  CUR O >1\n  CUR O 1", "CUR stands again"),
        ("850.txt", "    PO1 M 1", "    PO1 M 2", "does not begin with PO1 of max use 1"),
        ("segments.txt", "notes C0908", "notes C0940", "C0940 speaks of an element"),
        ("segments.txt", "notes C0908", "notes Q0908", "Q0908 is no note"),
        ("segments.txt", "  03 324 M", "  03 9876 M", "element 9876 is used"),
        ("elements.txt", "373 DT 8 8", "373 DQ 8 8", "there is no type DQ"),
        ("elements.txt", "373 DT 8 8", "373 DT 8 6", "lengths 8 to 6"),
        ("codes.txt", "\n355 ", "\n3555 ", "there is no element 3555"),
    ],
)
def test_what_does_not_agree_is_named(copy, name, old, new, said):
    """One sentence with file and place for each fault."""
    path = copy / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

    assert [fault for fault in lint.check_grammars() if said in fault]


def test_lint_says_so_in_its_exit_code(capsys, monkeypatch):
    """0 where all agree, 1 where not."""
    assert lint.main() == 0
    monkeypatch.setattr(lint, "check_grammars", lambda: ["a fault"])
    assert lint.main() == 1
    assert "a fault" in capsys.readouterr().out


def test_grammars_load_when_they_are_needed():
    """Importing reads no grammar; the tables of one version take a few hundredths of a second."""
    code = (
        "import translators.x12.documents, translators.x12.grammar as g;"
        "print(g.load_segments.cache_info().currsize)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "0"


def test_tables_of_a_version_are_read_once(monkeypatch):
    """A second set of a version reads its own file and none of the tables again."""
    for name in TABLES:
        getattr(grammars, name).cache_clear()
    load_grammar("850", "005010")
    read = []
    real = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda path, *a, **k: read.append(path.name) or real(path, *a, **k)
    )
    load_grammar("855", "005010")
    load_grammar("850", "005010")

    assert ["855.txt"] == read
