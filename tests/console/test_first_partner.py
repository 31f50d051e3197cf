"""docs/first-partner.md: its commands, run as they stand in an empty folder, do what the page shows."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.console.conftest import ROOT

PAGE = ROOT / "docs" / "first-partner.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ENDS = re.compile(r"\s+# ends with (\d)$")
MARK = re.compile(r"--accept [0-9a-f]{8}")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")


@dataclass
class Step:
    """One block of commands, and the output the page shows below it; '' where it shows none."""

    commands: str
    shown: str = ""


def list_steps() -> Iterator[Step]:
    """Yield the blocks of the page in their order."""
    step = None
    for kind, text in BLOCK.findall(PAGE.read_text()):
        if kind == "sh":
            if step:
                yield step
            step = Step(text)
        elif step:
            step.shown = text
    if step:
        yield step


def list_commands(text: str) -> Iterator[str]:
    """Yield each command of a block; one that feeds lines to a file goes to its END."""
    lines = iter(text.splitlines())
    for line in lines:
        if "<<'END'" not in line:
            yield line
            continue
        inside = [line]
        while inside[-1] != "END":
            inside.append(next(lines))
        yield "\n".join(inside)


def settle(text: str) -> str:
    """Return a text without what is another one each time: times, marks, how wide columns are."""
    lines = TIME.sub("TIME", MARK.sub("MARK", text)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip("─ "))


def list_missing(shown: str, said: str) -> list[str]:
    """Return the lines the page shows and the commands did not say, in that order; `…` is anything."""
    rest, missing = settle(said), []
    for line in settle(shown).splitlines():
        if line == "…":
            continue
        found = re.search(".*?".join(map(re.escape, line.split("…"))), rest)
        if found:
            rest = rest[found.end() :]
        else:
            missing.append(line)
    return missing


class Shell:
    """Runs commands one after the other in a folder that `cd` changes; ours in this process."""

    def __init__(self, folder: Path, capture: Callable[[], str], call: Callable[..., int]) -> None:
        """Begin in the folder."""
        self.folder, self.said = folder, ""
        self._capture, self._call = capture, call

    def run(self, command: str) -> int:
        """Return how a command ended, after keeping what it said."""
        words = shlex.split(command, comments=True) if command.startswith("cmgateway ") else []
        if command.startswith("cd "):
            self.folder = self.folder / command.removeprefix("cd ")
            return 0
        if words:
            if "--accept" in words:
                [*_, mark] = MARK.findall(self.said)
                words[words.index("--accept") + 1] = mark.split()[1]
            code = self._call(self.folder, words)
            self.said += self._capture()
            return code
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, check=False, capture_output=True, text=True
        )
        self.said += done.stdout + done.stderr
        return done.returncode


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> Iterator[Shell]:
    """Return a shell in an empty folder; the gateway polls oftener than it would."""
    from console.cli import main

    monkeypatch.setenv("CMGATEWAY_POLL_SECONDS", "0.1")
    monkeypatch.delenv("CMGATEWAY_HOME", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    before = Path.cwd()

    def call(folder: Path, words: list[str]) -> int:
        os.chdir(folder)
        monkeypatch.setattr(sys, "argv", words)
        try:
            main()
        except SystemExit as left:
            return int(left.code or 0)
        return 0

    def capture() -> str:
        said = capfd.readouterr()
        return said.out + said.err

    yield Shell(tmp_path, capture, call)
    os.chdir(before)


@pytest.mark.slow
def test_the_tutorial_does_what_it_shows(shell: Shell) -> None:
    """Each command ends as the page says, and what is shown below it was said, in that order."""
    for step in list_steps():
        before = len(shell.said)
        for command in list_commands(step.commands):
            ends = ENDS.search(command)
            code = shell.run(ENDS.sub("", command))
            assert code == int(ends[1] if ends else 0), f"{command}\n{shell.said[before:]}"
        missing = list_missing(step.shown, shell.said[before:])
        assert [] == missing, f"{step.commands}\n{shell.said[before:]}"


def test_the_tutorial_is_made_of_commands() -> None:
    """What is not ours is what a shell has everywhere, and the page shows output."""
    commands = [one for step in list_steps() for one in list_commands(step.commands)]
    words = {one.split()[0] for one in commands} - {"cmgateway"}

    assert words <= {"cat", "cd", "cp", "cut", "echo", "rm", "sed"}
    assert 10 <= sum(bool(step.shown) for step in list_steps())
