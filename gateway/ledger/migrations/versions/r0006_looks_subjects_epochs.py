"""What each look at a file saw outlives a restart; a case has a subject; a partner's numbers have epochs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Bring a ledger of 0005 to 0006."""
    observations = sa.Column("observations", sa.Text(), nullable=False, server_default="[]")
    op.add_column("sightings", observations)
    subject = sa.Column("subject", sa.String(length=280), nullable=False, server_default="")
    op.add_column("cases", subject)
    # How often a partner sends is asked every minute, and must not read all that ever came.
    op.create_index("ix_files_partner_received_at", "files", ["partner", "received_at"])
    op.create_table(
        "epochs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("receiver", sa.String(length=40), nullable=False),
        sa.Column("usage", sa.String(length=1), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epochs")),
    )
    op.create_index("ix_epochs_pair", "epochs", ["sender", "receiver", "usage"])
