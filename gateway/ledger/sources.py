"""Sources: from which bytes documents came, for many of them in one statement."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, select

from gateway.ledger.tables import documents, files


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A document with the SHA-256 of the file it stood in; None for what we wrote unasked."""

    id: int
    partner: str
    entity: str
    number: str
    ordinal: int
    file_sha256: str | None


def list_sources(tx: Connection, ids: Iterable[int]) -> dict[int, Source]:
    """Return the source of each of the documents that is there."""
    rows = tx.execute(_sources(), {"chosen": sorted(ids)})
    return {row.id: Source(**row._asdict()) for row in rows}


@cache
def _sources() -> Select[Any]:
    names = ("id", "partner", "entity", "number", "ordinal")
    columns = [documents.c[name] for name in names]
    query = select(*columns, files.c.sha256.label("file_sha256"))
    chosen = documents.c.id.in_(bindparam("chosen", expanding=True))
    return query.outerjoin_from(documents, files, documents.c.file_id == files.c.id).where(chosen)
