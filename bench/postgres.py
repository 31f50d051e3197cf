"""A PostgreSQL of our own for tests and benches: a cluster in a folder that is thrown away."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql")
USER = "postgres"


@dataclass(slots=True)
class Cluster:
    """One server on loopback, without a password, as long as its folder lives."""

    folder: Path
    binaries: Path
    port: int
    durable: bool = True

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [
            f"-p {self.port} -c listen_addresses=127.0.0.1",
            f"-c unix_socket_directories={self.folder}",
            "-c max_connections=200",
        ]
        options += [] if self.durable else ["-c fsync=off", "-c synchronous_commit=off"]
        command = ["start", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o"]
        self._control(*command, " ".join(options))

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` breaks connections, `immediate` is a crash."""
        self._control("stop", "-w", "-t", "60", "-m", mode)

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        import psycopg  # noqa: PLC0415 only where there is a server

        address = f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_database(self, name: str, template: str = "template0") -> str:
        """Return the URL of a new database."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _control(self, *arguments: str) -> None:
        data = str(self.folder / "data")
        run_as_user([str(self.binaries / "pg_ctl"), "-D", data, *arguments])


def find_binaries() -> Path | None:
    """Return the folder of the newest installed server's programs."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running_cluster(*, durable: bool = True) -> Iterator[Cluster]:
    """Yield a server started for this block; raises FileNotFoundError where none is installed."""
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError("no PostgreSQL server here; apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="cmgateway-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    initdb = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", USER]
    run_as_user([*initdb, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"])
    cluster = Cluster(folder, binaries, _find_free_port(), durable)
    cluster.start()
    try:
        yield cluster
    finally:
        with suppress(subprocess.CalledProcessError):
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def run_as_user(command: list[str]) -> None:
    """Run a program of the server, which refuses to be root."""
    prefix = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryFile() as said:
        # No pipe: the server that pg_ctl leaves behind would hold it open.
        done = subprocess.run(
            [*prefix, *command], check=False, stdout=said, stderr=said, cwd=tempfile.gettempdir()
        )
        if done.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace")
            raise subprocess.CalledProcessError(done.returncode, command, text)


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
