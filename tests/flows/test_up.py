"""Up: a running gateway takes what is dropped, ends in order, and two of them share a site."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEEK = ROOT / "console" / "demo" / "week"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
pytestmark = pytest.mark.slow


def start(home: Path, *options: str) -> "subprocess.Popen[bytes]":
    """Start the command as a user would."""
    command = [str(Path(sys.executable).with_name("cmgateway")), "--home", str(home), "up"]
    return subprocess.Popen(
        [*command, "--no-prefect", *options], env=ENVIRONMENT, stderr=subprocess.PIPE
    )


def wait_for(path: Path, pattern: str, count: int, seconds: float = 40) -> list[Path]:
    """Return the files of a folder once there are that many."""
    deadline = time.monotonic() + seconds
    found: list[Path] = []
    while time.monotonic() < deadline:
        found = sorted(path.glob(pattern))
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def test_a_dropped_order_leaves_as_850_and_csv(home: Path) -> None:
    """Started with an empty site: folders are made, files taken, and SIGTERM ends it with 0."""
    process = start(home)
    try:
        wait_for(home / "erp", "out", 1)
        part = home / "erp" / "out" / ".orders.json.part"
        part.write_bytes((WEEK / "1_orders.json").read_bytes())
        part.rename(home / "erp" / "out" / "orders.json")
        wait_for(home / "drop" / "acme" / "out", "850_*.edi", 1)
        wait_for(home / "drop" / "borealis" / "out", "bestellung_*.csv", 1)
    finally:
        process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)

    assert 0 == process.returncode, said.decode()
    assert b"Traceback" not in said


def test_two_gateways_on_one_site_do_nothing_twice(home: Path) -> None:
    """Both poll the same folders; every order is sent once."""
    processes = [start(home), start(home)]
    try:
        wait_for(home / "erp", "out", 1)
        order = (WEEK / "5_orders.json").read_text()
        for number in range(20):
            text = order.replace("4500012351", f"46000{number:05d}")
            part = home / "erp" / "out" / f".{number}.part"
            part.write_text(text)
            part.rename(home / "erp" / "out" / f"order_{number}.json")
        sent = wait_for(home / "drop" / "acme" / "out", "850_*.edi", 20)
        time.sleep(2)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=20)[1] for process in processes]
    numbers = sorted(path.name.split("_")[1] for path in sent)

    assert [f"46000{number:05d}" for number in range(20)] == numbers
    assert 20 == len(list((home / "drop" / "acme" / "out").glob("850_*.edi")))
    assert [0, 0] == [process.returncode for process in processes], said
