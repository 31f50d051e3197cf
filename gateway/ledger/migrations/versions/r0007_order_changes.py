"""What the buyer asked to change of orders is kept, until its maker agrees or refuses."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Bring a ledger of 0006 to 0007; cases and decisions of one order are found without looking at all."""
    documents = sa.ForeignKey("documents.id", name="fk_order_changes_document_id")
    answers = sa.ForeignKey("documents.id", name="fk_order_changes_answered_by")
    orders = sa.ForeignKey("orders.po_number", name="fk_order_changes_po_number")
    op.create_table(
        "order_changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("po_number", sa.String(80), orders, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), documents, nullable=False),
        sa.Column("answered_by", sa.Integer(), answers),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_order_changes"),
    )
    op.create_index("ix_order_changes_po_number", "order_changes", ["po_number"])
    op.create_index("ix_cases_po_number", "cases", ["po_number"])
    op.create_index("ix_decisions_po_number", "decisions", ["po_number"])
