"""What ops look up is there: every finding's word, every command."""

import ast
import re
from pathlib import Path

import pytest

from console.reference import list_commands, write_reference

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("canonical", "translators", "gateway", "flows", "console")
WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
NO_FINDINGS = {
    # Values of partner files, names of encodings, folders and flows look the same.
    *("as-asked", "one-of", "done-folder", "demo-site", "process-file", "process-files"),
    *("ssh-rsa", "rsa-sha2-256", "rsa-sha2-512", "content-length"),
    *("latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"),
}


def list_words() -> set[str]:
    """Return every text of the code that is written as a finding's word is."""
    return {
        node.value
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and WORD.fullmatch(node.value)
    } - NO_FINDINGS


def test_every_finding_can_be_looked_up() -> None:
    """A word that can park a document or file, or warn, stands in operating.md or findings.md."""
    page = "".join((ROOT / "docs" / f"{name}.md").read_text() for name in ("operating", "findings"))
    told = set(re.findall(r"^#### ([a-z0-9-]+)$", page, re.MULTILINE)) | set(
        re.findall(r"`([a-z0-9-]+)`", page)
    )

    assert [] == sorted(list_words() - told)


def test_no_section_is_about_a_word_that_is_gone() -> None:
    """A section whose word the code no longer knows misleads."""
    page = (ROOT / "docs" / "operating.md").read_text()
    told = set(re.findall(r"^#### ([a-z]+-[a-z0-9-]+)$", page, re.MULTILINE))

    assert [] == sorted(told - list_words())


@pytest.mark.parametrize("words", list_commands(), ids=" ".join)
def test_every_command_is_in_the_reference(words: tuple[str, ...]) -> None:
    """docs/commands.md has a section for each command and group."""
    title = " ".join(["## cmgateway", *(word for word in words if word)])

    assert title in (ROOT / "docs" / "commands.md").read_text().splitlines()


def test_the_reference_is_as_the_commands_are() -> None:
    """docs/commands.md is written by `make docs`; it is never behind."""
    assert write_reference().strip() in (ROOT / "docs" / "commands.md").read_text()
