"""The code of fast passes is kept for reading, and nothing depends on it."""

from pathlib import Path

from gateway.compiled import keep_under


def test_a_source_is_written_once(tmp_path: Path) -> None:
    """The name holds the content's hash, so what is there is right."""
    keep = keep_under(tmp_path / "var" / "compiled")
    keep("a.py", "one")
    keep("a.py", "two")

    assert "one" == (tmp_path / "var" / "compiled" / "a.py").read_text()


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    """Debugging aids never stop trade."""
    (tmp_path / "var").write_text("a file where a folder is wanted")

    keep_under(tmp_path / "var" / "compiled")("a.py", "one")

    assert (tmp_path / "var").is_file()
