"""Chaos in short: ten kills with a seed, then every drop is counted; 200 are in bench/RESULTS.md."""

import random

import pytest

from bench.chaos import Chaos, run
from bench.site import make_site, stop


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_ten_kills_lose_and_repeat_nothing(tmp_path, request, database) -> None:
    """Gateway, worker, database and ERP folder are struck; each order has each effect once."""
    url, cluster = "", None
    if database == "postgresql":
        cluster = request.getfixturevalue("durable_cluster")
        url = cluster.create_database("chaos")
    site = make_site(tmp_path / "site", url)
    chaos = Chaos(site, random.Random(7), ["--no-prefect"], cluster)  # noqa: S311 repeatable
    try:
        assert run(chaos, kills=10, rate=3)
    finally:
        for process in (chaos.gateway, chaos.worker):
            if process:
                stop(process)
