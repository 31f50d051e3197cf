"""Order lines on their way to another CM, and orders that wait until answers have settled."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Bring a ledger of 0009 to 0010."""
    op.create_table(
        "reroutes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("po_number", sa.String(80), nullable=False),
        sa.Column("line_number", sa.String(40), nullable=False),
        sa.Column("quantity", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("from_partner", sa.String(80), nullable=False),
        sa.Column("to_partner", sa.String(80), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("new_po_number", sa.String(80), nullable=False),
        sa.Column("change_number", sa.String(20), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_reroutes_case_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_reroutes_decision_id"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_reroutes_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reroutes"),
    )
    for name in ("po_number", "new_po_number", "case_id"):
        op.create_index(f"ix_reroutes_{name}", "reroutes", [name])
    op.create_table(
        "settling",
        sa.Column("po_number", sa.String(80), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_settling_document_id"),
        sa.PrimaryKeyConstraint("po_number", name="pk_settling"),
    )
    op.create_index("ix_settling_due_at", "settling", ["due_at"])
