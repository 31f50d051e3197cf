"""The tables of published mappings, beside those of tables.py."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from gateway.ledger.package_tables import metadata

__all__ = ["mapping_versions", "metadata", "publications", "shadows"]  # metadata: with all tables

# What was published of a mapping for a partner: its files as they were; a row never changes.
mapping_versions = Table(
    "mapping_versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("partner", String(80), nullable=False),
    Column("mapping", String(200), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … of this partner and mapping
    Column("version", String(64), nullable=False),  # SHA-256 over the files, as documents name it
    Column("content", Text, nullable=False),  # JSON: each file and its text
    Column("created_at", DateTime, nullable=False),
    Unique("partner", "mapping", "number"),
    Unique("partner", "mapping", "version"),
)

# Who put which version at which stage, when and why; the last word counts, none is taken back.
publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("version_id", Integer, ForeignKey("mapping_versions.id"), nullable=False),
    Column("stage", String(10), nullable=False),  # test, shadow, live
    Column("actor", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("accepted", Text, nullable=False),  # JSON: the difference that was seen and agreed to
    Column("published_at", DateTime, nullable=False),
)

# What a version in shadow made of documents that another one read: what differs, and why.
shadows = Table(
    "shadows",
    metadata,
    Column("document_id", Integer, ForeignKey("documents.id"), primary_key=True),
    Column("version_id", Integer, ForeignKey("mapping_versions.id"), primary_key=True),
    Column("reasons", Text, nullable=False),  # JSON; [] where both are of one mind
    Column("created_at", DateTime, nullable=False),
    Index("ix_shadows_version_id", "version_id"),
)
