"""A real Tryton on a free port of this machine, for tests: installed once a machine, fresh each time.

`.venv/bin/python -m bench.tryton install` makes an environment from the hashed lock file, an empty
database with its modules, and fills it, under `~/.cache/cmgateway`: a minute, once. Starting takes
two seconds after that.
"""

import fcntl
import hashlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import tryton_seed
from gateway.erp.errors import ErpError, ErpUnavailableError, ErpUnknownError
from gateway.erp.tryton.rpc import Rpc

ROOT = Path(__file__).resolve().parents[1]
LOCK_FILE = ROOT / "scripts" / "tryton" / "requirements.lock"
MODULES = ("purchase_amendment", "stock_lot")
ADMIN_PASSWORD = "admin-user-pw-1"  # noqa: S105 of a database that lives as long as a test
DATABASE = "erp"
CONFIG = """\
[database]
uri = sqlite://
path = {folder}
list = False
[web]
listen = 127.0.0.1:{port}
"""


def template_folder() -> Path:
    """Return where the environment and the filled database are kept; another lock file, another place."""
    parts = [
        LOCK_FILE.read_bytes(),
        Path(tryton_seed.__file__).read_bytes(),
        repr(MODULES).encode(),
    ]
    mark = hashlib.sha256(b"".join(parts)).hexdigest()[:12]
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "cmgateway" / f"tryton-{mark}"


def find_template(patience: float = 0) -> Path | None:
    """Return the folder once it is filled; one that is being filled is waited for so many seconds."""
    folder, deadline = template_folder(), time.monotonic() + patience
    while not (folder / "ready").exists():
        if time.monotonic() > deadline or not _is_filling(folder):
            return None
        time.sleep(0.2)
    return folder


def install() -> None:
    """Make the environment and the filled database, unless they are there."""
    folder = template_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "ready").exists():
            return
        _make_environment(folder)
        _make_database(folder)
        (folder / "ready").touch()


@dataclass(slots=True)
class Tryton:
    """One server with a database of its own."""

    folder: Path
    template: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server on what its database holds; return when it answers."""
        self.port = self.port or find_free_port()
        config = self.folder / "trytond.conf"
        config.write_text(CONFIG.format(folder=self.folder, port=self.port))
        program = self.template / "venv" / "bin" / "trytond"
        command = [str(program), "-c", str(config), "-d", DATABASE]
        with (self.folder / "trytond.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        _wait_for(self.port, self.process)

    def kill(self) -> None:
        """End the server at once, as a crash does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def keep(self, name: str) -> None:
        """Keep the database as it is now, under a name to come back to."""
        copy_database(self.folder / "erp.sqlite", self.folder / name)

    def go_back(self, name: str) -> None:
        """Put the kept database in place, where the server is, without starting it anew."""
        copy_database(self.folder / name, self.folder / "erp.sqlite")

    def rpc(self, user: str = tryton_seed.USER, password: str = tryton_seed.PASSWORD) -> Rpc:
        """Return a session of a user: ours, where nothing else is said."""
        return Rpc(self.url, DATABASE, user, password)

    def buyer(self) -> Rpc:
        """Return a session of the buyer, who releases orders."""
        return self.rpc(tryton_seed.BUYER, tryton_seed.BUYER_PASSWORD)


@contextmanager
def running_tryton(folder: Path, template: Path) -> Iterator[Tryton]:
    """Yield a fresh server with its data in the folder; it is killed at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    copy_database(template / "erp.sqlite", folder / "erp.sqlite")
    server = Tryton(folder, template)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def copy_database(source: Path, target: Path) -> None:
    """Make one database what another is; a server on it goes on, and sees the other content next."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _make_environment(folder: Path) -> None:
    environment = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    install = [environment / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    pinned = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", LOCK_FILE]
    subprocess.run([*install, *pinned], check=True)


def _make_database(folder: Path) -> None:
    for old in folder.glob("erp.sqlite*"):
        old.unlink()
    (folder / "erp.sqlite").touch()  # Tryton refuses a file that is not there
    config, password = folder / "trytond.conf", folder / "password"
    config.write_text(CONFIG.format(folder=folder, port=find_free_port()))
    password.write_text(ADMIN_PASSWORD)
    admin = [folder / "venv" / "bin" / "trytond-admin", "-c", config, "-d", DATABASE]
    # An address must be given, or it asks for one on the terminal.
    wanted = ["-u", *MODULES, "--activate-dependencies", "--email", "admin@oem.example"]
    environment = os.environ | {"TRYTONPASSFILE": str(password)}
    subprocess.run([*admin, *wanted], check=True, env=environment, stdin=subprocess.DEVNULL)
    server = Tryton(folder, folder)
    server.start()
    try:
        tryton_seed.seed(server.rpc("admin", ADMIN_PASSWORD))
    finally:
        server.kill()


def _is_filling(folder: Path) -> bool:
    if not (folder / "lock").exists():
        return False
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def find_free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    asked = Rpc(f"http://127.0.0.1:{port}", DATABASE, "nobody", "-", timeout_seconds=10)
    while time.monotonic() < deadline and process.poll() is None:
        try:
            asked.login()
        except (ErpUnavailableError, ErpUnknownError):
            time.sleep(0.05)
            continue
        except ErpError:  # it does not know us, but it answers
            return
    raise TimeoutError(f"Tryton does not answer on port {port}; its log is beside its database")


if __name__ == "__main__":
    install()
