"""Load: how fast a drop reaches the ERP, a burst is done, a large interchange is done.

Run it as it is printed in bench/RESULTS.md: `.venv/bin/python -m bench.load [--quick] …`.
"""

import argparse
import os
import platform
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from bench.postgres import running_cluster
from bench.site import (
    BenchSite,
    drop,
    end_in_order,
    make_site,
    running,
    use_sftp,
    write_answers,
    write_orders,
)
from bench.sshd import running_sshd

NUMBER = re.compile(rb'"po_number": "46(\d{8})"')
CONFIRMED = "ConfirmOrder-"
PATIENCE = 600.0
CHUNK = 2500


@dataclass(slots=True, frozen=True)
class Usage:
    """What a process and its children took."""

    cpu_seconds: float
    rss_megabytes: float


def main() -> None:
    """Measure what is asked for and print one table."""
    options = _read_options()
    end_in_order()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cmgateway-load-")))
        url = ""
        if options.postgres:
            cluster = stack.enter_context(running_cluster())
            url = cluster.create_database("load")
        site = make_site(home / "site", url)
        if options.sftp:
            use_sftp(site, stack.enter_context(running_sshd(home / "sshd")))
        ledger, way = "PostgreSQL" if url else "SQLite", "SFTP" if options.sftp else "a folder"
        print(f"{describe_machine()}; ledger on {ledger}, files through {way}", flush=True)
        prefect = ["--prefect", "--port", "4271"] if options.prefect else ["--no-prefect"]
        process = site.start("up", *prefect)
        workers = [site.start("worker", log=f"worker{n}.log") for n in range(options.workers)]
        stack.enter_context(running(process, *workers))
        Load(site, [process, *workers]).measure(options)


@dataclass(slots=True)
class Load:
    """A site with its processes, and how many orders it was given."""

    site: BenchSite
    processes: "list[Popen[bytes]]"
    released: int = 0

    def measure(self, options: argparse.Namespace) -> None:
        """Print each measurement that is asked for."""
        self.release(1, "warm")
        self.answer_one_by_one(0.0, range(1))
        if options.seconds:
            self.latency(int(options.seconds * options.rate), options.rate)
        if options.burst:
            self.burst(options.burst)
        if options.large:
            self.large(options.large)

    def release(self, count: int, name: str) -> range:
        """Return the numbers of new orders, released and sent to the CM."""
        numbers = range(self.released, self.released + count)
        for start in range(numbers.start, numbers.stop, CHUNK):
            chunk = range(start, min(start + CHUNK, numbers.stop))
            drop(self.site.erp_out, f"{name}_{start}.json", write_orders(chunk))
        self.released = numbers.stop
        wait_for(lambda: count_files(self.site.cm_out, "850_") >= numbers.stop, "850s")
        return numbers

    def latency(self, count: int, rate: float) -> None:
        """Print the time from each drop to the ERP's file, at a steady rate."""
        numbers = self.release(count, "steady")
        before, started = usage_of(self.processes), time.monotonic()
        took = sorted(self.answer_one_by_one(1 / rate, numbers))
        after, elapsed = usage_of(self.processes), time.monotonic() - started
        p50, p95, p99 = (
            took[min(len(took) - 1, int(len(took) * part))] for part in (0.5, 0.95, 0.99)
        )
        cpu = (after.cpu_seconds - before.cpu_seconds) / elapsed
        print(
            f"steady  {len(took)} files at {rate:g}/s: p50 {p50:.2f} s  p95 {p95:.2f} s  "
            f"p99 {p99:.2f} s  max {took[-1]:.2f} s; CPU {cpu:.0%}, RSS {after.rss_megabytes:.0f} MB"
        )
        print(write_histogram(took))

    def answer_one_by_one(self, pause: float, numbers: range) -> list[float]:
        """Return the seconds from each drop to the ERP's file."""
        dropped: dict[int, float] = {}
        begun = time.monotonic()
        for at, number in enumerate(numbers):
            delay = begun + at * pause - time.monotonic()
            if delay > 0:
                time.sleep(delay)
            data = write_answers(range(number, number + 1), number + 1)
            drop(self.site.cm_in, f"855_{number}.edi", data)
            dropped[number] = time.time()
        known = dict(self.wait_confirmed(numbers))
        return [known[number] - moment for number, moment in dropped.items()]

    def burst(self, count: int) -> None:
        """Print how fast so many files are done that lie there all at once."""
        numbers = self.release(count, "burst")
        files = [(f"855_{n}.edi", write_answers(range(n, n + 1), n + 1)) for n in numbers]
        before, started = usage_of(self.processes), time.time()
        for name, data in files:
            drop(self.site.cm_in, name, data)
        self._tell(f"burst   {count} files of one document", count, started, before, numbers)

    def large(self, count: int) -> None:
        """Print how fast one interchange of so many documents is done."""
        numbers = self.release(count, "large")
        before, started = usage_of(self.processes), time.time()
        drop(self.site.cm_in, f"large_{numbers.start}.edi", write_answers(numbers, 900_000_000))
        self._tell(f"large   one file of {count} documents", count, started, before, numbers)

    def _tell(self, what: str, count: int, started: float, before: Usage, numbers: range) -> None:
        took = max(moment for _, moment in self.wait_confirmed(numbers)) - started
        after = usage_of(self.processes)
        cpu = (after.cpu_seconds - before.cpu_seconds) / took
        print(
            f"{what}: {took:.1f} s to the last ERP file, {count / took:.0f}/s; "
            f"CPU {cpu:.0%}, RSS {after.rss_megabytes:.0f} MB"
        )

    def wait_confirmed(self, numbers: range) -> Iterator[tuple[int, float]]:
        """Yield each order with the moment its confirmation lay before the ERP."""

        def is_done() -> bool:
            return count_files(self.site.erp_in, CONFIRMED) >= numbers.stop

        wait_for(is_done, "confirmations")
        for entry in os.scandir(self.site.erp_in):
            found = NUMBER.search(Path(entry.path).read_bytes())
            if entry.name.startswith(CONFIRMED) and found and int(found[1]) in numbers:
                yield int(found[1]), entry.stat().st_mtime


def wait_for(is_done: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until it is so; raises TimeoutError."""
    deadline = time.monotonic() + patience
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.2)


def count_files(folder: Path, prefix: str) -> int:
    """Return how many files there begin so."""
    return sum(name.startswith(prefix) for name in os.listdir(folder))  # noqa: PTH208 the fastest


def usage_of(processes: "list[Popen[bytes]]") -> Usage:
    """Return CPU seconds and resident memory of the processes; Prefect's server is not ours."""
    ticks = os.sysconf("SC_CLK_TCK")
    cpu, rss = 0.0, 0.0
    for process in processes:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        cpu += (int(fields[11]) + int(fields[12])) / ticks
        rss += int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return Usage(cpu, rss)


def write_histogram(seconds: list[float]) -> str:
    """Return a line for each quarter of a second."""
    buckets: dict[int, int] = {}
    for one in seconds:
        buckets[int(one * 4)] = buckets.get(int(one * 4), 0) + 1
    most = max(buckets.values())
    return "\n".join(
        f"  {at / 4:5.2f} s {buckets.get(at, 0):6d} {'#' * (40 * buckets.get(at, 0) // most)}"
        for at in range(max(buckets) + 1)
    )


def describe_machine() -> str:
    """Return cores, CPU, Python and the disk's sync: figures are worth nothing without them."""
    model = next(
        (line.partition(":")[2].strip() for line in _list_cpu_lines() if "model name" in line), "?"
    )
    python = platform.python_version()
    return f"{os.cpu_count()} cores {model}, Python {python}, {measure_sync() * 1000:.1f} ms a sync"


def measure_sync(count: int = 50) -> float:
    """Return the seconds that a sync of a small file takes now; others may be using the disk."""
    with tempfile.NamedTemporaryFile() as file:
        started = time.monotonic()
        for _ in range(count):
            file.write(b"x" * 200)
            file.flush()
            os.fsync(file.fileno())
        return (time.monotonic() - started) / count


def _list_cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="of steady load; 0: none")
    parser.add_argument("--rate", type=float, default=10, help="files a second")
    parser.add_argument("--burst", type=int, default=5000, help="files at once; 0: none")
    parser.add_argument("--large", type=int, default=5000, help="documents in one file; 0: none")
    parser.add_argument(
        "--quick", action="store_true", help="20 seconds, 500 files, 2000 documents"
    )
    parser.add_argument("--postgres", action="store_true", help="the ledger on PostgreSQL")
    parser.add_argument("--sftp", action="store_true", help="through a real sshd, not a folder")
    parser.add_argument("--prefect", action="store_true", help="with run history")
    parser.add_argument("--workers", type=int, default=0, help="processes beside the gateway")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.burst, options.large = 20, 500, 2000
    return options


if __name__ == "__main__":
    main()
