"""Fresh: files of which nothing was recorded before this transaction; what it records is all there is."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Connection, bindparam, select, union

from gateway.ledger.later import known_of, later_of
from gateway.ledger.tables import documents, findings, interchanges

Row = dict[str, Any]

_TABLES = (documents, findings, interchanges)
_NEW = "recorded of"  # before the id of a file, among what is known of a table


def look_up_fresh(tx: Connection, file_ids: Collection[int]) -> None:
    """Find those of the files of which nothing is recorded, so that no part of them is asked for."""
    if later_of(tx) is None or not file_ids:
        return
    used = set(tx.scalars(_used(), {"chosen": sorted(file_ids)}))
    for table in _TABLES:
        known_of(tx, table).update({(_NEW, one): [] for one in file_ids if one not in used})


def documents_of(tx: Connection, file_id: int | None) -> list[Row] | None:
    """Return all documents of a fresh file, as they will be written; None where one must ask."""
    return known_of(tx, documents).get((_NEW, file_id))


def findings_of(tx: Connection, file_id: int | None) -> list[Any] | None:
    """Return all findings of a fresh file and its documents; None where one must ask."""
    return known_of(tx, findings).get((_NEW, file_id))


def interchanges_of(tx: Connection, file_id: int) -> list[Row] | None:
    """Return all interchanges of a fresh file; None where one must ask."""
    return known_of(tx, interchanges).get((_NEW, file_id))


@cache
def _used() -> CompoundSelect[Any]:
    chosen: BindParameter[Any] = bindparam("chosen", expanding=True)
    return union(*(select(one.c.file_id).where(one.c.file_id.in_(chosen)) for one in _TABLES))
