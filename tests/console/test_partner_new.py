"""`partner new`: files of a partner nobody prepared, sound as they are written and never over others."""

import json
import re
from pathlib import Path

import pytest

from tests.console.conftest import ROOT

SCHEMA = re.compile(r"# yaml-language-server: \$schema=(\S+)")


@pytest.fixture
def site(run, tmp_path: Path) -> Path:
    """Return a new site, as `init` makes it."""
    folder = tmp_path / "new"
    assert 0 == run("init", str(folder)).code
    return folder


def test_each_format_is_sound_as_it_is_written(run, site: Path) -> None:
    """Partner check, lint and cases have nothing against any of them, all beside each other."""
    for form in ("x12", "csv", "xlsx", "xml"):
        made = run("--home", str(site), "partner", "new", f"my-{form}", "--format", form)
        assert 0 == made.code, made.err
    checked = run("--home", str(site), "partner", "check", "--json")
    names = sorted(
        f"{one.parent.name}/{one.stem}" for one in (site / "mappings").glob("my-*/*.yaml")
    )
    linted = run("--home", str(site), "mapping", "lint", *names)
    proven = run("--home", str(site), "mapping", "test", *names)

    assert [] == [one for one in json.loads(checked.out) if one["findings"]]
    assert (0, "7 mappings, none with mistakes\n") == (linted.code, linted.out)
    assert (0, "3 cases, 3 as expected") == (proven.code, proven.out.splitlines()[-1])


def test_every_file_names_the_schema_an_editor_finds(run, site: Path) -> None:
    """The first line of each YAML file of a site leads to a schema that is there, and is ours."""
    run("--home", str(site), "partner", "new", "north", "--format", "csv")
    files = [path for path in site.rglob("*.yaml") if ".expected." not in path.name]

    assert 8 <= len(files)
    for path in files:
        found = SCHEMA.match(path.read_text())
        assert found, path
        assert "$schema" in json.loads((path.parent / found[1]).read_text()), path


def test_a_guide_comes_of_it_at_once(run, site: Path, tmp_path: Path) -> None:
    """The invented sample is good, and each of twenty changes of it is refused."""
    run("--home", str(site), "partner", "new", "north", "--format", "csv", "--title", "North & Co")
    ran = run("--home", str(site), "mapping", "guide", "north", "--out", str(tmp_path / "g.html"))

    assert (0, True) == (ran.code, "20 samples that must fail and do" in ran.out), ran.err
    assert "North &amp; Co" in (tmp_path / "g.html").read_text()


NO_NAMES = ("../out", "a/b", "a\\b", ".hidden", "base", "con", "", "North", "a b", "a\nb", "x" * 41)


def test_a_name_that_leads_elsewhere_is_refused(run, site: Path) -> None:
    """Nothing is written for a name that is a path, a word of the system or no plain word."""
    before = sorted(site.rglob("*"))
    ran = [run("--home", str(site), "partner", "new", name, "--format", "x12") for name in NO_NAMES]

    assert [2] * len(NO_NAMES) == [one.code for one in ran]
    assert all("cannot name a partner" in one.err for one in ran)
    assert before == sorted(site.rglob("*"))


def test_nothing_is_written_over_a_file(run, site: Path) -> None:
    """Where one file is there already, none is written, that of another format included."""
    table = site / "mappings" / "north" / "tables" / "line_status.csv"
    table.parent.mkdir(parents=True)
    table.write_text("mine")
    ran = run("--home", str(site), "partner", "new", "north", "--format", "csv")

    assert (2, True) == (ran.code, "mappings/north/tables/line_status.csv is there" in ran.err)
    assert ("mine", False) == (table.read_text(), (site / "partners" / "north.yaml").exists())


def test_words_of_the_command_stay_words(run, site: Path) -> None:
    """A title or id with YAML's own characters is text; one with a line break is refused."""
    title = 'Acme: "Tools" # {x}, @NAME@'
    made = run(
        *("--home", str(site), "partner", "new", "north", "--format", "x12", "--version", "005010"),
        *("--title", title, "--isa", '01/A"B\\C'),
    )
    shown = json.loads(run("--home", str(site), "partner", "show", "north", "--json").out)
    bad = run(
        *(
            "--home",
            str(site),
            "partner",
            "new",
            "south",
            "--format",
            "x12",
            "--title",
            "a\nrole: erp",
        )
    )

    assert (0, 2) == (made.code, bad.code)
    assert (title, 'A"B\\C') == (shown["title"], shown["identities"]["x12"]["id"])
    assert "x12 855 005010" == shown["documents"]["in"][0]["kind"]


def test_an_id_that_belongs_to_another_is_told(run, site: Path) -> None:
    """The files are there, and what stands against them is a finding; exit code 1."""
    run("--home", str(site), "partner", "new", "north", "--format", "x12", "--isa", "ZZ/SAME")
    ran = run("--home", str(site), "partner", "new", "south", "--format", "x12", "--isa", "ZZ/SAME")

    assert (1, True) == (ran.code, "belongs to north already" in ran.err)


def test_a_folder_that_is_no_site_is_left_alone(run, tmp_path: Path) -> None:
    """It is said how a site is made."""
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = run("--home", str(empty), "partner", "new", "north", "--format", "x12")

    assert (2, True, []) == (ran.code, "is no site" in ran.err, list(empty.iterdir()))


def test_templates_name_no_partner() -> None:
    """What is shipped for anybody speaks of nobody."""
    names = [path.stem for path in (ROOT / "partners").glob("[a-z]*.yaml") if path.stem != "erp"]
    texts = (ROOT / "console" / "new_partner").rglob("*.*")

    assert [] == [p for p in texts if any(name in p.read_text().lower() for name in names)]
