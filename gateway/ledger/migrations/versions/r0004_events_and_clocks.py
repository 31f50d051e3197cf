"""What is told need not come of a document; what is awaited knows whom it was told to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring a ledger of 0003 to 0004."""
    with op.batch_alter_table("effects") as effects:
        effects.alter_column("document_id", existing_type=sa.Integer(), nullable=True)
    for name in ("warn_at", "warned_at", "overdue_at"):
        op.add_column("expectations", sa.Column(name, sa.DateTime()))
    step = sa.Column("step", sa.Integer(), nullable=False, server_default="0")
    op.add_column("expectations", step)
    is_open = sa.text("met_by IS NULL")
    op.create_index(
        "ix_expectations_open",
        "expectations",
        ["due_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
