"""Play: a week of trade through the real gateway, told as it happens."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text
from ruamel.yaml import YAML

from console.demo.ending import show_ending
from console.demo.stage import set_stage
from console.logs import log_to_stderr
from console.output import clean, show_error
from console.shape import wrap
from flows.orchestrator import Orchestrator, prepare_environment
from flows.server import find_free_port, start_server, stop, wait_until_healthy
from flows.turn import Turning, take_turn
from gateway.clock import StillClock, use_clock
from gateway.counted import counted
from gateway.gateway import Gateway, opened
from gateway.places import make_folders
from gateway.summary import Outcome

WEEK = Path(__file__).with_name("week")
SERVER_SECONDS = 120
TURNS = 3  # a file is seen, seen again unchanged and taken, and what it caused is done
PAUSE = timedelta(seconds=4)
INDENT = " " * 18  # as wide as day and time


class Step(msgspec.Struct, frozen=True):
    """One moment of the week: at this time this file is dropped there."""

    at: datetime
    tells: str
    file: str
    into: str
    marker: str = ""  # what its sender puts beside it when it is whole


@dataclass(slots=True)
class Stage:
    """Where the week is played."""

    gateway: Gateway
    clock: StillClock
    turning: Turning
    console: Console


def play(home: Path, *, prefect: bool = True) -> None:
    """Play the week on a fresh site in `home` and print what came of it."""
    console = Console()
    set_stage(home)
    log_to_stderr(level="error")  # the story tells what a warning would
    with ExitStack() as stack:
        if prefect:
            stack.enter_context(_prefect(home, console))
        gateway = opened(str(home))  # the same one that its flows open
        stack.callback(gateway.ledger.dispose)
        for sentence in make_folders(gateway):
            show_error(sentence)
        steps = load_week()
        clock = StillClock(steps[0].at)
        stack.enter_context(use_clock(clock))
        turning = Turning(gateway, Orchestrator(gateway, enabled=prefect))
        _play_steps(Stage(gateway, clock, turning, console), steps)
        show_ending(console, gateway)


def load_week() -> list[Step]:
    """Return the steps of the week, the earliest first."""
    said = YAML(typ="base", pure=True).load((WEEK / "week.yaml").read_text())
    return msgspec.convert(said, list[Step])


def _play_steps(stage: Stage, steps: list[Step]) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stage.console, transient=True) as progress:
        week = progress.add_task("one week of trade", total=len(steps))
        for step in steps:
            progress.update(week, description=f"{step.at:%a %H:%M}")
            outcomes = _play_step(stage, step)
            _tell(stage.console, step, outcomes)
            progress.advance(week)


def _play_step(stage: Stage, step: Step) -> list[Outcome]:
    stage.clock.moment = step.at
    path = stage.gateway.site.home / step.into
    _drop(path, (WEEK / step.file).read_bytes())
    if step.marker:
        _drop(path.with_name(path.name + step.marker), b"")
    outcomes: list[Outcome] = []
    for _ in range(TURNS):
        outcomes += take_turn(stage.turning).outcomes
        stage.clock.advance(PAUSE)
    return outcomes


def _drop(path: Path, data: bytes) -> None:
    """Put a file there the way a careful sender does: whole, then under its name."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.rename(path)


def _tell(console: Console, step: Step, outcomes: list[Outcome]) -> None:
    _print(console, f"{step.at:%a %d %b %H:%M}  ", step.tells)
    _print(console, INDENT, step.into, "dim")
    for outcome in outcomes:
        many = counted(outcome.documents, "document")
        _print(console, INDENT, f"{outcome.state}, {many}", "red" if outcome.is_failed else "green")
        if outcome.reason:
            _print(console, INDENT, outcome.reason)
    if not outcomes:
        _print(console, INDENT, "duplicate, nothing was changed", "yellow")


def _print(console: Console, start: str, text: str, style: str = "") -> None:
    """Print a text after its start, its further lines below its first."""
    said = "\n".join(wrap(clean(text), console.width, start, INDENT))
    console.print(Text(said, style=style), highlight=False, soft_wrap=True)


@contextmanager
def _prefect(home: Path, console: Console) -> Iterator[None]:
    """Keep a Prefect server beside the week; without one the week is played all the same."""
    port = find_free_port()
    prepare_environment(home, f"http://127.0.0.1:{port}/api")
    server = start_server(home, port)
    try:
        with console.status("Prefect is starting (some ten seconds; --no-prefect does without)"):
            answers = wait_until_healthy(os.environ["PREFECT_API_URL"], SERVER_SECONDS)
        if not answers:
            console.print("Prefect does not answer; the week is played without run history.")
        yield
    finally:
        stop(server)
