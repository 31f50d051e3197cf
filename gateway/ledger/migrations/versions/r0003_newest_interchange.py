"""The newest interchange of a pair is found without sorting all it ever sent."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring a ledger of 0002 to 0003."""
    op.create_index("ix_interchanges_newest", "interchanges", ["sender", "receiver", "usage", "id"])
