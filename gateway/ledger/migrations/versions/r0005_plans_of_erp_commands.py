"""ERP commands are planned before they are done; orders are asked for by cursor, written by one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring a ledger of 0004 to 0005."""
    plan = sa.Column("plan", sa.Text(), nullable=False, server_default="")
    op.add_column("effects", plan)
    op.create_table(
        "cursors",
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_cursors")),
    )
    op.create_table(
        "writers",
        sa.Column("order_key", sa.String(length=120), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("order_key", name=op.f("pk_writers")),
    )
