"""Postings say for which of several places they are."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Bring a ledger of 0014 to 0015."""
    column = sa.Column("ship_to", sa.String(80), nullable=False, server_default="")
    op.add_column("commitments", column)
