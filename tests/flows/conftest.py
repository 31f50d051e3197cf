"""A whole site on SQLite and folders, with a clock the test moves."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.orchestrator import Orchestrator
from flows.turn import Turning, take_turn
from gateway.clock import StillClock, use_clock
from gateway.gateway import Gateway, open_gateway
from gateway.ledger.documents import DocumentQuery, DocumentRow, list_documents
from gateway.ledger.effects import EffectRow, list_effects
from gateway.ledger.files import FileRow, find_file
from gateway.ledger.findings import list_findings
from gateway.places import make_folders
from gateway.summary import Outcome

ROOT = Path(__file__).resolve().parents[2]
WEEK = ROOT / "console" / "demo" / "week"
ACME, BOREALIS, ERP = "drop/acme/in", "drop/borealis/in", "erp/out"


@dataclass
class World:
    """A site to drop files into."""

    home: Path
    gateway: Gateway
    clock: StillClock
    turning: Turning
    outcomes: list[Outcome] = field(default_factory=list)

    def drop(self, folder: str, name: str, data: bytes | str) -> None:
        """Put a file into a channel."""
        text = data.encode() if isinstance(data, str) else data
        (self.home / folder / name).write_bytes(text)

    def turn(self, times: int = 3) -> list[Outcome]:
        """Let the gateway look, wait, take and do; return what became of files."""
        outcomes: list[Outcome] = []
        for _ in range(times):
            outcomes += take_turn(self.turning).outcomes
            self.clock.advance(timedelta(seconds=5))
        self.outcomes += outcomes
        return outcomes

    def send(self, folder: str, name: str, data: bytes | str) -> Outcome:
        """Drop one file, let it be done, and return what became of it."""
        self.drop(folder, name, data)
        for _ in range(20):  # an empty or cut file is given time to grow
            for outcome in self.turn():
                if outcome.name == name:
                    return outcome
        raise AssertionError(name)

    def release_orders(self) -> None:
        """Let the ERP release the demo's first two orders."""
        self.send(ERP, "orders.json", (WEEK / "1_orders.json").read_bytes())

    def file(self, key: str | int) -> FileRow:
        """Return a file of the ledger."""
        with self.gateway.ledger.read() as tx:
            found = find_file(tx, key)
        assert found is not None
        return found

    def documents(self, **query: object) -> list[DocumentRow]:
        """Return documents, oldest first."""
        with self.gateway.ledger.read() as tx:
            return list_documents(tx, DocumentQuery(**query))[::-1]  # type: ignore[arg-type]

    def codes(self, file: str) -> list[str]:
        """Return the codes of all errors found in a file."""
        with self.gateway.ledger.read() as tx:
            rows = list_findings(tx, file_id=self.file(file).id)
        return [row.code for row in rows if row.level == "error"]

    def effects(self) -> list[EffectRow]:
        """Return all effects."""
        with self.gateway.ledger.read() as tx:
            return list_effects(tx, limit=1000)

    def out(self, partner: str) -> dict[str, bytes]:
        """Return what lies in front of a partner."""
        folder = self.home / "drop" / partner / "out"
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def told_erp(self) -> list[str]:
        """Return the names of the updates the ERP was given."""
        return sorted(path.name for path in (self.home / "erp" / "in").iterdir())


@contextmanager
def open_world(home: Path) -> Iterator[World]:
    """Open a running site without a Prefect server."""
    clock = StillClock(datetime(2026, 11, 23, 8, 0))  # noqa: DTZ001 the ledger keeps UTC without a zone
    with use_clock(clock):
        gateway = open_gateway(home)
        make_folders(gateway)
        yield World(home, gateway, clock, Turning(gateway, Orchestrator(gateway, enabled=False)))
        gateway.ledger.dispose()


@pytest.fixture
def home(tmp_path: Path, make_site: Callable[[Path], Path]) -> Path:
    """Return a site with its own copies of partner and mapping files."""
    return make_site(tmp_path)


@pytest.fixture
def new_world(
    tmp_path: Path, make_site: Callable[[Path], Path]
) -> Callable[[str], AbstractContextManager[World]]:
    """Return what opens a site of a name, for tests that need one after the other."""
    return lambda name: open_world(make_site(tmp_path / name))


@pytest.fixture
def database(request, monkeypatch) -> str:
    """Name the site's database in the environment: SQLite, or PostgreSQL where a module asks for it."""
    wanted = getattr(request, "param", "sqlite")
    if wanted == "postgresql":
        monkeypatch.setenv("CMGATEWAY_DATABASE_URL", request.getfixturevalue("new_postgresql")())
    return wanted


@pytest.fixture
def world(home: Path, database: str) -> Iterator[World]:  # noqa: ARG001 it is in the environment
    """Return a running site without a Prefect server."""
    with open_world(home) as world:
        yield world
