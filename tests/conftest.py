"""Servers that tests share; where one is not installed its tests are skipped, in CI they fail."""

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from bench.postgres import Cluster, find_binaries, running_cluster
from gateway.ledger.ledger import open_ledger


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL server for this run of the tests."""
    if find_binaries() is None:
        reason = "no PostgreSQL server is installed; run scripts/services.sh as root"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with running_cluster(durable=False) as running:
        running.create_database("filled")
        open_ledger(running.url("filled")).dispose()
        yield running


@pytest.fixture(scope="session")
def new_postgresql(cluster: Cluster) -> Callable[..., str]:
    """Return a function that makes a database, empty or with the tables of the ledger."""
    numbers = count(1)

    def make(*, empty: bool = False) -> str:
        name = f"test{next(numbers)}"
        return cluster.create_database(name, "template0" if empty else "filled")

    return make
