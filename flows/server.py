"""Server: a Prefect server and a runner for retries as child processes of a running gateway."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

STOP_SECONDS = 15


def find_free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start_server(home: Path, port: int) -> "subprocess.Popen[bytes]":
    """Return the server of the site, starting on loopback; it needs some ten seconds to answer."""
    prefect = Path(sys.executable).with_name("prefect")
    command = [str(prefect), "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    return _start(command, home / "var" / "prefect-server.log")


def start_runner(home: Path) -> "subprocess.Popen[bytes]":
    """Return the process that picks up retries from Prefect's UI."""
    return _start([sys.executable, "-m", "flows.retries"], home / "var" / "prefect-runner.log")


def wait_until_healthy(api_url: str, seconds: float) -> bool:
    """Return whether the server answers within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{api_url}/health", timeout=1.0).status_code == httpx.codes.OK:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    return False


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a child and what it started, kindly first."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, sign)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _start(command: list[str], log: Path) -> "subprocess.Popen[bytes]":
    # A gateway that is killed outright takes its children with it: a runner left behind would pick up
    # retries beside the next one.
    ends_with_us = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as out:
        # A session of its own: Ctrl-C reaches the gateway, which then ends its children in order.
        return subprocess.Popen(  # noqa: S603 our own interpreter and its prefect, no shell
            [*ends_with_us, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
