"""Headers of tables are kept, so that one that drifted is held."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Bring a ledger of 0013 to 0014."""
    op.create_table(
        "headers",
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("mapping", sa.String(200), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_headers_file_id"),
        sa.PrimaryKeyConstraint("partner", "mapping", name="pk_headers"),
    )
