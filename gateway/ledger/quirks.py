"""Quirks: how often each tolerated deviation was met, and when first and last (F20)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from gateway.ledger.tables import documents, files, findings


class QuirkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One quirk of one partner as it was met: in so many findings, between two moments."""

    partner: str
    quirk: str
    hits: int
    first_seen: datetime
    last_seen: datetime


def list_quirks_met(tx: Connection) -> list[QuirkRow]:
    """Return every quirk that was ever met, by partner and name.

    It is counted from the findings themselves, so that a rerun, which replaces them, counts once.
    """
    partner = func.coalesce(documents.c.partner, files.c.partner)
    seen = func.coalesce(
        documents.c.created_at, files.c.received_at, type_=files.c.received_at.type
    )
    query = (
        select(
            partner.label("partner"),
            findings.c.quirk,
            func.count().label("hits"),
            func.min(seen, type_=files.c.received_at.type).label("first_seen"),
            func.max(seen, type_=files.c.received_at.type).label("last_seen"),
        )
        .select_from(findings)
        .outerjoin(documents, documents.c.id == findings.c.document_id)
        .outerjoin(files, files.c.id == findings.c.file_id)
        .where(findings.c.quirk != "")
        .group_by(partner, findings.c.quirk)
        .order_by(partner, findings.c.quirk)
    )
    rows: Iterable[Any] = tx.execute(query).mappings()
    return [QuirkRow(**row) for row in rows]
