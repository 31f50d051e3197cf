"""A file in work says who works on it, so that the lease of a long one is made longer."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring a ledger of 0001 to 0002; nobody works on anything while it is migrated."""
    owner = sa.Column("owner", sa.String(length=80), nullable=False, server_default="")
    op.add_column("files", owner)
    op.create_index("ix_files_owner", "files", ["owner"])
    # What is still to be done is found without looking at all that ever was.
    is_open = sa.text("done_at IS NULL")
    op.create_index(
        "ix_effects_open",
        "effects",
        ["target", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
