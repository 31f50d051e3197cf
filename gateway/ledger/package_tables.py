"""The tables of packages that left and of the headers partners write, beside those of tables.py."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table, Text

from gateway.ledger.routing_tables import metadata

__all__ = ["headers", "metadata", "packages"]  # metadata: with all tables

# The SSCC of each package and the shipment it was in (B-74); a number may not come again within a year.
packages = Table(
    "packages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sscc", String(40), nullable=False),
    Column("partner", String(80), nullable=False),
    Column("shipment_number", String(80), nullable=False),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),
    Column("noticed_at", DateTime, nullable=False),
    Index("ix_packages_sscc", "sscc"),
)

# The header a partner's tables had when the last of them was taken (F11).
headers = Table(
    "headers",
    metadata,
    Column("partner", String(80), primary_key=True),
    Column("mapping", String(200), primary_key=True),
    Column("columns", Text, nullable=False),  # JSON, in the order of the file
    Column("file_id", Integer, ForeignKey("files.id"), nullable=False),
    Column("seen_at", DateTime, nullable=False),
)
