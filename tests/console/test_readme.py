"""The README's commands: each works as it is printed."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = str(Path(sys.executable).with_name("cmgateway"))
PRINTED = ".venv/bin/cmgateway "


def list_printed() -> list[str]:
    """Return the commands of the README's console blocks, without their comments."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    inline = re.findall(r"`(\.venv/bin/cmgateway [^`]*)`", (ROOT / "README.md").read_text())
    return [line.removeprefix("$ ").partition("  #")[0].strip() for line in lines] + inline


COMMANDS = [line for line in list_printed() if line.startswith(PRINTED)]
RUN = [line for line in COMMANDS if not line.endswith(" up")]  # it runs until it is stopped


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder like the repository after `make demo`."""
    root = tmp_path_factory.mktemp("readme")
    for name in ("partners", "mappings"):
        shutil.copytree(ROOT / name, root / name)
    played = run(root, "demo", "--no-prefect")
    assert 0 == played.returncode, played.stderr
    return root


def run(root: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the program there as a reader would."""
    return subprocess.run([PROGRAM, *words], cwd=root, check=False, capture_output=True, text=True)


def test_the_readme_prints_commands() -> None:
    """What is not made with make is a command of ours, and there are some."""
    other = [line for line in list_printed() if not line.startswith((PRINTED, "make "))]

    assert ([], True) == (other, len(RUN) > 6)


@pytest.mark.parametrize("line", RUN)
def test_a_printed_command_works(folder: Path, line: str) -> None:
    """It ends with 0, writes something, and says nothing of a fault."""
    done = run(folder, *shlex.split(line.removeprefix(PRINTED)))

    assert (0, True) == (done.returncode, bool(done.stdout + done.stderr)), done.stderr
    assert "fault" not in done.stderr
