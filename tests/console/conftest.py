"""A site that has lived through the demo's week, and commands run against it as a user runs them."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from console.cli import main
from flows.orchestrator import Orchestrator
from flows.turn import Turning, take_turn
from gateway.clock import StillClock, use_clock
from gateway.gateway import open_gateway
from gateway.places import make_folders

ROOT = Path(__file__).resolve().parents[2]
WEEK = ROOT / "console" / "demo" / "week"


@dataclass(frozen=True)
class Ran:
    """What a command wrote, and how it ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a site with its own copies of all partner and mapping files."""
    for folder in ("partners", "mappings"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def clock() -> Iterator[StillClock]:
    """Hold the clock still at the start of the week."""
    still = StillClock(datetime(2026, 11, 23, 8, 0))  # noqa: DTZ001 the ledger keeps UTC without a zone
    with use_clock(still):
        yield still


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs `cmgateway` in the site with these words."""

    def run_words(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["cmgateway", "--home", str(home), *words])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as left:
            code = int(left.code or 0)
        said = capfd.readouterr()
        return Ran(code, said.out, said.err)

    return run_words


@pytest.fixture
def drop(home: Path, clock: StillClock) -> Iterator[Callable[[str, bytes], None]]:
    """Return what drops a file into a channel and lets the gateway do all that is due."""
    gateway = open_gateway(home)
    make_folders(gateway)
    turning = Turning(gateway, Orchestrator(gateway, enabled=False))

    def drop_file(path: str, data: bytes) -> None:
        (home / path).write_bytes(data)
        for _ in range(3):
            take_turn(turning)
            clock.advance(timedelta(seconds=5))

    yield drop_file
    gateway.ledger.dispose()


@pytest.fixture
def week(run: Run, drop: Callable[[str, bytes], None], clock: StillClock) -> Run:
    """Return `run` after the demo's week has happened in the site."""
    for step in YAML(typ="base").load((WEEK / "week.yaml").read_text()):
        clock.moment = datetime.fromisoformat(step["at"])
        drop(step["into"], (WEEK / step["file"]).read_bytes())
    return run
