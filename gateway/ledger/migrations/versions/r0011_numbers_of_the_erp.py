"""Changes keep the number the ERP gave them, beside the one their maker is told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Bring a ledger of 0010 to 0011."""
    column = sa.Column("erp_number", sa.String(80), nullable=False, server_default="")
    op.add_column("order_changes", column)
    op.execute(
        "UPDATE order_changes SET erp_number = number WHERE document_id IN"
        " (SELECT id FROM documents WHERE direction = 'in' AND entity = 'OrderChange')"
    )
