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


class Site:
    """A site whose gateway does all that is due whenever a file is dropped."""

    def __init__(self, home: Path, clock: StillClock) -> None:
        """Open the site and make its drop folders."""
        self.home, self.clock = home, clock
        self.gateway = open_gateway(home)
        make_folders(self.gateway)
        self.turning = Turning(self.gateway, Orchestrator(self.gateway, enabled=False))

    def drop(self, path: str, data: bytes, marker: str = "") -> None:
        """Put a file into a channel and let the gateway receive, process and deliver it."""
        (self.home / path).write_bytes(data)
        if marker:
            (self.home / (path + marker)).touch()
        for _ in range(3):
            take_turn(self.turning)
            self.clock.advance(timedelta(seconds=5))


@pytest.fixture
def home(tmp_path: Path, make_site: Callable[[Path], Path]) -> Path:
    """Return a site with its own copies of partner and mapping files."""
    return make_site(tmp_path / "site")


@pytest.fixture
def cases(home: Path) -> None:
    """Put what the others go without into the site: base mappings, and the cases of all."""
    shutil.copytree(ROOT / "mappings", home / "mappings", dirs_exist_ok=True)


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
        monkeypatch.delenv("COLUMNS", raising=False)
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


@pytest.fixture(scope="session")
def lived(
    tmp_path_factory: pytest.TempPathFactory, make_site: Callable[[Path], Path]
) -> tuple[Path, datetime]:
    """Return a site that has lived through the demo's week, to be copied, and when the week ended."""
    home = make_site(tmp_path_factory.mktemp("lived"))
    still = StillClock(datetime(2026, 11, 23, 8, 0))  # noqa: DTZ001 the ledger keeps UTC without a zone
    with use_clock(still):
        site = Site(home, still)
        for step in YAML(typ="base").load((WEEK / "week.yaml").read_text()):
            still.moment = datetime.fromisoformat(step["at"])
            data = (WEEK / step["file"]).read_bytes()
            site.drop(step["into"], data, step.get("marker", ""))
        site.gateway.ledger.dispose()
    return home, still.moment


@pytest.fixture
def week(run: Run, home: Path, lived: tuple[Path, datetime], clock: StillClock) -> Run:
    """Return `run` after the demo's week has happened in the site."""
    written = shutil.ignore_patterns("partners", "mappings")
    shutil.copytree(lived[0], home, ignore=written, dirs_exist_ok=True)
    clock.moment = lived[1]
    return run


@pytest.fixture
def drop(week: Run, home: Path, clock: StillClock) -> Iterator[Callable[[str, bytes], None]]:  # noqa: ARG001 after the week
    """Return what drops one more file after the week."""
    site = Site(home, clock)
    yield site.drop
    site.gateway.ledger.dispose()
