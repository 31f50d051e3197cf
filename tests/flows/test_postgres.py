"""Workers on one PostgreSQL: they share the work, and no file is done twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import text

from bench.site import drop, write_answers, write_orders
from gateway.ledger.documents import DocumentQuery, list_documents
from gateway.ledger.ledger import open_ledger

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
FILES = 100


@pytest.fixture
def site(home, new_postgresql):
    """Return a site whose ledger is on PostgreSQL, and the environment of its processes."""
    from bench.site import BenchSite

    environment = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
    environment["CMGATEWAY_DATABASE_URL"] = new_postgresql()
    site = BenchSite(home, environment)
    for folder in (site.cm_in, site.cm_out, site.erp_in, site.erp_out):
        folder.mkdir(parents=True)
    return site


def test_four_workers_and_a_gateway_do_their_files_once(site) -> None:
    """Each order is sent once, each answer confirmed once, and more than one process has worked."""
    drop(site.erp_out, "orders.json", write_orders(range(FILES)))
    for number in range(FILES):
        data = write_answers(range(number, number + 1), number + 1)
        drop(site.cm_in, f"855_{number}.edi", data)
    ledger = open_ledger(site.environment["CMGATEWAY_DATABASE_URL"])
    site.run("up", "--no-prefect", "--once")  # answers that came before their orders are parked
    workers = [site.start("worker", log=f"worker{number}.log") for number in range(4)]
    try:
        _wait(lambda: _count_connected(ledger) > len(workers))  # else the first one does it all
        with ledger.begin() as tx:
            tx.execute(
                text("UPDATE files SET state = 'received', reason = '' WHERE channel LIKE 'acme%'")
            )
        _wait(lambda: _count(site.erp_in, "ConfirmOrder-") >= FILES)
        _wait(lambda: _is_delivered(ledger))
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        codes = [worker.wait(30) for worker in workers]
    said = [(site.home / f"worker{number}.log").read_text() for number in range(4)]
    done = [
        sum(" delivered" in line or " routed" in line for line in one.splitlines()) for one in said
    ]
    with ledger.read() as tx:
        rows = list_documents(tx, DocumentQuery(entity="OrderAck", direction="in"), limit=10_000)
        states = Counter(row.state for row in rows)
    ledger.dispose()

    assert [0, 0, 0, 0] == codes, said
    assert {"delivered": FILES} == states
    assert FILES == _count(site.erp_in, "ConfirmOrder-")
    assert FILES == _count(site.cm_out, "850_")
    assert FILES == sum(done), done
    assert sum(count > 0 for count in done) > 1, done


def test_a_gateway_outlives_a_restart_of_its_database(home, monkeypatch, cluster) -> None:
    """Connections break in the middle; the process goes on when the server is back."""
    code = (
        "import sys; from pathlib import Path; from gateway.gateway import open_gateway\n"
        "from flows.orchestrator import Orchestrator; from flows.turn import Turning, take_turn\n"
        "gateway = open_gateway(Path(sys.argv[1])); "
        "turning = Turning(gateway, Orchestrator(gateway, enabled=False))\n"
        "for line in sys.stdin:\n    take_turn(turning); print('turned', flush=True)\n"
    )
    url = cluster.create_database("restarted", "filled")
    monkeypatch.setenv("CMGATEWAY_DATABASE_URL", url)
    line = [sys.executable, "-c", code, str(home)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(line, text=True, **pipes) as process:

        def turn() -> str:
            process.stdin.write("\n")
            process.stdin.flush()
            return next((line.strip() for line in process.stdout if line == "turned\n"), "ended")

        assert "turned" == turn()
        cluster.stop("fast")
        assert "turned" == turn()
        cluster.start()
        assert "turned" == turn()
        process.stdin.close()
        assert 0 == process.wait(30)


def _count(folder, prefix) -> int:
    return sum(one.name.startswith(prefix) for one in folder.iterdir())


def _is_delivered(ledger) -> bool:
    with ledger.read() as tx:
        return 0 == tx.scalar(text("SELECT count(*) FROM effects WHERE done_at IS NULL"))


def _count_connected(ledger) -> int:
    with ledger.read() as tx:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        return tx.scalar(text(asked))


def _wait(is_done, seconds=200) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline
        time.sleep(0.2)
