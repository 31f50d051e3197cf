"""Two ledgers in one process on one SQLite file: what one of them commits is never lost."""

import subprocess
import sys
from pathlib import Path

from gateway.ledger.ledger import open_ledger
from gateway.ledger.polls import list_polls, record_poll

STRANGER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('select * from polls'); c.close()"


def test_a_second_ledger_does_not_cost_the_first_its_locks(tmp_path: Path) -> None:
    """Another process that opens and closes the file meanwhile must not take itself for the last one."""
    path = tmp_path / "ledger.db"
    first = open_ledger(f"sqlite:///{path}")
    second = open_ledger(f"sqlite:///{path}")
    subprocess.run([sys.executable, "-c", STRANGER, str(path)], check=True)
    with second.begin() as tx:
        record_poll(tx, "north/drop")
    with first.begin() as tx:
        record_poll(tx, "south/drop")
    left = subprocess.run(
        [sys.executable, "-c", STRANGER, str(path)], check=False, capture_output=True, text=True
    )
    third = open_ledger(f"sqlite:///{path}")
    with third.read() as tx:
        kept = [row.channel for row in list_polls(tx)]
    for ledger in (first, second, third):
        ledger.dispose()

    assert (0, ["north/drop", "south/drop"]) == (left.returncode, kept)
