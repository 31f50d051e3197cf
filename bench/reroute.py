"""How long a refused line takes to the next CM: python -m bench.reroute [--rounds 5] [--prefect].

From the moment an 855 with a rejected line lies whole in the drop until the 850 of that line lies
before the next CM, with `cmgateway up` running as it does at a site.
"""

import argparse
import json
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.site import ROOT, BenchSite, make_site

WEEK = ROOT / "console" / "demo" / "week"
NEXT = "cascade"
PATIENCE = 60.0
ORDER = "4500012345"


def main() -> None:
    """Print the seconds of each round, and the middle one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--prefect", action="store_true", help="with a Prefect server")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = make_site(Path(folder))
        running = site.start("up", *([] if asked.prefect else ["--no-prefect"]))
        try:
            seconds = [measure(site, number) for number in range(asked.rounds)]
        finally:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(30)
    print(" ".join(f"{one:.2f}" for one in seconds))
    print(f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s")


def measure(site: BenchSite, number: int) -> float:
    """Return the seconds from the drop of a refusal to the order before the next CM."""
    po_number = f"47{number:08d}"
    order = json.loads((WEEK / "1_orders.json").read_text())[0] | {"order_no": po_number}
    needed = (datetime.now(UTC).date() + timedelta(days=24)).isoformat()
    for item in order["items"]:
        item["need_by"] = needed
    drop(site.erp_out / f"orders_{number}.json", json.dumps(order))
    wait_for(lambda: find(site.cm_out, f"850_{po_number}_"))
    text = (WEEK / "3_855.edi").read_text().replace(ORDER, po_number)
    text = text.replace("000000702", f"{number + 1:09d}")
    begun = time.monotonic()
    drop(site.cm_in / f"855_{number}.edi", text)
    wait_for(lambda: find(site.home / "drop" / NEXT / "out", f"850_{po_number}-R1_"))
    return time.monotonic() - begun


def drop(path: Path, text: str) -> None:
    """Put a file in whole, as a partner that renames does."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text)
    part.rename(path)


def find(folder: Path, prefix: str) -> bool:
    """Return whether a file of that name lies there."""
    return folder.is_dir() and any(one.name.startswith(prefix) for one in folder.iterdir())


def wait_for(is_there: Callable[[], bool]) -> None:
    """Look every hundredth of a second; end the run where it takes too long."""
    until = time.monotonic() + PATIENCE
    while not is_there():
        if time.monotonic() > until:
            raise SystemExit(f"nothing came in {PATIENCE:.0f} s")
        time.sleep(0.01)


if __name__ == "__main__":
    main()
