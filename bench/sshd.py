"""A real OpenSSH server on a free port of this machine, for tests and benches; stopped at the end."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from pwd import getpwuid

CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/user_key.pub
StrictModes no
UsePAM no
PermitRootLogin yes
PubkeyAuthentication yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
MaxStartups 100
LogLevel ERROR
Subsystem sftp internal-sftp
"""


def find_sshd() -> Path | None:
    """Return the server's program, where it is installed."""
    found = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


@dataclass(slots=True)
class Sshd:
    """One server: its user may log in with the key in `user_key`."""

    folder: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    user: str = field(default_factory=lambda: getpwuid(os.getuid()).pw_name)

    @property
    def user_key(self) -> str:
        """Return the user's private key."""
        return (self.folder / "user_key").read_text()

    @property
    def host_key(self) -> str:
        """Return the server's public key, as a partner file holds it."""
        return " ".join((self.folder / "host_key.pub").read_text().split()[:2])

    def make_host_key(self) -> None:
        """Give the server a new key; it is shown from the next start on."""
        make_key(self.folder / "host_key")

    def start(self) -> None:
        """Start listening, on the same port as before where there was one."""
        self.port = self.port or _find_free_port()
        config = self.folder / "sshd_config"
        config.write_text(CONFIG.format(port=self.port, folder=self.folder))
        program = find_sshd()
        if os.getuid() == 0:  # what it separates its privileges in
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        command = [str(program), "-D", "-e", "-f", str(config)]
        with (self.folder / "sshd.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
        wait_for_port(self.port)

    def hang(self) -> None:
        """Let the server and all its sessions stand still, as a dead machine does."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let them move again."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the server and all its sessions at once."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(10)
            self.process = None

    def kill_sessions(self) -> None:
        """End the sessions only; the server takes new ones."""
        if self.process is not None:
            for child in _list_descendants(self.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        for pid in [self.process.pid, *_list_descendants(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@contextmanager
def running_sshd(folder: Path) -> Iterator[Sshd]:
    """Yield a server with keys of its own in the folder; it is killed at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Sshd(folder)
    server.make_host_key()
    make_key(folder / "user_key")
    server.start()
    try:
        yield server
    finally:
        server.kill()


def make_key(path: Path) -> str:
    """Make a key pair under this name, in place of one that is there; return the private key."""
    path.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)]
    subprocess.run(command, check=True)
    return path.read_text()


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for_port(port: int) -> None:
    """Return once somebody listens there."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on port {port}")


def _list_descendants(pid: int) -> list[int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]
