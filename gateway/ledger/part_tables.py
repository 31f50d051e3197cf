"""The table of files that are one part of a document, beside those of tables.py."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from gateway.ledger.deletion_tables import metadata

__all__ = ["metadata", "parts"]  # metadata: with all tables

# What a file holds of a document that comes as two: a row for each head, or for the lines of one head (B-87).
parts = Table(
    "parts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("file_id", Integer, ForeignKey("files.id"), nullable=False),
    Column("partner", String(80), nullable=False),
    Column("mapping", String(200), nullable=False),
    Column("role", String(5), nullable=False),  # head, lines
    Column("key", String(200), nullable=False),  # what both hold in the column they are joined by
    Column("number", Integer, nullable=False),  # of lines: here, or as the head says; 0: not said
    Column("whole_id", Integer, ForeignKey("files.id")),  # the file it was read in; empty: waits
    Index("ix_parts_key", "partner", "mapping", "key"),
    Index("ix_parts_file_id", "file_id"),
)
