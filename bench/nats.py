"""A real NATS server with JetStream on a free port of this machine, for tests; stopped at the end."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

USER = "gateway"
CONFIG = """\
listen: 127.0.0.1:{port}
jetstream {{ store_dir: "{folder}/store" }}
authorization {{ user: {user}, password: "{password}" }}
"""


def find_nats() -> Path | None:
    """Return the server's program, where it is installed."""
    found = shutil.which(
        "nats-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    )
    return Path(found) if found else None


@dataclass(slots=True)
class Nats:
    """One server that keeps its streams in a folder; only `gateway` with its password may in."""

    folder: Path
    port: int
    password: str
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return where the server is."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it greets."""
        program = find_nats()
        if program is None:
            raise FileNotFoundError("no NATS server here; apt-get install nats-server")
        config = self.folder / "nats.conf"
        config.write_text(
            CONFIG.format(port=self.port, folder=self.folder, user=USER, password=self.password)
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([program, "-c", config], stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not self._greets():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server at once, as a power cut does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def _greets(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as plug:
            plug.settimeout(1)
            return plug.recv(4) == b"INFO"
        return False


@contextmanager
def running_nats(folder: Path, password: str) -> Iterator[Nats]:
    """Yield a server that runs while the block does."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        port = plug.getsockname()[1]
    server = Nats(folder, port, password)
    server.start()
    try:
        yield server
    finally:
        server.kill()
