"""Rules of the ledger's database: created, migrated, private, durable."""

import os
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

import gateway.ledger
import gateway.ledger.ledger
from gateway.clock import now
from gateway.ledger.content_tables import metadata
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import take_file
from gateway.ledger.ledger import REVISION, Ledger, open_ledger
from gateway.ledger.tables import actions


@pytest.fixture
def url(tmp_path):
    """Return the URL of a ledger that is not there yet."""
    return f"sqlite:///{tmp_path}/state/ledger.db"


def _act(tx, actor):
    tx.execute(
        insert(actions).values(actor=actor, verb="try", subject="x", reason="", done_at=now())
    )


def _act_and_fail(ledger):
    with ledger.begin() as tx:
        _act(tx, "a")
        raise ZeroDivisionError


def test_an_empty_database_is_brought_up(url):
    """Opening a ledger where there was none creates every table."""
    ledger = open_ledger(url)
    with ledger.read() as tx:
        assert set(inspect(tx).get_table_names()) == {*metadata.tables, "alembic_version"}
    ledger.dispose()


def test_migrations_and_tables_agree(ledger):
    """What the migrations build is what tables.py says."""
    with ledger.begin() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_ledger_of_the_first_schema_is_brought_up_with_all_it_holds(ledger_url):
    """A file recorded under 0001 is there under the newest revision, free to be taken."""
    ledger = Ledger(ledger_url)
    config = Config()
    config.set_main_option(
        "script_location", str(Path(gateway.ledger.__file__).parent / "migrations")
    )
    with ledger.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")
        tx.execute(
            text(
                "INSERT INTO files (partner, channel, name, sha256, size, received_at, state, reason,"
                " updated_at, observations) VALUES ('acme', 'drop', 'a.edi', 'ab', 2,"
                " '2026-01-02 03:04:05.000000', 'received', '', '2026-01-02 03:04:05.000000', '[]')"
            )
        )
    ledger.migrate()
    with ledger.begin() as tx:
        taken = take_file(tx, 1, timedelta(minutes=1), "one")
        assert tx.scalar(text("SELECT version_num FROM alembic_version")) == REVISION
    ledger.dispose()
    assert taken is not None
    assert (taken.name, taken.owner) == ("a.edi", "one")


def test_the_revision_in_the_code_is_the_newest_migration():
    """REVISION is the head of the migrations, so the fast check never skips one."""
    config = Config()
    folder = Path(gateway.ledger.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_a_second_start_does_not_import_alembic(url):
    """A ledger that is up to date opens without the half second that Alembic takes."""
    open_ledger(url).dispose()
    code = (
        "import sys; from gateway.ledger.ledger import open_ledger; "
        f"open_ledger({url!r}).dispose(); print('alembic' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_two_processes_may_open_an_empty_ledger_at_once(ledger_url):
    """Whoever comes second waits and finds the tables made."""
    code = f"from gateway.ledger.ledger import open_ledger; open_ledger({ledger_url!r}).dispose()"
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]


def test_a_newer_ledger_is_refused(url):
    """An older cmgateway does not write into tables it does not know."""
    ledger = open_ledger(url)
    with ledger.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="at revision 9999, this cmgateway knows"):
        ledger.migrate()
    ledger.dispose()


def test_a_ledger_in_memory_is_refused():
    """A ledger that forgets at the end of the process is no ledger."""
    with pytest.raises(LedgerError, match="give a file"):
        Ledger("sqlite://")


def test_the_files_are_private(url, tmp_path):
    """Nobody but the owner reads the ledger, its journal or its folder."""
    ledger = open_ledger(url)
    with ledger.begin() as tx:
        _act(tx, "a")
        modes = {
            entry.name: stat.S_IMODE(entry.stat().st_mode)
            for entry in os.scandir(tmp_path / "state")
        }
    assert set(modes.values()) == {0o600}
    assert "ledger.db-wal" in modes
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    ledger.dispose()


def test_sqlite_is_durable_and_checks_references(url):
    """WAL, synchronous=FULL and foreign keys hold on every connection."""
    ledger = open_ledger(url)
    with ledger.begin() as tx:
        pragmas = [
            tx.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == ["wal", 2, 1, 30000]
    ledger.dispose()


def test_an_exception_undoes_the_transaction(ledger):
    """Nothing of a transaction that failed stays."""
    with pytest.raises(ZeroDivisionError):
        _act_and_fail(ledger)
    with ledger.read() as tx:
        assert tx.execute(select(actions)).all() == []


def test_a_reader_cannot_write(ledger):
    """A connection of read() refuses to write, and the next one of begin() does not."""
    with ledger.read() as tx, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        _act(tx, "a")
    with ledger.begin() as tx:
        _act(tx, "b")


def test_a_reader_does_not_wait_for_a_writer(ledger):
    """While one transaction is open, another reads what was committed before it."""
    with ledger.begin() as tx:
        _act(tx, "a")
        with ledger.read() as other:
            assert other.execute(select(actions)).all() == []


def test_a_ledger_that_is_up_to_date_opens_while_somebody_writes(url, monkeypatch):
    """In a burst people look at listings; none of them waits for a turn to write."""
    ledger = open_ledger(url)
    monkeypatch.setattr(gateway.ledger.ledger, "_BUSY_SECONDS", 0.1)
    with ledger.begin():
        open_ledger(url).dispose()
    ledger.dispose()


def test_writers_wait_for_each_other(url):
    """Two threads that write at once both succeed: the second waits for its turn."""
    ledger = open_ledger(url)

    def write(actor):
        for _ in range(20):
            with ledger.begin() as tx:
                _act(tx, actor)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ledger.read() as tx:
        assert len(tx.execute(select(actions)).all()) == 60
    ledger.dispose()
