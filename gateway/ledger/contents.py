"""Contents: what partner files and routing rules said, from when on, and who answers for it (B-98)."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from gateway.clock import now
from gateway.ledger.content_tables import contents
from gateway.ledger.locks import hold


class ContentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One wording of a file; nobody answers for it while `accepted_at` is empty."""

    id: int
    name: str
    sha256: str
    content: str
    seen_at: datetime
    actor: str
    reason: str
    accepted_at: datetime | None


def find_contents(tx: Connection) -> dict[str, ContentRow]:
    """Return the newest wording of each file."""
    newest = select(func.max(contents.c.id)).group_by(contents.c.name)
    rows = tx.execute(select(contents).where(contents.c.id.in_(newest))).mappings()
    return {row["name"]: ContentRow(**dict(row)) for row in rows}


def list_contents(tx: Connection, name: str) -> list[ContentRow]:
    """Return all wordings of a file, the oldest first."""
    query = select(contents).where(contents.c.name == name).order_by(contents.c.id)
    return [ContentRow(**dict(row)) for row in tx.execute(query).mappings()]


def record_content(tx: Connection, values: dict[str, Any]) -> bool:
    """Return whether it is another wording than the newest; the first of a file needs nobody's word."""
    hold(tx, f"content of {values['name']}")
    known = list_contents(tx, values["name"])
    if known and known[-1].sha256 == values["sha256"]:
        return False
    same = next((one for one in known if one.sha256 == values["sha256"] and one.accepted_at), None)
    said: dict[str, Any] = {"actor": "", "reason": "", "accepted_at": None}
    if not known:
        said = {"actor": "", "reason": "as it was first seen", "accepted_at": now()}
    elif same and len(known) > 1 and known[-2].id == same.id and not known[-1].accepted_at:
        said = {"actor": same.actor, "reason": "back as it was", "accepted_at": now()}
    tx.execute(insert(contents).values(values | said | {"seen_at": now()}))
    return True


def accept_content(tx: Connection, row: ContentRow, actor: str, reason: str) -> None:
    """Record who answers for a wording, and why."""
    said = {"actor": actor, "reason": reason, "accepted_at": now()}
    tx.execute(update(contents).where(contents.c.id == row.id).values(said))
