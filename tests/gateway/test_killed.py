"""Killed at any line of receiving, nothing is lost and nothing comes twice."""

import subprocess
import sys

import pytest

from gateway.archive import Archive
from gateway.ledger.files import list_files, list_unsettled_files
from gateway.ledger.ledger import open_ledger

RECEIVE = """
import os, signal, sys
from gateway.archive import Archive
from gateway.ledger.arriving import Arrival, record_file
from gateway.ledger.files import mark_settled
from gateway.ledger.ledger import open_ledger
from gateway.transports.folder import FolderTransport

root, stop = sys.argv[1], sys.argv[2]
ledger, archive = open_ledger(f"sqlite:///{root}/ledger.db"), Archive(f"{root}/archive")
transport = FolderTransport(f"{root}/drop")

def reach(step):
    if step == stop:
        os.kill(os.getpid(), signal.SIGKILL)

for sighting in transport.list():
    data = transport.fetch(sighting)
    sha256 = archive.store(data)
    reach("stored")
    with ledger.begin() as tx:
        row = record_file(tx, Arrival(
            partner="acme", channel="drop", name=sighting.name, sha256=sha256, size=len(data)))
        reach("recorded")
    reach("committed")
    transport.settle(sighting)
    reach("settled")
    with ledger.begin() as tx:
        mark_settled(tx, row.id)
    reach("marked")
ledger.dispose()
"""


def _receive(root, stop="never"):
    command = [sys.executable, "-c", RECEIVE, str(root), stop]
    return subprocess.run(command, check=False, timeout=60).returncode


@pytest.mark.parametrize("step", ["stored", "recorded", "committed", "settled", "marked"])
def test_killed_while_receiving_then_started_again(tmp_path, step):
    """Three files, killed at the first, started again: three rows, three archived, none at the source."""
    drop = tmp_path / "drop"
    drop.mkdir()
    for name in ("a.csv", "b.csv", "c.csv"):
        (drop / name).write_bytes(name.encode())
    assert [_receive(tmp_path, step), _receive(tmp_path)] == [-9, 0]
    ledger = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    with ledger.read() as tx:
        rows = list_files(tx)
        unsettled = list_unsettled_files(tx, "drop")
    ledger.dispose()
    archive = Archive(str(tmp_path / "archive"))
    assert sorted((row.name, row.state) for row in rows) == [
        ("a.csv", "received"),
        ("b.csv", "received"),
        ("c.csv", "received"),
    ]
    assert all(archive.load(row.sha256) == row.name.encode() for row in rows)
    assert list(drop.iterdir()) == []
    assert [row.name for row in unsettled] == (["a.csv"] if step == "settled" else [])
