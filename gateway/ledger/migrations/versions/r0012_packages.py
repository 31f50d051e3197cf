"""Packages are known by their SSCC, so that one that comes again is told."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Bring a ledger of 0011 to 0012."""
    op.create_table(
        "packages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("sscc", sa.String(40), nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("shipment_number", sa.String(80), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_packages_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_packages"),
    )
    op.create_index("ix_packages_sscc", "packages", ["sscc"])
