"""Versions of mappings as they were published, at which stage, and what those in shadow made of documents."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Bring a ledger of 0012 to 0013."""
    op.create_table(
        "mapping_versions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("mapping", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mapping_versions"),
        sa.UniqueConstraint(
            "partner", "mapping", "number", name="uq_mapping_versions_partner_mapping_number"
        ),
        sa.UniqueConstraint(
            "partner", "mapping", "version", name="uq_mapping_versions_partner_mapping_version"
        ),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["mapping_versions.id"], name="fk_publications_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
    )
    op.create_table(
        "shadows",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_shadows_document_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["mapping_versions.id"], name="fk_shadows_version_id"
        ),
        sa.PrimaryKeyConstraint("document_id", "version_id", name="pk_shadows"),
    )
    op.create_index("ix_shadows_version_id", "shadows", ["version_id"])
