"""Prefect: runs only where there is work, failed files as failed runs, trade without its server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator["Popen[bytes]"]:
    """Start a real Prefect server and name it in the environment, as `cmgateway up` does."""
    from flows.orchestrator import prepare_environment
    from flows.server import find_free_port, start_server, stop, wait_until_healthy

    home = tmp_path_factory.mktemp("prefect")
    port = find_free_port()
    before = dict(os.environ)
    prepare_environment(home, f"http://127.0.0.1:{port}/api")
    process = start_server(home, port)
    assert wait_until_healthy(os.environ["PREFECT_API_URL"], 120)
    yield process
    stop(process)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def orchestrated(world, server):  # noqa: ARG001 the server must be there
    """Return the world with its flows run in Prefect."""
    from flows.orchestrator import Orchestrator

    world.turning.orchestrator = Orchestrator(world.gateway)
    return world


def runs(name: str) -> list:
    """Return the flow runs of a flow, the newest first."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        chosen = FlowFilter(name=FlowFilterName(any_=[name]))
        return client.read_flow_runs(flow_filter=chosen, sort=FlowRunSort.START_TIME_DESC, limit=50)


def test_a_poll_without_work_costs_no_run(orchestrated) -> None:
    """Only the turn that found files is a flow run."""
    before = len(runs("process-files"))
    orchestrated.turn(3)
    assert before == len(runs("process-files"))

    orchestrated.release_orders()
    assert before + 1 == len(runs("process-files"))


def test_a_failed_file_is_a_failed_run_with_its_reason(orchestrated) -> None:
    """The message says what stands where; a page beside it lists all findings."""
    import httpx

    orchestrated.release_orders()
    outcome = orchestrated.send("drop/acme/in", "bad.edi", (WEEK / "6_855.edi").read_bytes())
    failed = [
        run for run in runs("process-file") if run.parameters["home"] == str(orchestrated.home)
    ]

    assert ["FAILED"] == [run.state_type.value for run in failed]
    assert outcome.reason == failed[0].state.message
    assert "acme bad.edi" == failed[0].name
    chosen = {"artifacts": {"flow_run_id": {"any_": [str(failed[0].id)]}}}
    pages = httpx.post(f"{os.environ['PREFECT_API_URL']}/artifacts/filter", json=chosen).json()
    assert "order 4500012351 is not one that acme was given" in pages[0]["data"]


def test_retry_in_prefect_does_exactly_that_file_again(orchestrated) -> None:
    """What the runner does on Retry: the same parameters, run again after the order was released."""
    from flows.batch import process_one

    orchestrated.release_orders()
    bad = (
        (WEEK / "6_855.edi")
        .read_bytes()
        .replace(b"4500019999", b"4500012345")
        .replace(b"PO1*001*5*", b"PO1*001*144*")
        .replace(b"ACK*IA*5*", b"ACK*IA*144*")
    )
    orchestrated.send("drop/acme/in", "early.edi", bad)
    file = orchestrated.file("early.edi")
    assert "parked" == file.state
    before = len(orchestrated.told_erp())

    orchestrated.send("erp/out", "more.json", (WEEK / "5_orders.json").read_bytes())
    from gateway import gateway as opened_gateways

    opened_gateways.opened.cache_clear()
    said = process_one(str(orchestrated.home), file.id)

    assert "early.edi: routed" == said
    assert before + 1 == len(orchestrated.told_erp())


def test_a_secret_may_be_a_block_of_prefect(world, server) -> None:  # noqa: ARG001 it must be there
    """A partner file names NORTH_KEY; people keep it in the secret block `north-key`."""
    from prefect.blocks.system import Secret

    from flows.secret_blocks import find_secret

    Secret(value="hello").save("north-key", overwrite=True)
    world.gateway.secrets.ask = find_secret

    assert "hello" == world.gateway.secrets.get("NORTH_KEY")
    assert not world.gateway.secrets.has("SOUTH_KEY")


def test_a_process_worker_of_a_work_pool_does_the_retry(orchestrated, monkeypatch) -> None:
    """The deployment lies in the pool of the settings; Retry is taken by a worker of its own process."""
    import msgspec
    from prefect.client.orchestration import get_client
    from prefect.states import Scheduled

    program = str(Path(sys.executable).with_name("prefect"))
    subprocess.run([program, "work-pool", "create", "retries", "--type", "process"], check=True)
    site = msgspec.structs.replace(orchestrated.gateway.site, prefect_work_pool="retries")
    monkeypatch.setattr(orchestrated.gateway, "site", site)
    orchestrated.send("drop/acme/in", "pooled.edi", (WEEK / "3_855.edi").read_bytes())
    orchestrated.release_orders()
    (failed,) = [run for run in runs("process-file") if "pooled" in run.name]
    line = [program, "worker", "start", "--pool", "retries", "--type", "process", "--run-once"]
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(failed.id, Scheduled(), force=True)
    worker = subprocess.run(line, check=False, capture_output=True, timeout=200)

    assert 0 == worker.returncode, worker.stdout
    assert "retries" == failed.work_pool_name
    assert orchestrated.file("pooled.edi").state in ("routed", "delivered"), worker.stderr
    assert ["COMPLETED"] == [
        run.state_type.value for run in runs("process-file") if run.id == failed.id
    ]


def test_without_the_server_trade_goes_on(orchestrated, server) -> None:
    """The server is killed: files are still done, and only run history has a gap."""
    from flows.server import stop

    orchestrated.release_orders()
    stop(server)
    orchestrated.turning.orchestrator._asked_at = 0.0
    outcome = orchestrated.send("drop/acme/in", "a.edi", (WEEK / "3_855.edi").read_bytes())

    assert outcome.state in ("routed", "delivered")
    assert not orchestrated.turning.orchestrator.answers


def test_when_the_server_is_back_what_failed_meanwhile_can_be_retried(orchestrated, server) -> None:
    """History has a gap, and no failed file is missing from it."""
    from flows.server import start_server, stop, wait_until_healthy

    stop(server)
    orchestrated.turning.orchestrator._asked_at = 0.0
    orchestrated.send("drop/acme/in", "meanwhile.edi", (WEEK / "6_855.edi").read_bytes())
    port = int(os.environ["PREFECT_API_URL"].split(":")[2].partition("/")[0])
    again = start_server(Path(os.environ["PREFECT_HOME"]).parents[1], port)
    try:
        assert wait_until_healthy(os.environ["PREFECT_API_URL"], 120)
        orchestrated.turning.orchestrator._asked_at = 0.0
        orchestrated.turn(1)
        shown = [run.state_type.value for run in runs("process-file") if "meanwhile" in run.name]
    finally:
        stop(again)

    assert ["FAILED"] == shown
