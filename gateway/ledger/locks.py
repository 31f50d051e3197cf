"""Locks: how two transactions that would both find nothing are kept one after the other."""

from sqlalchemy import Connection, text


def hold(tx: Connection, word: str) -> None:
    """Keep others that hold the same word waiting until this transaction ends.

    On SQLite there is nothing to do: a transaction that may write is alone from its start.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))"), {"word": word})
