"""The table of partner files and routing rules as they were in force, beside those of tables.py."""

from sqlalchemy import Column, DateTime, Index, Integer, String, Table, Text

from gateway.ledger.part_tables import metadata

__all__ = ["contents", "metadata"]  # metadata: with all tables

# What a partner's file, or the routing rules, said from when on; who answers for it, and why (B-98).
contents = Table(
    "contents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),  # of the file: a partner, _defaults, _routing
    Column("sha256", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Column("actor", String(80), nullable=False, default=""),  # empty: nobody answers for it yet
    Column("reason", Text, nullable=False, default=""),
    Column("accepted_at", DateTime),
    Index("ix_contents_name", "name"),
)
