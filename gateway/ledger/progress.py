"""Progress: the one rule by which documents and files become delivered."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, exists, update

from gateway.clock import now
from gateway.ledger.fresh import documents_of
from gateway.ledger.locks import hold_all
from gateway.ledger.states import SETTLED_DOCUMENTS, UNFINISHED_EFFECTS
from gateway.ledger.tables import documents, effects, files

_ON_THE_WAY = ("applied", "routed")
_OPEN_DOCUMENTS = ("received", "read", "mapped", "applied", "routed", "parked", "quarantined")


def deliver_document(tx: Connection, document_id: int) -> None:
    """Call the document delivered where it was applied and none of its effects is unfinished.

    Then its file is looked at too. A parked document stays parked when its answer has gone out.
    Call it at the end of a document's transaction, too: it may have no effects at all.
    """
    deliver_documents(tx, [document_id])


def deliver_documents(tx: Connection, ids: Iterable[int]) -> None:
    """Call those of the documents delivered that are, and their files; some or many cost the same."""
    wanted = sorted({*ids})
    if not wanted:
        return
    # Of two last effects, one must see the other finished.
    hold_all(tx, [f"document {one}" for one in wanted])
    delivered = tx.execute(_deliver_documents(), {"chosen": wanted, "now": now()})
    deliver_files(tx, {row.file_id for row in delivered if row.file_id is not None})


def deliver_file(tx: Connection, file_id: int) -> None:
    """Call the file delivered where it was applied and none of its documents is open.

    Before a file is applied its documents may not all be recorded; it stays as it is.
    """
    fresh = documents_of(tx, file_id)
    if fresh is None or not any(row["state"] in _OPEN_DOCUMENTS for row in fresh):
        deliver_files(tx, [file_id])


def deliver_files(tx: Connection, ids: Iterable[int]) -> None:
    """Call those of the files delivered that are."""
    wanted = sorted({*ids})
    if wanted:
        hold_all(tx, [f"file {one}" for one in wanted])
        tx.execute(_deliver_files(), {"chosen": wanted, "now": now()})


@cache
def _deliver_documents() -> Any:
    unfinished = exists().where(
        effects.c.document_id == documents.c.id, effects.c.state.in_(UNFINISHED_EFFECTS)
    )
    chosen = documents.c.id.in_(bindparam("chosen", expanding=True))
    query = update(documents).where(chosen, documents.c.state.in_(_ON_THE_WAY), ~unfinished)
    delivered = query.values(state="delivered", updated_at=bindparam("now"))
    return delivered.returning(documents.c.file_id)


@cache
def _deliver_files() -> Update:
    of_file = documents.c.file_id == files.c.id
    any_open = exists().where(of_file, documents.c.state.in_(_OPEN_DOCUMENTS))
    any_done = exists().where(of_file, documents.c.state.in_(SETTLED_DOCUMENTS))
    chosen = files.c.id.in_(bindparam("chosen", expanding=True))
    query = update(files).where(chosen, files.c.state.in_(_ON_THE_WAY), ~any_open, any_done)
    return query.values(state="delivered", updated_at=bindparam("now"))
