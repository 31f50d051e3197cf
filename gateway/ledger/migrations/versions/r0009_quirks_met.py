"""A finding names the quirk that tolerates it, so that quirks are counted without reading all."""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Bring a ledger of 0008 to 0009."""
    quirk = sa.Column("quirk", sa.String(length=40), nullable=False, server_default="")
    op.add_column("findings", quirk)
    is_met = sa.text("quirk <> ''")
    op.create_index(
        "ix_findings_quirk", "findings", ["quirk"], sqlite_where=is_met, postgresql_where=is_met
    )
    findings = sa.table("findings", sa.column("id"), sa.column("quirk"), sa.column("detail"))
    connection = op.get_bind()
    query = sa.select(findings.c.id, findings.c.detail)
    for row in connection.execute(query.where(findings.c.detail.like('%"quirk":"%'))).all():
        named = msgspec.json.decode(row.detail).get("quirk", "")
        change = sa.update(findings).where(findings.c.id == row.id).values(quirk=named)
        connection.execute(change)
