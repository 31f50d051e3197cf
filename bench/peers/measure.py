"""Measure: one judge over one file, in a process of its own, as one line of JSON."""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

Work = Callable[[], int]  # does the file once and returns how many sets it saw
Tier = Callable[[str, str, str], Work]  # path, kind (850 …), folder with what the judge needs


def measure(tiers: dict[str, Tier]) -> None:
    """Do what the command line names (tier, file, kind, folder, seconds, small file) and print it.

    The small file goes first, untimed, so that maps and grammars are loaded; then the file is done
    again and again until so many seconds of CPU are spent, once where one pass takes longer.
    """
    tier, path, kind, folder, enough, small = sys.argv[1:7]
    size = Path(path).stat().st_size
    work = tiers[tier](path, kind, folder)
    tiers[tier](small, kind, folder)()
    spent, passes, documents = 0.0, 0, 0
    while spent < float(enough):
        start = time.process_time()
        documents = work()
        spent += time.process_time() - start
        passes += 1
        if documents == 0:
            break
    print(
        json.dumps(
            {
                "seconds": spent / passes,
                "documents": documents,
                "bytes": size,
                "rss": read_peak(),
            }
        )
    )


def read_peak() -> int:
    """Return the bytes of memory this process held at most; ru_maxrss would count its parent's."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
    for line in lines:
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
