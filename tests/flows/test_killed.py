"""Killed at this very line: a process dies between two steps, and the next one loses and repeats nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"

# A gateway that dies the moment a named function of ours is called for the n-th time.
SCRIPT = """
import os, signal, sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

module, name, when, count = sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
place = import_module(module)
original = getattr(place, name)
calls = 0

def dying(*args, **kwargs):
    global calls
    calls += 1
    if calls == count and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*args, **kwargs)
    if calls == count:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(place, name, dying)

from flows.orchestrator import Orchestrator
from flows.turn import Turning, take_turn
from gateway.clock import StillClock, use_clock
from gateway.gateway import open_gateway
from datetime import timedelta

clock = StillClock(datetime(2026, 11, 24, 12, 0))
with use_clock(clock):
    gateway = open_gateway(Path(sys.argv[1]))
    turning = Turning(gateway, Orchestrator(gateway, enabled=False))
    for _ in range(4):
        take_turn(turning)
        clock.advance(timedelta(seconds=5))
"""

PLACES = [
    ("gateway.received", "record_file", "before", 1),
    ("gateway.received", "record_file", "after", 1),
    ("gateway.receive", "mark_settled", "before", 1),
    ("flows.process", "take_file", "after", 1),
    ("flows.process", "apply_document", "before", 1),
    ("flows.process", "route_document", "after", 1),
    ("flows.process", "finish", "after", 1),
    ("flows.process", "answer_interchange", "before", 1),
    ("flows.process", "conclude_file", "before", 1),
    ("gateway.deliver", "finish_effects", "before", 1),
    ("gateway.deliver", "finish_effects", "before", 3),
    ("gateway.deliver", "finish_effects", "after", 1),
    ("gateway.tell", "keep_plans", "before", 1),
    ("gateway.deliver", "plan_ahead", "after", 1),
    ("gateway.tell", "deliver_command", "after", 1),
]


@pytest.mark.slow
@pytest.mark.parametrize(("module", "name", "when", "count"), PLACES)
def test_a_kill_between_two_steps_loses_and_repeats_nothing(
    world, module, name, when, count
) -> None:
    """After the next start everything is there exactly once: postings, ERP updates, 997, events."""
    world.release_orders()
    world.drop("drop/acme/in", "855.edi", (WEEK / "3_855.edi").read_bytes())
    died = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(world.home), module, name, when, str(count)],
        check=False,
        capture_output=True,
        cwd=Path(__file__).resolve().parents[2],
        env={key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"},
    )
    assert -signal.SIGKILL == died.returncode, died.stderr.decode()[-2000:]

    world.clock.moment = world.clock.moment.replace(day=25, hour=9)  # leases have run out
    world.turn(5)

    assert "delivered" == world.file("855.edi").state
    told = [one.partition("-")[0] for one in world.told_erp()]
    assert ["ConfirmOrder", "NoteOnOrder", "RecordReroute"] == told
    assert 1 == sum(one.startswith("860_") for one in world.out("acme"))
    assert 1 == sum(one.startswith("850_") for one in world.out("cascade"))
    assert 1 == sum(one.startswith("997_") for one in world.out("acme"))
    lines = [
        line
        for path in (world.home / "var" / "journal").glob("*.ndjson")
        for line in path.read_text().splitlines()
    ]
    assert 1 == sum("cmgateway.order.acknowledged.v1" in line for line in lines)
    assert {"done"} == {effect.state for effect in world.effects()}
    assert [] == [one.name for one in (world.home / "drop/acme/in").iterdir()]
