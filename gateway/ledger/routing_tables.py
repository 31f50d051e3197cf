"""The tables of lines that change hands, beside those of tables.py."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, String, Table, Text

from gateway.ledger.tables import metadata

# Order lines on their way from one CM to another (B-100 to B-103).
__all__ = ["metadata", "reroutes", "settling"]  # metadata: with all tables

reroutes = Table(
    "reroutes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("decision_id", Integer, ForeignKey("decisions.id"), nullable=False),
    Column("po_number", String(80), nullable=False),
    Column("line_number", String(40), nullable=False),
    Column("quantity", String(40), nullable=False),
    Column("unit", String(10), nullable=False),
    Column("from_partner", String(80), nullable=False),
    Column("to_partner", String(80), nullable=False),
    Column("state", String(20), nullable=False),
    Column("new_po_number", String(80), nullable=False, default=""),
    Column("change_number", String(20), nullable=False, default=""),  # of our change to the former
    Column("released", Boolean, nullable=False, default=False),  # the former CM agreed to less
    Column("reason", Text, nullable=False, default=""),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False),
    Index("ix_reroutes_po_number", "po_number"),
    Index("ix_reroutes_new_po_number", "new_po_number"),
    Index("ix_reroutes_case_id", "case_id"),
)

# Orders something was said of a moment ago; they are routed when no more follows (B-99).
settling = Table(
    "settling",
    metadata,
    Column("po_number", String(80), primary_key=True),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),
    Column("due_at", DateTime, nullable=False),
    Index("ix_settling_due_at", "due_at"),
)
