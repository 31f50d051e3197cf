"""Up: the running gateway: turns until told to stop, with Prefect beside it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import typer
from sqlalchemy import text

from console.logs import log_to_stderr
from console.operating.patience import Patience
from console.operating.telling import Teller
from flows.orchestrator import Orchestrator, prepare_environment
from flows.owner import heartbeat
from flows.secret_blocks import find_secret
from flows.server import start_runner, start_server, stop
from flows.turn import Turned, Turning, outlast, take_turn
from flows.watch import watch
from gateway.gateway import Gateway, opened
from gateway.places import make_folders
from gateway.post import open_door
from gateway.settings import load_site
from gateway.versions.running import list_drifts

WATCH_SECONDS = 60.0


@dataclass(slots=True, frozen=True)
class UpOptions:
    """How to run: with Prefect or without, on which port, and whether to end when idle."""

    prefect: bool = True
    port: int = 4200
    once: bool = False


def run(home: Path | None, options: UpOptions) -> None:
    """Run the gateway of a site until SIGINT or SIGTERM; with `once`, until there is nothing to do."""
    log_to_stderr()
    site = str(load_site(home).home)
    stopping = stop_on_signals()
    patience = Patience(stopping, gives_up=options.once)
    gateway = patience.outlast(lambda: opened(site))  # the same one that its flows open
    if gateway is None:
        return
    if options.prefect:
        gateway.secrets.ask = find_secret
    with _prefect(gateway, options):
        turning = Turning(gateway, Orchestrator(gateway, enabled=options.prefect))
        typer.echo(f"cmgateway is up in {gateway.site.home}; stop it with Ctrl-C", err=True)
        with heartbeat(gateway), open_door(gateway):
            _loop(turning, patience, once=options.once)
        turning.deliverer.close()
    gateway.hang_up()
    gateway.ledger.dispose()


def _loop(turning: Turning, patience: Patience, *, once: bool) -> None:
    watched = 0.0
    quiet = 0
    teller = Teller()
    while not patience.stopping.is_set():
        turned = _turn(turning, patience, teller)
        if time.monotonic() - watched > WATCH_SECONDS:
            nothing: list[str] = []
            for sentence in outlast(lambda: watch(turning.gateway), nothing):
                typer.echo(f"late: {sentence}", err=True)
            teller.tell_drifts(outlast(lambda: _find_drifts(turning.gateway), nothing))
            watched = time.monotonic()
        is_waiting = any(intake.is_busy for intake in turning.intakes)
        quiet = quiet + 1 if turned.is_idle and not is_waiting else 0
        if once and quiet:
            return
        _wait(turning.gateway, patience.stopping)


def _turn(turning: Turning, patience: Patience, teller: Teller) -> Turned:
    """Return what one turn did, once the ledger can be written; tell it."""
    gateway = turning.gateway
    if patience.outlast(lambda: _reach_ledger(gateway)) is None:
        return Turned()
    if gateway.partners.findings is not teller.findings:
        teller.tell_folders(make_folders(gateway))  # of partners that are new, too
        teller.tell_partners(gateway.partners)
    turned = patience.outlast(lambda: take_turn(turning)) or Turned()
    teller.tell(turned)
    return turned


def _find_drifts(gateway: Gateway) -> list[str]:
    """Return which mappings run as published while their files say something else."""
    with gateway.ledger.read() as tx:
        return list_drifts(tx, gateway.shelf.library)


def _reach_ledger(gateway: Gateway) -> bool:
    """Return true where the ledger can be written; asked first, so that a turn does not fail in each part."""
    with gateway.ledger.begin() as tx:
        tx.execute(text("SELECT 1"))
    return True


def _wait(gateway: Gateway, stopping: threading.Event) -> None:
    """Wait for the next poll, or until something has come or we are to stop."""
    until = time.monotonic() + gateway.site.poll_seconds
    while not stopping.is_set() and (left := until - time.monotonic()) > 0:
        if gateway.bell.wait(min(left, 0.5)):
            break
    gateway.bell.clear()


@contextmanager
def _prefect(gateway: Gateway, options: UpOptions) -> Iterator[None]:
    """Keep a Prefect server and a runner beside the gateway, unless one is named or none wanted."""
    if not options.prefect:
        yield
        return
    own = "PREFECT_API_URL" not in os.environ
    home = gateway.site.home
    prepare_environment(home, f"http://127.0.0.1:{options.port}/api")
    children = [start_server(home, options.port)] if own else []
    if not gateway.site.prefect_work_pool:  # else its workers do what the runner does
        children.append(start_runner(home))
    if own:
        typer.echo(f"Prefect will be at http://127.0.0.1:{options.port} in a moment", err=True)
    try:
        yield
    finally:
        for child in reversed(children):
            stop(child)


def stop_on_signals() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stopping = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stopping
