"""Blows: one site under load, and everything of it that can be killed or taken away."""

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from bench.postgres import Cluster
from bench.site import CM, FIRST, BenchSite, drop, write_answers
from bench.sshd import Sshd
from bench.struck_erps import StruckErp

PREFECT_PORT = 4272
FAR, FAR_ID = "chaosfar", "CHAOSFAR"
KEY = "CMGATEWAY_SECRET_CHAOS_KEY"


@dataclass(slots=True, frozen=True)
class Cm:
    """One CM: its name, its X12 id, where it drops and where it picks up."""

    name: str
    sender: str
    into: Path
    out: Path


def near_cm(site: BenchSite) -> Cm:
    """Return the CM that drops into a folder."""
    return Cm(CM, "ACMETOOL", site.cm_in, site.cm_out)


def far_cm(site: BenchSite, server: Sshd) -> Cm:
    """Return a CM behind an SFTP server, entered as a partner of the site."""
    cm = Cm(FAR, FAR_ID, server.folder / "in", server.folder / "out")
    for folder in (cm.into, cm.out):
        folder.mkdir()
    known = (site.home / "partners" / f"{CM}.yaml").read_text()
    begin, end = known.index("channels:"), known.index("documents:")
    login = (
        f"{{host: 127.0.0.1, port: {server.port}, user: {server.user}, key: CHAOS_KEY, "
        f'host_key: "{server.host_key}"}}'
    )
    channels = (
        f"channels:\n  in:\n    - {{name: drop, folder: {cm.into}, sftp: {login}, "
        "take: {stable_seconds: 2, trailer: true}}\n"
        f"  out:\n    - {{name: pickup, folder: {cm.out}, sftp: {login}, "
        'file_name: "{kind}_{number}_{control}.edi"}\n\n'
    )
    text = known[:begin] + channels + known[end:]
    text = text.replace("ACMETOOL", FAR_ID).replace(f"partner: {CM}", f"partner: {FAR}")
    (site.home / "partners" / f"{FAR}.yaml").write_text(text)
    site.environment[KEY] = server.user_key
    return cm


@dataclass(slots=True)
class Chaos:
    """One site, what is running for it, and what was killed."""

    site: BenchSite
    random: random.Random
    options: list[str]
    cms: list[Cm]
    erp: StruckErp
    cluster: Cluster | None = None
    sshd: Sshd | None = None
    gateway: "Popen[bytes] | None" = None
    worker: "Popen[bytes] | None" = None
    kills: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)  # of this round
    dropped: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start the gateway, and on PostgreSQL a worker beside it."""
        self.gateway = self.site.start("up", *self.options)
        if self.cluster:
            self.worker = self.site.start("worker", log="worker.log")

    @property
    def died(self) -> bool:
        """Return whether one of our processes ended by itself; nothing more would come then."""
        mine = [one for one in (self.gateway, self.worker) if one]
        return any(one.poll() is not None for one in mine)

    def cm_of(self, number: int) -> Cm:
        """Return who is to make an order: the CMs in turn."""
        return self.cms[number % len(self.cms)]

    def drop_all(self, rate: float) -> None:
        """Drop an order, and its answer once the order was sent, until it is ended."""
        waiting: list[int] = []
        while not self.ended.wait(1 / rate) or (waiting and not self.died):
            if not self.ended.is_set():
                number = self.dropped
                self.erp.release(number, self.cm_of(number).name)
                waiting.append(number)
                self.dropped += 1
            names = [name for cm in self.cms for name in os.listdir(cm.out)]  # noqa: PTH208 the fastest
            sent = {name.split("_")[1] for name in names if name.startswith("850_")}
            for number in [one for one in waiting if str(FIRST + one) in sent]:
                cm = self.cm_of(number)
                data = write_answers(range(number, number + 1), number + 1, cm.sender)
                drop(cm.into, f"855_{number}.edi", data)
                waiting.remove(number)
            time.sleep(0.05 if self.ended.is_set() else 0)

    def strike(self) -> None:
        """Kill or take away one thing, and bring it back."""
        blows: dict[str, Callable[[], None]] = {"gateway": self._kill_gateway} | self.erp.blows()
        if self.cluster:
            blows |= {"database": self._stop_database, "connections": self._cut_connections}
        else:
            blows |= {"lock": self._lock}
        if self.sshd:
            blows |= {"sshd": self._kill_sshd, "sftp sessions": self.sshd.kill_sessions}
            blows |= {"sshd hangs": self._hang_sshd}
        blows |= {"worker": self._kill_worker} if self.worker else {}
        blows |= {"prefect": self._kill_prefect} if "--prefect" in self.options else {}
        if not self.left:  # each is struck once before any is struck again, the gateway thrice
            self.left = [*blows, "gateway", "gateway"]
            self.random.shuffle(self.left)
        name = self.left.pop()
        blows[name]()
        self.kills[name] += 1

    def _kill_gateway(self) -> None:
        _kill(self.gateway)
        self.gateway = self.site.start("up", *self.options)

    def _kill_worker(self) -> None:
        _kill(self.worker)
        self.worker = self.site.start("worker", log="worker.log")

    def _stop_database(self) -> None:
        if self.cluster:
            self.cluster.stop("immediate")
            time.sleep(self.random.random())
            self.cluster.start()

    def _cut_connections(self) -> None:
        """End every connection to the database; the server goes on."""
        if self.cluster:
            self.cluster.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def _kill_sshd(self) -> None:
        if self.sshd:
            self.sshd.kill()
            time.sleep(self.random.random() * 2)
            self.sshd.start()

    def _hang_sshd(self) -> None:
        if self.sshd:
            self.sshd.hang()
            time.sleep(self.random.random() * 3)
            self.sshd.go_on()

    def _lock(self) -> None:
        path = self.site.home / "var" / "ledger.db"
        if not path.exists():
            return
        holder = sqlite3.connect(path, isolation_level=None, timeout=20)
        try:
            holder.execute("BEGIN IMMEDIATE")
            time.sleep(self.random.random() * 2)
            holder.execute("ROLLBACK")
        except sqlite3.OperationalError:
            self.kills["lock not got"] += 1
        finally:
            holder.close()

    def _kill_prefect(self) -> None:
        """Kill the server that the gateway started; the gateway goes on without it."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            is_gateway = b"\x00up\x00" in line  # which names the port, too
            if str(PREFECT_PORT).encode() in line and b"prefect" in line and not is_gateway:
                os.kill(int(entry.name), signal.SIGKILL)


def _kill(process: "Popen[bytes] | None") -> None:
    """Kill with SIGKILL the process and all it started: nothing is tidied up."""
    if process is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
