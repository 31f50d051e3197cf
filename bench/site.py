"""A site under load: its folders, orders its ERP releases, and the answers a CM drops."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.sshd import Sshd

ROOT = Path(__file__).resolve().parents[1]
CM = "acme"
FIRST = 4_600_000_000
PROMISED = date(2026, 12, 14)


@dataclass(slots=True)
class BenchSite:
    """One site in a folder of its own, with the environment its processes run in."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def cm_in(self) -> Path:
        """Return where the CM drops."""
        return self.home / "drop" / CM / "in"

    @property
    def cm_out(self) -> Path:
        """Return what lies in front of the CM."""
        return self.home / "drop" / CM / "out"

    @property
    def erp_in(self) -> Path:
        """Return what the ERP is told."""
        return self.home / "erp" / "in"

    @property
    def erp_out(self) -> Path:
        """Return where the ERP releases orders."""
        return self.home / "erp" / "out"

    def start(
        self, command: str = "up", *options: str, log: str = "up.log"
    ) -> "subprocess.Popen[bytes]":
        """Return a command of ours, running in a session of its own."""
        program = str(Path(sys.executable).with_name("cmgateway"))
        line = [program, "--home", str(self.home), command, *options]
        with (self.home / log).open("ab") as out:
            return subprocess.Popen(
                line, env=self.environment, stdout=out, stderr=out, start_new_session=True
            )

    def run(self, *arguments: str) -> None:
        """Run a command of ours to its end; raises CalledProcessError."""
        program = str(Path(sys.executable).with_name("cmgateway"))
        line = [program, "--home", str(self.home), *arguments]
        with (self.home / "run.log").open("ab") as out:
            subprocess.run(line, env=self.environment, stdout=out, stderr=out, check=True)


def make_site(home: Path, database_url: str = "") -> BenchSite:
    """Return a new site with the partners and mappings of the demo."""
    for folder in ("partners", "mappings"):
        shutil.copytree(ROOT / folder, home / folder)
    skipped = ("PREFECT_API_URL", "CMGATEWAY_DATABASE_URL", "CMGATEWAY_HOME")
    environment = {key: value for key, value in os.environ.items() if key not in skipped}
    if database_url:
        environment["CMGATEWAY_DATABASE_URL"] = database_url
    site = BenchSite(home, environment)
    for folder in (site.cm_in, site.cm_out, site.erp_in, site.erp_out):
        folder.mkdir(parents=True)
    return site


def use_sftp(site: BenchSite, server: Sshd) -> None:
    """Let the CM's files go through this server, from and into the same folders."""
    path = site.home / "partners" / f"{CM}.yaml"
    text = path.read_text()
    login = f'{{host: 127.0.0.1, port: {server.port}, user: {server.user}, key: BENCH_KEY, host_key: "{server.host_key}"}}'
    for folder in (site.cm_in, site.cm_out):
        relative = folder.relative_to(site.home)
        text = text.replace(f"folder: {relative}\n", f"folder: {folder}\n      sftp: {login}\n")
    path.write_text(text)
    site.environment["CMGATEWAY_SECRET_BENCH_KEY"] = server.user_key


def write_orders(numbers: range, cm: str = CM) -> bytes:
    """Return one JSON file of the ERP that releases these orders, of one line each."""
    orders = [
        {
            "order_no": str(FIRST + number),
            "released_on": "2026-11-26",
            "vendor": cm,
            "currency": "USD",
            "items": [
                {
                    "pos": "1",
                    "part": "A-100",
                    "rev": "B",
                    "text": "Bracket, milled",
                    "qty": "24",
                    "uom": "ST",
                    "price": "12.50",
                    "need_by": "2026-12-18",
                    "date_basis": "DELIVERY",
                }
            ],
        }
        for number in numbers
    ]
    return json.dumps(orders).encode()


def write_answers(numbers: range, control: int, sender: str = "ACMETOOL") -> bytes:
    """Return one X12 interchange of 855s that accept these orders, all in one group."""
    head = (
        f"ISA*00*          *00*          *ZZ*{sender:<15}*01*048826173      *261127*1015*U*00401*"
        f"{control:09d}*0*P*>~\nGS*PR*{sender}*KESTREL*20261127*1015*{control}*X*004010~\n"
    )
    sets = "".join(
        f"ST*855*{at:04d}~\nBAK*00*AC*{FIRST + number}*20261126*****20261127~\n"
        f"PO1*001*24*EA*1250**BP*A-100~\nACK*IA*24*EA*067*{PROMISED:%Y%m%d}~\n"
        f"CTT*1~\nSE*6*{at:04d}~\n"
        for at, number in enumerate(numbers, 1)
    )
    return f"{head}{sets}GE*{len(numbers)}*{control}~\nIEA*1*{control:09d}~\n".encode()


def drop(folder: Path, name: str, data: bytes) -> None:
    """Put a file there as a careful sender does: under a hidden name, then renamed."""
    part = folder / f".{name}.part"
    part.write_bytes(data)
    part.rename(folder / name)


def stop(process: "subprocess.Popen[bytes]", seconds: float = 30) -> None:
    """End a process and what it started, kindly first."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, sign)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def end_in_order() -> None:
    """Let SIGTERM end this process as Ctrl-C does, so that what it started ends too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def running(*processes: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Keep these processes for the block and end them after it."""
    try:
        yield
    finally:
        for process in processes:
            stop(process)
