"""One document may come as a file of heads and a file of lines."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Bring a ledger of 0016 to 0017."""
    op.create_table(
        "parts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("mapping", sa.String(200), nullable=False),
        sa.Column("role", sa.String(5), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("whole_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_parts"),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_parts_file_id"),
        sa.ForeignKeyConstraint(["whole_id"], ["files.id"], name="fk_parts_whole_id"),
    )
    op.create_index("ix_parts_key", "parts", ["partner", "mapping", "key"])
    op.create_index("ix_parts_file_id", "parts", ["file_id"])
