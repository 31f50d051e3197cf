"""Ahead: what many documents are about to ask of the ledger, looked up in one statement a table."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from gateway.ledger.cases import look_up_cases
from gateway.ledger.changes import look_up_changes
from gateway.ledger.commitments import look_up_commitments
from gateway.ledger.decisions import look_up_decisions
from gateway.ledger.expectations import look_up_expectations
from gateway.ledger.later import draw_ahead, known_of, later_of
from gateway.ledger.locks import hold_all
from gateway.ledger.orders import look_up_orders
from gateway.ledger.reroutes import look_up_reroutes
from gateway.ledger.states import SETTLED_DOCUMENTS
from gateway.ledger.tables import commitments, documents, expectations


@dataclass(slots=True, frozen=True)
class Asked:
    """What documents will ask for: whether they are there, said it before, and of which orders."""

    places: set[tuple[int, int]] = field(default_factory=set)  # file and ordinal
    business_keys: set[str] = field(default_factory=set)
    po_numbers: set[str] = field(default_factory=set)


def look_ahead(tx: Connection, asked: Asked) -> None:
    """Look all of it up; what others could change meanwhile is held until this transaction ends."""
    later = later_of(tx)
    if later is None or not asked.places:
        return
    for table in (documents, commitments, expectations):
        draw_ahead(tx, table, len(asked.places))
    hold_all(
        tx,
        [
            *(f"order {one}" for one in asked.po_numbers),
            *(f"business key {one}" for one in asked.business_keys),
        ],
    )
    known_of(tx, documents).update(_find_free(tx, asked))
    numbers = sorted(asked.po_numbers)
    if numbers:
        for look_up in LOOK_UPS:
            look_up(tx, numbers)


LOOK_UPS = (
    look_up_orders,
    look_up_commitments,
    look_up_cases,
    look_up_decisions,
    look_up_expectations,
    look_up_changes,
    look_up_reroutes,
)


def _find_free(tx: Connection, asked: Asked) -> dict[Hashable, Any]:
    """Return the places where no document is recorded, and the keys that no settled one has."""
    files = {file_id for file_id, _ in asked.places}
    ordinals = {ordinal for _, ordinal in asked.places}
    given = {"files": sorted(files), "ordinals": sorted(ordinals)}
    taken = {(row.file_id, row.ordinal) for row in tx.execute(_places(), given)}
    said = set(tx.scalars(_said(), {"chosen": sorted(asked.business_keys)}))
    return dict.fromkeys([*(asked.places - taken), *(asked.business_keys - said)])


@cache
def _places() -> Select[Any]:
    return select(documents.c.file_id, documents.c.ordinal).where(
        documents.c.file_id.in_(bindparam("files", expanding=True)),
        documents.c.ordinal.in_(bindparam("ordinals", expanding=True)),
    )


@cache
def _said() -> Select[Any]:
    return select(documents.c.business_key).where(
        documents.c.business_key.in_(bindparam("chosen", expanding=True)),
        documents.c.direction == "in",
        documents.c.state.in_(SETTLED_DOCUMENTS),
    )
