"""The ledger's database: how it is opened, brought up to date, and spoken to."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url

from gateway.ledger.errors import LedgerError
from gateway.ledger.later import watch_statements, writing_later

REVISION = "0018"  # the newest migration; a test keeps it so
_BUSY_SECONDS = 30


def open_ledger(url: str) -> "Ledger":
    """Return the ledger at this SQLAlchemy URL, brought up to date."""
    ledger = Ledger(url)
    try:
        ledger.migrate()
    except BaseException:
        ledger.dispose()
        raise
    return ledger


class Ledger:
    """One database; the caller owns every transaction.

    SQLite (`sqlite:///path`) is a private file in WAL mode, safe against a power cut once a
    transaction returned. Another database is spoken to through its own driver.
    """

    def __init__(self, url: str) -> None:
        """Prepare the engines; a SQLite file that is not there is made, private."""
        self.url = make_url(url)
        self._turn = threading.Lock()
        self._is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = _open_engine(self.url, read_only=False)
        watch_statements(self._writer)
        self._reader = _open_engine(self.url, read_only=True) if self._is_sqlite else self._writer

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Yield a connection in a transaction: committed at the end, undone by an exception."""
        with self._alone(), self._writer.begin() as tx, writing_later(tx):
            yield tx

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let threads of one process queue for SQLite, which makes those that wait sleep."""
        held = self._is_sqlite and self._turn.acquire(timeout=_BUSY_SECONDS)
        try:
            yield
        finally:
            if held:
                self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one moment of the ledger and cannot write."""
        with self._reader.connect() as tx:
            if not self._is_sqlite:
                tx.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield tx

    def migrate(self) -> None:
        """Bring the tables up to date; costs one query where they are, and waits for no writer then."""
        with self.read() as tx:
            if _find_revision(tx) == REVISION:
                return
        with self.begin() as tx:
            if not self._is_sqlite:
                tx.execute(
                    text("SELECT pg_advisory_xact_lock(855856)")
                )  # one migrates, others wait
            revision = _find_revision(tx)
            if revision == REVISION:
                return
            if revision is not None and revision > REVISION:
                raise LedgerError(
                    f"the ledger is at revision {revision}, this cmgateway knows {REVISION}; "
                    "install the newer cmgateway that was here before"
                )
            _upgrade(tx)

    def dispose(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()


def _find_revision(tx: Connection) -> str | None:
    if not inspect(tx).has_table("alembic_version"):
        return None
    found: str | None = tx.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(tx: Connection) -> None:
    from alembic import command  # noqa: PLC0415 half a second, needed once in a ledger's life
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = tx
    command.upgrade(config, "head")


def _open_engine(url: URL, *, read_only: bool) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    _create_private_file(url.database)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        _prepare_sqlite(connection, read_only=read_only)

    @event.listens_for(engine, "begin")
    def start(tx: Connection) -> None:
        # IMMEDIATE: whoever will write waits for its turn at the start, not half-way through.
        tx.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _create_private_file(database: str | None) -> None:
    if not database or database == ":memory:":
        raise LedgerError("a ledger in memory would forget; give a file, as in sqlite:///ledger.db")
    path = Path(database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Only where it is missing: closing it here would drop the locks that SQLite holds on it for
    # another ledger of this process, and a stranger would throw our write-ahead log away.
    if not path.exists():
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _prepare_sqlite(connection: Any, *, read_only: bool) -> None:
    connection.isolation_level = None  # sqlite3 must not begin transactions of its own
    cursor = connection.cursor()
    _switch_to_wal(cursor)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    if read_only:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Switch once in a database's life; SQLite does not queue for this lock, so we ask again."""
    import sqlite3  # noqa: PLC0415 only where the ledger is SQLite

    deadline = time.monotonic() + _BUSY_SECONDS
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
