"""Chaos: a load of drops while processes and servers are killed at random, then every drop is counted.

`.venv/bin/python -m bench.chaos [--kills N] [--seed N] [--erp http|folder|tryton] [--postgres] [--prefect]
[--no-sftp]`; ends with 1 where a drop was lost, or had an effect twice.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.blows import PREFECT_PORT, Chaos, far_cm, near_cm
from bench.load import describe_machine, wait_for
from bench.postgres import running_cluster
from bench.site import FIRST, BenchSite, end_in_order, make_site, stop
from bench.sshd import find_sshd, running_sshd
from bench.struck_erps import FacadeErp, FolderErp, StruckErp
from bench.struck_tryton import TrytonErp

MOST_SECONDS_BETWEEN = 1.5
CALM_SECONDS = 900.0
ERPS: dict[str, Callable[[BenchSite, random.Random], StruckErp]] = {
    "http": FacadeErp,
    "folder": FolderErp,
    "tryton": TrytonErp,
}


def main() -> None:
    """Drop, kill, count."""
    options = _read_options()
    end_in_order()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cmgateway-chaos-")))
        cluster = stack.enter_context(running_cluster()) if options.postgres else None
        site = make_site(home / "site", cluster.create_database("chaos") if cluster else "")
        more = ["--prefect", "--port", str(PREFECT_PORT)] if options.prefect else ["--no-prefect"]
        server = stack.enter_context(running_sshd(home / "sshd")) if _has_sftp(options) else None
        cms = [near_cm(site), *([far_cm(site, server)] if server else [])]
        randomly = random.Random(options.seed)  # noqa: S311 repeatable
        erp = ERPS[options.erp](site, randomly)
        stack.callback(erp.stop)
        chaos = Chaos(site, randomly, more, cms, erp, cluster, server)
        ways = "folder and SFTP" if server else "folder"
        print(describe_machine(), "; ledger on ", "PostgreSQL" if cluster else "SQLite", sep="")
        print(
            f"ERP: {options.erp}; drops by {ways}, {options.rate:g} orders a second, seed {options.seed}",
            flush=True,
        )
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
        wait_for(lambda: chaos.died or not find_faults(chaos), "calm", CALM_SECONDS)
    except TimeoutError:
        print("after fifteen minutes of calm something is still missing")
    if chaos.died:
        print(f"a process ended by itself: {_last_line(chaos.site.home / 'up.log')}")
    faults = find_faults(chaos)
    seconds = time.monotonic() - started
    hit = ", ".join(f"{count} {name}" for name, count in sorted(chaos.kills.items()))
    print(f"{chaos.dropped} orders and answers in {seconds:.0f} s; struck: {hit}")
    kinds = Counter(fault.split(":")[0] for fault in faults)
    print(f"{kinds['lost']} lost, {kinds['twice']} twice")
    for fault in faults[:20]:
        print(f"  {fault}")
    return not faults and not chaos.died


def find_faults(chaos: Chaos) -> list[str]:
    """Return what is missing or there twice: each order's 850, confirmation, 997 and events."""
    site, wanted = chaos.site, [str(FIRST + number) for number in range(chaos.dropped)]
    seen = {
        "850": Counter(name.split("_")[1] for name in _list_out(chaos, "850_*")),
        "997": Counter(
            str(FIRST + int(name.split("_")[1]) - 1) for name in _list_out(chaos, "997_*")
        ),
        "confirmation": chaos.erp.count(),
    }
    seen |= _count_events(site)
    faults = [
        f"{_judge(count[po])}: {what} of {po}"
        for what, count in seen.items()
        for po in wanted
        if count[po] != 1
    ]
    left = [one.name for cm in chaos.cms for one in cm.into.iterdir()] + chaos.erp.left()
    faults += [] if wanted else ["lost: nothing was dropped"]
    return faults + [f"lost: {name} lies at its source" for name in left]


def _last_line(log: Path) -> str:
    return (log.read_text(errors="replace").splitlines() or ["it said nothing"])[-1]


def _list_out(chaos: Chaos, pattern: str) -> list[str]:
    return [one.name for cm in chaos.cms for one in cm.out.glob(pattern)]


def _has_sftp(options: argparse.Namespace) -> bool:
    if options.sftp and find_sshd() is None:
        sys.exit("no sshd here; run scripts/services.sh, or leave SFTP out with --no-sftp")
    return bool(options.sftp)


def _judge(count: int) -> str:
    return "lost" if count == 0 else "twice"


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


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=5, help="orders a second")
    parser.add_argument(
        "--erp", choices=tuple(ERPS), default="http", help="what is told, and struck"
    )
    parser.add_argument(
        "--postgres", action="store_true", help="the ledger on PostgreSQL, a worker"
    )
    parser.add_argument(
        "--no-sftp", dest="sftp", action="store_false", help="only a CM that drops into a folder"
    )
    parser.add_argument("--prefect", action="store_true", help="with run history")
    parser.add_argument(
        "--keep", action="store_true", help="leave the site where something is wrong"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
