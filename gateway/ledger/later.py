"""Later: what a transaction writes is kept back, and written for many documents in one statement.

Nobody can tell: before any other statement of the same transaction runs, and at its end, all of it
is written. What was looked up ahead is forgotten as soon as somebody writes into its table.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Insert, Table, event, insert, text

from gateway.ledger.many import write_many
from gateway.ledger.tables import documents

_MANY = 1000

Row = dict[str, Any]


@dataclass(slots=True)
class Later:
    """What a transaction has still to write, and what it knows without asking."""

    new: dict[int, Row] = field(default_factory=dict)  # documents, by the id they will have
    writes: dict[Executable, list[Row]] = field(default_factory=dict)
    known: dict[str, dict[Hashable, Any]] = field(default_factory=dict)  # by table
    mine: dict[int, Row] = field(
        default_factory=dict
    )  # documents that are new, written by now or not
    bare: set[tuple[str, int]] = field(default_factory=set)  # nothing there hangs on the document
    ids: dict[str, list[int]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    queued: dict[str, int] = field(default_factory=dict)  # documents by the keys of their effects
    is_writing: bool = False


_open: dict[int, Later] = {}  # by the transaction; its own `info` costs ten times as much to reach


@contextmanager
def writing_later(tx: Connection) -> Iterator[None]:
    """Keep writes back while the block runs; they are written at its end, or before they are missed."""
    _open[id(tx)] = Later()
    try:
        yield
        write_now(tx)
    finally:
        del _open[id(tx)]


def later_of(tx: Connection) -> Later | None:
    """Return what a transaction keeps back; None where it writes at once."""
    return _open.get(id(tx))


def write_later(tx: Connection, statement: Executable, rows: Sequence[Row]) -> None:
    """Write rows with a statement whose result nobody needs, together with others like it."""
    later = later_of(tx)
    if later is None:
        tx.execute(statement, rows)
    elif rows:
        later.writes.setdefault(statement, []).extend(rows)


def known_of(tx: Connection, table: Table) -> dict[Hashable, Any]:
    """Return what is known of a table without asking it; empty where nothing is."""
    later = later_of(tx)
    return {} if later is None else later.known.setdefault(table.name, {})


@contextmanager
def attempt(tx: Connection) -> Iterator[Callable[[], None]]:
    """Yield what undoes all that the block wrote; what is known is forgotten then."""
    with tx.begin_nested() as point:

        def undo() -> None:
            point.rollback()
            later = later_of(tx)
            if later is not None:
                later.known.clear()

        yield undo


def is_bare(tx: Connection, table: Table, document_id: int, *, stays: bool = False) -> bool:
    """Return whether nothing in the table hangs on a document; unless it stays so, only this once."""
    later = later_of(tx)
    key = (table.name, document_id)
    if later is None or key not in later.bare:
        return False
    if not stays:
        later.bare.discard(key)
    return True


def draw_ahead(tx: Connection, table: Table, number: int) -> None:
    """Draw the ids of so many new rows, so that none of them asks for its own."""
    later = later_of(tx)
    if later is not None:
        later.ids[table.name] = _draw(tx, table, number)[::-1]


def draw_id(later: Later, tx: Connection, table: Table) -> int:
    """Return the id that a new row of the table will have."""
    ids = later.ids.get(table.name)
    if not ids:
        ids = later.ids[table.name] = _draw(tx, table, 1)[::-1]
    return ids.pop()


def write_now(tx: Connection) -> None:
    """Write what was kept back, documents first: the rest hangs on them."""
    later = later_of(tx)
    if later is None or later.is_writing or not (later.new or later.writes):
        return
    new, writes = list(later.new.values()), later.writes
    later.new, later.writes = {}, {}
    later.is_writing = True
    try:
        if new:
            write_many(tx, _insert_documents(), new)
        for statement, rows in writes.items():
            write_many(tx, statement, rows)
    finally:
        later.is_writing = False


def watch_statements(engine: Engine) -> None:
    """Let every statement of the engine see what its transaction kept back."""
    event.listen(engine, "before_cursor_execute", _before)


def _before(tx: Connection, *said: Any) -> None:
    later = later_of(tx)
    if later is None or later.is_writing:
        return
    write_now(tx)
    context = said[3]
    if context.isinsert or context.isupdate or context.isdelete:
        table = getattr(context.compiled.statement, "table", None)
        later.known.pop(getattr(table, "name", ""), None)
        later.ids.pop(getattr(table, "name", ""), None)


def _draw(tx: Connection, table: Table, number: int) -> list[int]:
    if tx.dialect.name == "postgresql":
        drawn = (
            "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :number)"
        )
        return [int(one) for one in tx.scalars(text(drawn), {"name": table.name, "number": number})]
    # Whoever may write to SQLite is alone until its transaction ends.
    last = tx.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table.name}")) or 0  # noqa: S608 our own name
    return list(range(last + 1, last + 1 + _MANY))


@cache
def _insert_documents() -> Insert:
    return insert(documents)
