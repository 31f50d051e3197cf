"""Chaos: a load of drops while processes and servers are killed at random, then every drop is counted.

`.venv/bin/python -m bench.chaos [--kills N] [--seed N] [--postgres] [--prefect]`; ends with 1 where
a drop was lost, or had an effect twice.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from bench.load import describe_machine, wait_for
from bench.postgres import Cluster, running_cluster
from bench.site import (
    FIRST,
    BenchSite,
    drop,
    end_in_order,
    make_site,
    stop,
    write_answers,
    write_orders,
)

MOST_SECONDS_BETWEEN = 1.5
CALM_SECONDS = 900.0
PREFECT_PORT = 4272


@dataclass(slots=True)
class Chaos:
    """One site, what is running for it, and what was killed."""

    site: BenchSite
    random: random.Random
    options: list[str]
    cluster: Cluster | None = None
    gateway: "Popen[bytes] | None" = None
    worker: "Popen[bytes] | None" = None
    kills: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start the gateway, and on PostgreSQL a worker beside it."""
        self.gateway = self.site.start("up", *self.options)
        if self.cluster:
            self.worker = self.site.start("worker", log="worker.log")

    def drop_all(self, rate: float) -> None:
        """Drop an order, and its answer once the order was sent, until it is ended."""
        waiting: list[int] = []
        while not self.ended.wait(1 / rate) or waiting:
            if not self.ended.is_set():
                number = self.dropped
                drop(self.site.erp_out, f"o_{number}.json", write_orders(range(number, number + 1)))
                waiting.append(number)
                self.dropped += 1
            sent = {name.split("_")[1] for name in os.listdir(self.site.cm_out) if "850_" in name}  # noqa: PTH208 the fastest
            for number in [one for one in waiting if str(FIRST + one) in sent]:
                data = write_answers(range(number, number + 1), number + 1)
                drop(self.site.cm_in, f"855_{number}.edi", data)
                waiting.remove(number)
            time.sleep(0.05 if self.ended.is_set() else 0)

    def strike(self) -> None:
        """Kill or take away one thing, and bring it back."""
        blows = {"gateway": self._kill_gateway, "erp folder": self._take_erp_away}
        blows |= {"database": self._stop_database} if self.cluster else {"lock": self._lock}
        blows |= {"worker": self._kill_worker} if self.worker else {}
        blows |= {"prefect": self._kill_prefect} if "--prefect" in self.options else {}
        name = self.random.choice([*blows, "gateway", "gateway"])
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

    def _take_erp_away(self) -> None:
        folder, away = self.site.erp_in, self.site.home / "away"
        folder.rename(away)
        try:
            folder.write_text("nothing is mounted here")
        except OSError:  # the gateway made a folder of that name in between
            self.kills["erp folder not taken"] += 1
        time.sleep(self.random.random() * 2)
        if folder.is_dir():
            for file in folder.iterdir():
                file.rename(away / file.name)
            folder.rmdir()
        else:
            folder.unlink(missing_ok=True)
        away.rename(folder)

    def _kill_prefect(self) -> None:
        """Kill the server that the gateway started; the gateway goes on without it."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(PREFECT_PORT).encode() in line and b"prefect" in line:
                os.kill(int(entry.name), signal.SIGKILL)


def main() -> None:
    """Drop, kill, count."""
    options = _read_options()
    end_in_order()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cmgateway-chaos-")))
        cluster = stack.enter_context(running_cluster()) if options.postgres else None
        site = make_site(home / "site", cluster.create_database("chaos") if cluster else "")
        more = ["--prefect", "--port", str(PREFECT_PORT)] if options.prefect else ["--no-prefect"]
        chaos = Chaos(site, random.Random(options.seed), more, cluster)  # noqa: S311 repeatable
        print(describe_machine(), "; ledger on ", "PostgreSQL" if cluster else "SQLite", sep="")
        stack.callback(lambda: [stop(one) for one in (chaos.gateway, chaos.worker) if one])
        is_fine = run(chaos, options.kills, options.rate)
        if not is_fine and options.keep:
            print(f"the site is left in {stack.pop_all() and home}")
    sys.exit(0 if is_fine else 1)


def run(chaos: Chaos, kills: int, rate: float) -> bool:
    """Return whether nothing was lost and nothing done twice."""
    started = time.monotonic()
    chaos.start()
    dropping = threading.Thread(target=chaos.drop_all, args=(rate,), daemon=True)
    dropping.start()
    for _ in range(kills):
        time.sleep(chaos.random.random() * MOST_SECONDS_BETWEEN)
        chaos.strike()
    chaos.ended.set()
    try:
        dropping.join(CALM_SECONDS)
        wait_for(lambda: not find_faults(chaos), "calm", CALM_SECONDS)
    except TimeoutError:
        print("after fifteen minutes of calm something is still missing")
    faults = find_faults(chaos)
    seconds = time.monotonic() - started
    hit = ", ".join(f"{count} {name}" for name, count in sorted(chaos.kills.items()))
    print(f"{chaos.dropped} orders and answers in {seconds:.0f} s; struck: {hit}")
    kinds = Counter(fault.split(":")[0] for fault in faults)
    print(f"{kinds['lost']} lost, {kinds['twice']} twice")
    for fault in faults[:20]:
        print(f"  {fault}")
    return not faults


def find_faults(chaos: Chaos) -> list[str]:
    """Return what is missing or there twice: each order's 850, confirmation, 997 and events."""
    site, wanted = chaos.site, [str(FIRST + number) for number in range(chaos.dropped)]
    seen = {
        "850": Counter(one.name.split("_")[1] for one in site.cm_out.glob("850_*")),
        "997": Counter(
            str(FIRST + int(one.name.split("_")[1]) - 1) for one in site.cm_out.glob("997_*")
        ),
        "confirmation": Counter(_order_of(one) for one in site.erp_in.glob("ConfirmOrder-*")),
    }
    seen |= _count_events(site)
    faults = [
        f"{_judge(count[po])}: {what} of {po}"
        for what, count in seen.items()
        for po in wanted
        if count[po] != 1
    ]
    left = [one.name for folder in (site.cm_in, site.erp_out) for one in folder.iterdir()]
    return faults + [f"lost: {name} lies at its source" for name in left]


def _judge(count: int) -> str:
    return "lost" if count == 0 else "twice"


def _order_of(path: Path) -> str:
    return str(json.loads(path.read_bytes())["data"]["po_number"])


def _count_events(site: BenchSite) -> dict[str, Counter[str]]:
    names = ("order.released", "order.sent", "order.acknowledged")
    seen: dict[str, Counter[str]] = {name: Counter() for name in names}
    for path in (site.home / "var" / "journal").glob("*.ndjson"):
        for line in path.read_bytes().splitlines():
            event = json.loads(line)
            name = event["type"].removeprefix("cmgateway.").removesuffix(".v1")
            if name in seen:
                seen[name][event["data"]["po_number"]] += 1
    return seen


def _kill(process: "Popen[bytes] | None") -> None:
    """Kill with SIGKILL the process and all it started: nothing is tidied up."""
    if process is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=5, help="orders a second")
    parser.add_argument(
        "--postgres", action="store_true", help="the ledger on PostgreSQL, a worker"
    )
    parser.add_argument("--prefect", action="store_true", help="with run history")
    parser.add_argument(
        "--keep", action="store_true", help="leave the site where something is wrong"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
