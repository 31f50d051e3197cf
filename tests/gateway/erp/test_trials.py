"""Commands against a real Tryton and a facade that keeps our contract, through lines that fail."""

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import msgspec
import pytest

from bench.erp_facade import TOKEN, Facade
from bench.erp_faults import VERBS, try_verb
from bench.erp_trials import (
    MAKER,
    WORDS,
    Trial,
    facade_trial,
    look_into_tryton,
    persist,
    tryton_trial,
    write_commands,
)
from bench.faulty_line import FAULTS
from bench.tryton import Tryton, find_free_port
from gateway.erp.erp import deliver_command
from gateway.erp.errors import (
    ErpError,
    ErpQuestionError,
    ErpRejectedError,
    ErpStaleError,
    ErpUnavailableError,
    ErpUnknownError,
)
from gateway.erp.http import HttpErp
from gateway.erp.tryton.erp import TrytonErp
from gateway.erp.wire import make_client

_random = Random()  # noqa: S311 where to strike
ROOT = Path(__file__).resolve().parents[3]
QUICK = [name for name, (_, shown) in FAULTS.items() if shown != "late"]
WAITS = pytest.mark.timeout(420)  # until Tryton is installed, once a machine


@pytest.fixture
def facade(tmp_path: Path):
    """Return a facade with an order, behind a faulty line."""
    with facade_trial(tmp_path, patience=0.3) as trial:
        yield trial


@pytest.fixture
def ordered(fresh_tryton: Tryton):
    """Return Tryton with an order, behind a faulty line."""
    with tryton_trial(fresh_tryton) as trial:
        yield trial


def _list_wrong(trial: Trial, verb: str, faults: list[str]) -> list[tuple]:
    return [one for one in try_verb(trial, verb, faults) if not one[3]]


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_a_facade_holds_everything_once_whichever_call_fails(facade, verb) -> None:
    """Each call of each verb is failed in each way, before and after the ERP; a repeat is unchanged."""
    assert [] == _list_wrong(facade, verb, QUICK)


def test_an_answer_that_comes_too_late_is_looked_for(facade) -> None:
    """The command is done, and we had hung up."""
    assert [] == _list_wrong(facade, "note", ["too late"])


@WAITS
@pytest.mark.slow
@pytest.mark.parametrize("verb", ["confirm", "ship", "count"])
def test_tryton_holds_everything_once_when_an_answer_is_lost(ordered, verb) -> None:
    """One call in twenty-four is done and its answer lost; `python -m bench.erp_faults tryton` fails them all."""
    command, key = write_commands(ordered.po_number)[verb], f"north-trial-{verb}-1"
    ordered.line.expect()
    persist(ordered.erp, command, key)
    calls, wanted = ordered.line.calls, ordered.look()
    assert "already" == persist(ordered.erp, command, key)[0].result
    assert wanted == ordered.look()
    for call in range(_random.randint(1, min(24, calls)), calls + 1, 24):
        ordered.reset()
        ordered.line.expect("cut after", call)
        persist(ordered.erp, command, key)
        assert wanted == ordered.look(), call


def _race(make, command, writers: int = 6) -> Counter:
    """Return what became of writers that all tell the same thing at the same moment."""
    results: Counter[str] = Counter()
    start = threading.Barrier(writers)

    def write() -> None:
        erp = make()
        start.wait()
        try:
            results[deliver_command(erp, command, "north-race-1").result] += 1
        except ErpStaleError:
            results["stale"] += 1
        except ErpError as error:
            results[f"{error}"] += 1
        finally:
            erp.close()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_six_writers_of_one_shipment_leave_one_at_a_facade(facade) -> None:
    """One is first, the others find it there."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    command = write_commands(facade.po_number)["ship"]
    results = _race(lambda: HttpErp(make_client(facade.line.url, 10, headers)), command)
    held, _, posted = facade.look()
    assert {"applied", "already"} >= results.keys()
    assert (1, 1) == (len(held), len(posted))


@WAITS
@pytest.mark.slow
def test_six_writers_of_one_shipment_leave_one_in_tryton(ordered, fresh_tryton) -> None:
    """The stamps of the deliveries make all but one lose, who then find it there."""
    command = write_commands(ordered.po_number)["ship"]
    results = _race(lambda: TrytonErp(fresh_tryton.rpc(), WORDS), command)
    held = ordered.look()
    assert 1 == len(held["shipments"])
    assert {"applied", "already", "stale"} >= results.keys(), results
    amounts = sorted(one.split("'quantity': ")[1].split(",")[0] for one in held["moves"])
    assert ["10.0", "250.0", "40.0", "50.0"] == amounts


@pytest.mark.slow
def test_a_facade_killed_at_random_moments_holds_everything_once(tmp_path) -> None:
    """It comes back with what it had committed; the kept plan is gone on with."""
    file, port = tmp_path / "facade.db", find_free_port()
    Facade(file).release(
        {
            "po_number": "1",
            "ordered_on": "2026-11-02",
            "supplier": MAKER,
            "lines": [
                {"line_number": "1", "ordered": {"value": "100", "unit": "EA"}},
                {"line_number": "2", "ordered": {"value": "250", "unit": "EA"}},
            ],
        }
    )
    ended = threading.Event()

    def keep_killing() -> None:
        while not ended.is_set():
            command = [sys.executable, "-m", "bench.erp_facade", str(file), str(port)]
            server = subprocess.Popen(command, cwd=ROOT)
            ended.wait(0.4 + _random.random() * 0.3)
            server.send_signal(signal.SIGKILL)
            server.wait()

    killer = threading.Thread(target=keep_killing)
    killer.start()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    erp = HttpErp(make_client(f"http://127.0.0.1:{port}", 1, headers))
    try:
        for name, command in write_commands("1").items():
            has_many = name in ("note", "reroute")
            plans: list = []
            for number in range(8):
                plans = [] if has_many else plans
                _insist(erp, command, f"north-{name}-{number if has_many else 1}", plans)
    finally:
        ended.set()
        killer.join()
        erp.close()
    with closing(Facade(file).connect()) as db:
        posted = db.execute("SELECT path, count(*) FROM posted GROUP BY path").fetchall()
    assert 3 + 16 == len(posted)
    assert {1} == {times for _, times in posted}


def _insist(erp, command, key: str, plans: list) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            deliver_command(erp, command, key, plans[-1] if plans else None, plans.append)
        except ErpError as error:
            if error.reaction.attempts == 1 or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


@WAITS
@pytest.mark.slow
def test_tryton_killed_in_the_middle_holds_everything_once(ordered, fresh_tryton) -> None:
    """Its own follow-up is lost with it, and is made up for."""
    command = write_commands(ordered.po_number)["confirm"]
    key, plans = "north-trial-confirm-1", []
    persist(ordered.erp, command, key)
    wanted = ordered.look()
    ordered.reset()
    blow = threading.Timer(_random.random(), fresh_tryton.kill)
    blow.start()
    with suppress(ErpUnavailableError, ErpUnknownError):
        deliver_command(ordered.erp, command, key, None, plans.append)
    blow.join()
    fresh_tryton.start()
    _insist(ordered.erp, command, key, plans)
    buyer = fresh_tryton.buyer()
    assert wanted == look_into_tryton(buyer)
    buyer.close()


def test_more_than_is_open_is_a_question_for_a_person(facade) -> None:
    """The facade asks; what it said is kept."""
    command = write_commands(facade.po_number)["ship"]
    facade.erp.plan(command, "one")
    persist(facade.erp, command, "one")
    again = msgspec.structs.replace(command, shipment_number="ASN-5502")
    with pytest.raises(ErpQuestionError, match=r"more than the \d+ ordered"):
        persist(facade.erp, again, "two")


def test_another_shipment_under_the_same_number_is_refused(facade) -> None:
    """Nothing is overwritten: the first one stays."""
    command = write_commands(facade.po_number)["ship"]
    persist(facade.erp, command, "one")
    before = facade.look()
    other = msgspec.structs.replace(command, carrier="OTHER")
    with pytest.raises(ErpRejectedError, match="holds what one says"):
        persist(facade.erp, other, "two")
    assert before == facade.look()
