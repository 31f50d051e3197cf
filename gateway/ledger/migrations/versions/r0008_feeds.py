"""What partners tell of capacity, stock, production and holds: the newest, and all before it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring a ledger of 0007 to 0008."""
    documents = sa.ForeignKey("documents.id", name="fk_feeds_document_id")
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("item", sa.String(80), nullable=False),
        sa.Column("location", sa.String(80), nullable=False),
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("quantity", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=False),
        sa.Column("po_number", sa.String(80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), documents, nullable=False),
        sa.Column("is_newest", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
    )
    op.create_index("ix_feeds_partner_item", "feeds", ["partner", "item"])
    is_newest = sa.text("is_newest")
    op.create_index(
        "ix_feeds_newest",
        "feeds",
        ["partner", "kind", "item"],
        sqlite_where=is_newest,
        postgresql_where=is_newest,
    )
