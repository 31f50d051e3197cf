"""The table of what was deleted from the archive, beside those of tables.py."""

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, String, Table, Text

from gateway.ledger.version_tables import metadata

__all__ = ["deletions", "metadata"]  # metadata: with all tables

# The proof that bytes are gone: which, how many, since when, by which rule and whose word (B-95).
deletions = Table(
    "deletions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("what", Text, nullable=False),  # JSON: what had these bytes
    Column("rule", Text, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("deleted_at", DateTime),  # empty: decided, and not done yet
    Index("ix_deletions_sha256", "sha256"),
)
