"""`cmgateway init`: a site that is sound from its first minute."""

from pathlib import Path

from console.output import clean
from console.program import name_program

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"


def test_a_new_site_is_sound(run, tmp_path: Path) -> None:
    """Partner files, mappings and status have nothing to complain of; the drop folders are there."""
    site = tmp_path / "new"
    made = run("init", str(site))

    assert (0, True) == (made.code, "cmgateway partner check" in made.out)
    assert 0 == run("--home", str(site), "partner", "check").code
    assert 0 == run("--home", str(site), "mapping", "lint").code
    assert "nothing is open, late or silent" in run("--home", str(site), "status").out
    assert (site / "drop" / "example" / "in").is_dir()
    assert (site / "partners" / "partner.schema.json").is_file()


def test_the_next_commands_can_be_called_as_printed(monkeypatch, tmp_path: Path) -> None:
    """Where `cmgateway` is not on the path it is named by where it lies, wherever the reader goes."""
    program = tmp_path / "bin" / "cmgateway"
    monkeypatch.setattr("sys.argv", [str(program)])
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)

    assert ("bin/cmgateway", str(program)) == (name_program(), name_program(anywhere=True))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert "cmgateway" == name_program()


def test_a_folder_that_holds_files_is_refused(run, tmp_path: Path) -> None:
    """Nothing is added to it, unless --force asks."""
    site = tmp_path / "new"
    site.mkdir()
    (site / "notes.txt").write_text("mine")
    ran = run("init", str(site))

    assert (2, True) == (ran.code, "is not empty" in ran.err)
    assert ["notes.txt"] == [path.name for path in site.iterdir()]


def test_force_adds_and_never_overwrites(run, tmp_path: Path) -> None:
    """A settings file that is there stays as it is."""
    site = tmp_path / "new"
    site.mkdir()
    (site / "cmgateway.yaml").write_text("company: Ours\n")
    ran = run("init", str(site), "--force")

    assert (0, True) == (ran.code, "kept   cmgateway.yaml" in ran.out)
    assert "company: Ours\n" == (site / "cmgateway.yaml").read_text()
    assert (site / "partners" / "erp.yaml").is_file()


def test_clean_lets_nothing_steer_a_terminal() -> None:
    """Escapes, bells and line ends of strangers become dots."""
    assert "a·[2J·b" == clean("a\x1b[2J\nb")
