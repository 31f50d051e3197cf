"""A ledger of its own for each test, and the shortest way to fill it.

With CMGATEWAY_TEST_LEDGER=postgresql+psycopg://… the same tests run on that database; its tables
are dropped before each test.
"""

import hashlib
import os
from datetime import datetime

import pytest
from sqlalchemy import text

from gateway.clock import StillClock, use_clock
from gateway.ledger.documents import NewDocument, record_document
from gateway.ledger.files import Arrival, record_file
from gateway.ledger.ledger import open_ledger
from gateway.ledger.tables import metadata


@pytest.fixture
def ledger_url(tmp_path):
    """Return the URL of an empty ledger: a file, or the database the environment names."""
    url = os.environ.get("CMGATEWAY_TEST_LEDGER")
    if not url:
        return f"sqlite:///{tmp_path}/ledger.db"
    opened = open_ledger(url)
    with opened.begin() as tx:
        metadata.drop_all(tx)
        tx.execute(text("DROP TABLE alembic_version"))
    opened.dispose()
    return url


@pytest.fixture
def ledger(ledger_url):
    """Return an empty ledger."""
    opened = open_ledger(ledger_url)
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
