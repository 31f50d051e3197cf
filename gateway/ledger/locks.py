"""Locks: how two transactions that would both find nothing are kept one after the other."""

from functools import cache

from sqlalchemy import Connection, TextClause, text


def hold(tx: Connection, word: str) -> None:
    """Keep others that hold the same word waiting until this transaction ends.

    On SQLite there is nothing to do: a transaction that may write is alone from its start.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_lock(), {"word": word})


@cache
def _lock() -> TextClause:
    return text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))")
