"""Locks: how two transactions that would both find nothing are kept one after the other."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Connection, TextClause, text

from gateway.ledger.later import later_of


def hold(tx: Connection, word: str) -> None:
    """Keep others that hold the same word waiting until this transaction ends.

    On SQLite there is nothing to do: a transaction that may write is alone from its start.
    """
    hold_all(tx, [word])


def hold_all(tx: Connection, words: Iterable[str]) -> None:
    """Hold many words, always in the same order, so that two who want the same ones never cross."""
    if tx.dialect.name != "postgresql":
        return
    later = later_of(tx)
    wanted = {*words} - (later.held if later else set())
    if wanted:
        tx.execute(_lock(), {"words": sorted(wanted)})
    if later:
        later.held |= wanted


@cache
def _lock() -> TextClause:
    return text(
        "SELECT pg_advisory_xact_lock(hashtextextended(word, 0)) "
        "FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS given (word, place) ORDER BY place"
    )
