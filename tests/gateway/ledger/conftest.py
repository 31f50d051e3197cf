"""A ledger of its own for each test, on SQLite and on PostgreSQL, and the shortest way to fill it."""

import hashlib
import shutil
from datetime import datetime

import pytest

from gateway.clock import StillClock, use_clock
from gateway.ledger.arriving import Arrival, record_file
from gateway.ledger.documents import NewDocument, record_document
from gateway.ledger.ledger import open_ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request, tmp_path):
    """Return the URL of a database in which there are no tables yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return request.getfixturevalue("new_postgresql")(empty=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request, tmp_path):
    """Return an empty ledger."""
    if request.param == "sqlite":
        filled = request.getfixturevalue("empty_ledger")
        url = f"sqlite:///{shutil.copy2(filled, tmp_path)}"
    else:
        url = request.getfixturevalue("new_postgresql")()
    opened = open_ledger(url)
    yield opened
    opened.dispose()


@pytest.fixture
def tx(ledger):
    """Return a connection in a transaction."""
    with ledger.begin() as connection:
        yield connection


@pytest.fixture
def clock():
    """Return a clock that stands at noon."""
    still = StillClock(datetime(2026, 3, 1, 12))  # noqa: DTZ001 the ledger's times are UTC without a zone
    with use_clock(still):
        yield still


@pytest.fixture
def arrive(tx):
    """Return a function that records a file."""

    def record(content=b"ISA", name="855.edi", partner="acme", channel="drop"):
        sha256 = hashlib.sha256(content).hexdigest()
        arrival = Arrival(
            partner=partner, channel=channel, name=name, sha256=sha256, size=len(content)
        )
        return record_file(tx, arrival)

    return record


@pytest.fixture
def document(tx):
    """Return a function that records a document and returns its id."""

    def record(**fields):
        common = {"partner": "acme", "direction": "in", "kind": "x12 855 004010"}
        return record_document(tx, NewDocument(**common | {"state": "applied"} | fields))

    return record
