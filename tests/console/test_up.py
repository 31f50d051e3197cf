"""`cmgateway up`: what it says, what it outlasts, and how its options end it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from console.logs import Once
from console.operating.patience import Patience
from console.operating.telling import Teller
from flows.turn import Turned
from gateway.partners.partners import Partners
from gateway.summary import Outcome
from translators.findings import Finding

PROGRAM = str(Path(sys.executable).with_name("cmgateway"))
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
LOCKED = OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))


def up_once(home: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run `up` until nothing is left to do."""
    return subprocess.run(
        [PROGRAM, "--home", str(home), "up", "--no-prefect", "--once", *options],
        env=ENVIRONMENT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_once_ends_when_nothing_is_left(home) -> None:
    """Folders are made, nothing is there: exit code 0."""
    done = up_once(home)

    assert (0, "") == (done.returncode, done.stdout), done.stderr
    assert (home / "drop" / "acme" / "in").is_dir()


def test_a_port_that_is_none_is_refused(home) -> None:
    """The option wants a number."""
    assert 2 == up_once(home, "--port", "many").returncode


def test_a_folder_that_cannot_be_made_is_a_sentence_and_the_others_start(home) -> None:
    """A file stands in the way of one partner's folder."""
    (home / "drop" / "acme").mkdir(parents=True)
    (home / "drop" / "acme" / "in").write_text("in the way")
    done = up_once(home)

    assert 0 == done.returncode, done.stderr
    assert 1 == done.stderr.count("partner acme: its folder drop/acme/in cannot be made (File exi")
    assert (home / "drop" / "borealis" / "in").is_dir()
    assert "Traceback" not in done.stderr


@pytest.fixture
def running(home, tmp_path):
    """Return a running `up` and what reads its stderr."""
    log = tmp_path / "up.err"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [PROGRAM, "--home", str(home), "up", "--no-prefect"], env=ENVIRONMENT, stderr=stream
        )
    yield log.read_text
    process.send_signal(signal.SIGTERM)
    assert 0 == process.wait(20)


def wait_for(said: Callable[[], str], words: str) -> None:
    """Wait until the words were said."""
    deadline = time.monotonic() + 40
    while words not in said():
        assert time.monotonic() < deadline, said()
        time.sleep(0.1)


@pytest.mark.slow
def test_a_partner_file_that_breaks_meanwhile_is_told_and_so_is_its_mend(home, running) -> None:
    """Once each, with what is wrong in it; a folder of a new partner is made."""
    path = home / "partners" / "borealis.yaml"
    whole = path.read_text()
    wait_for(running, "cmgateway is up")
    path.write_text(whole.replace("usage: production", "usage: prodction", 1))
    wait_for(running, "partner borealis is left out: error: (borealis.yaml:")
    path.write_text(whole.replace("drop/borealis", "drop/elsewhere"))
    wait_for(running, "partner borealis is used again: its file is mended")
    assert 1 == running().count("is left out")
    assert (home / "drop" / "elsewhere" / "in").is_dir()


def test_a_locked_ledger_is_waited_for_and_told_once(capsys) -> None:
    """It fails three times, then goes on; one sentence for the fault and one for its end."""
    faults = [LOCKED, LOCKED, LOCKED]

    def step() -> str:
        if faults:
            raise faults.pop()
        return "done"

    assert "done" == Patience(threading.Event(), seconds=0.001).outlast(step)
    assert [
        "the ledger cannot be used: database is locked; cmgateway waits and tries again",
        "what failed works again; cmgateway goes on",
    ] == capsys.readouterr().err.splitlines()


def test_patience_ends_when_we_are_to_stop(capsys) -> None:
    """Ctrl-C ends the waiting; nothing is raised."""
    stopping = threading.Event()

    def step() -> None:
        stopping.set()
        raise LOCKED

    assert Patience(stopping).outlast(step) is None
    assert 1 == len(capsys.readouterr().err.splitlines())


@pytest.mark.parametrize(
    ("gives_up", "fault"), [(True, LOCKED), (False, ValueError("a fault of ours"))]
)
def test_what_does_not_pass_is_raised(gives_up, fault) -> None:
    """A fault of ours, and under --once any fault."""

    def step() -> None:
        raise fault

    with pytest.raises(type(fault)):
        Patience(threading.Event(), gives_up=gives_up).outlast(step)


def test_each_thing_is_said_once(capsys) -> None:
    """A file that another worker has is not told, one that waits is told once for each reason."""
    waits = Outcome(file_id=2, name="b.edi", partner="north", state="waiting", reason="disk full")
    parked = Outcome(file_id=3, name="c.edi", partner="north", state="parked", reason="no order")
    taken = Outcome(file_id=1, state="taken", reason="another worker has it")
    teller = Teller()
    teller.tell(Turned(outcomes=[taken, waits, parked]))
    teller.tell(Turned(outcomes=[waits, taken]))

    assert [
        "north b.edi waiting: disk full",
        "north c.edi parked: no order",
    ] == capsys.readouterr().err.splitlines()


def test_partner_files_are_told_as_they_change(capsys) -> None:
    """Broken, still broken, mended."""
    finding = Finding(level="error", code="bad-value", sentence="usage holds 'x'", place="n.yaml:3")
    broken = Partners(Path(), findings={"north": (finding,)})
    teller = Teller()
    for partners in (broken, broken, Partners(Path(), partners={"north": None})):  # type: ignore[dict-item]
        teller.tell_partners(partners)

    assert [
        "partner north is left out: error: (n.yaml:3): usage holds 'x'; see cmgateway partner check",
        "partner north is used again: its file is mended",
    ] == capsys.readouterr().err.splitlines()


def test_a_warning_of_each_turn_is_logged_once() -> None:
    """The same words about the same channel are dropped for five minutes; other words are not."""
    once = Once()
    said = {"event": "channel failed", "channel": "north/drop"}

    assert said == once(None, "warning", said)
    with pytest.raises(structlog.DropEvent):
        once(None, "warning", dict(said))
    assert once(None, "warning", said | {"channel": "south/drop"})
    assert once(None, "info", said)
