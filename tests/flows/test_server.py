"""The children of a running gateway."""

import subprocess
import sys
import time
from pathlib import Path


def test_children_end_when_the_gateway_is_killed_outright(tmp_path) -> None:
    """A runner left behind would pick up retries beside the next one."""
    code = (
        "import sys, time; from pathlib import Path; from flows.server import _start\n"
        "child = _start(['sleep', '60'], Path(sys.argv[1]) / 'log')\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    time.sleep(0.3)  # until it is the program it is to be
    parent.kill()
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 10
    while _runs(child):
        assert time.monotonic() < deadline, "it goes on"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.is_file() and "State:\tZ" not in status.read_text()
