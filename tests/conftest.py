"""Servers that tests share; where one is not installed its tests are skipped, in CI they fail."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from bench.nats import Nats, find_nats, running_nats
from bench.postgres import Cluster, find_binaries, running_cluster
from bench.sshd import Sshd, find_sshd, running_sshd
from bench.tryton import Tryton, find_template, running_tryton
from gateway.ledger.ledger import open_ledger

ROOT = Path(__file__).resolve().parents[1]

# What tests start is compiled once, not each time; it would cost a quarter of a second a program.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests first: what is long must not be what is left at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def _do_without(reason: str) -> None:
    """Skip a test for want of a server; in CI nothing may be wanting."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _must_have_postgresql() -> None:
    if find_binaries() is None:
        _do_without("no PostgreSQL server is installed; run scripts/services.sh as root")


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of an empty ledger on SQLite; a copy costs a hundredth of making its tables."""
    path = tmp_path_factory.mktemp("empty") / "ledger.db"
    open_ledger(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture(scope="session")
def make_site(empty_ledger: Path) -> Callable[[Path], Path]:
    """Return a function that gives a folder partner and mapping files of its own, and an empty ledger.

    Cases and the base mappings are not copied: a site finds the latter beside the program.
    """

    def make(home: Path) -> Path:
        shutil.copytree(ROOT / "partners", home / "partners")
        left_out = shutil.ignore_patterns("*.cases", "base")
        shutil.copytree(ROOT / "mappings", home / "mappings", ignore=left_out)
        (home / "var").mkdir(mode=0o700)
        shutil.copy2(empty_ledger, home / "var" / "ledger.db")
        return home

    return make


@pytest.fixture
def durable_cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL server of one test, to be crashed."""
    _must_have_postgresql()
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL server for this run of the tests, quick and forgetful."""
    _must_have_postgresql()
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


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """Return an OpenSSH server for this run of the tests."""
    if find_sshd() is None:
        _do_without("no OpenSSH server is installed; run scripts/services.sh as root")
    with running_sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Nats]:
    """Return a NATS server of one test, to be killed and started again; it takes a tenth of a second."""
    if find_nats() is None:
        _do_without("no NATS server is installed; run scripts/services.sh as root")
    with running_nats(tmp_path / "nats", secrets.token_hex(12)) as running:
        yield running


@pytest.fixture
def own_sshd(sshd: Sshd, tmp_path: Path) -> Iterator[Sshd]:  # noqa: ARG001 it is installed
    """Return a server of one test, to be killed and held."""
    with running_sshd(tmp_path / "sshd") as running:
        yield running


@pytest.fixture(scope="session")
def sshd_user(sshd: Sshd) -> Iterator[tuple[Sshd, str, str]]:
    """Return the server with a user made for this run, and its password."""
    if os.getuid() != 0:
        pytest.skip("only root can make a user with a password")
    name, password = f"cmg{secrets.token_hex(4)}", secrets.token_hex(12)
    subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", name], check=True)
    try:
        subprocess.run(["chpasswd"], input=f"{name}:{password}".encode(), check=True)
        yield sshd, name, password
    finally:
        subprocess.run(["userdel", name], check=True)


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tryton]:
    """Return a real ERP for this run of the tests, with what bench/tryton_seed.py puts into it."""
    # scripts/services.sh may still be filling its database; that takes a minute, once a machine.
    template = find_template(patience=300)
    if template is None:
        _do_without("no Tryton is installed; run .venv/bin/python -m bench.tryton")
    with running_tryton(tmp_path_factory.mktemp("tryton"), template) as running:
        running.keep("fresh.sqlite")
        yield running


@pytest.fixture
def fresh_tryton(tryton: Tryton) -> Tryton:
    """Return the ERP with nothing in it but its seed."""
    tryton.go_back("fresh.sqlite")
    return tryton
