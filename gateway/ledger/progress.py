"""Progress: the one rule by which documents and files become delivered."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, exists, update

from gateway.clock import now
from gateway.ledger.locks import hold
from gateway.ledger.states import SETTLED_DOCUMENTS, UNFINISHED_EFFECTS
from gateway.ledger.tables import documents, effects, files

_ON_THE_WAY = ("applied", "routed")
_OPEN_DOCUMENTS = ("received", "read", "mapped", "applied", "routed", "parked", "quarantined")


def deliver_document(tx: Connection, document_id: int) -> None:
    """Call the document delivered where it was applied and none of its effects is unfinished.

    Then its file is looked at too. A parked document stays parked when its answer has gone out.
    Call it at the end of a document's transaction, too: it may have no effects at all.
    """
    hold(tx, f"document {document_id}")  # of two last effects, one must see the other finished
    asked = {"document": document_id, "now": now()}
    delivered = tx.execute(_deliver_document(), asked).first()
    if delivered is not None and delivered.file_id is not None:
        deliver_file(tx, delivered.file_id)


def deliver_file(tx: Connection, file_id: int) -> None:
    """Call the file delivered where it was applied and none of its documents is open.

    Before a file is applied its documents may not all be recorded; it stays as it is.
    """
    hold(tx, f"file {file_id}")
    tx.execute(_deliver_file(), {"file": file_id, "now": now()})


@cache
def _deliver_document() -> Any:
    unfinished = exists().where(
        effects.c.document_id == bindparam("document"), effects.c.state.in_(UNFINISHED_EFFECTS)
    )
    on_the_way = documents.c.state.in_(_ON_THE_WAY)
    query = update(documents).where(
        documents.c.id == bindparam("document"), on_the_way, ~unfinished
    )
    delivered = query.values(state="delivered", updated_at=bindparam("now"))
    return delivered.returning(documents.c.file_id)


@cache
def _deliver_file() -> Update:
    of_file = documents.c.file_id == bindparam("file")
    any_open = exists().where(of_file, documents.c.state.in_(_OPEN_DOCUMENTS))
    any_done = exists().where(of_file, documents.c.state.in_(SETTLED_DOCUMENTS))
    on_the_way = files.c.state.in_(_ON_THE_WAY)
    query = update(files).where(files.c.id == bindparam("file"), on_the_way, ~any_open, any_done)
    return query.values(state="delivered", updated_at=bindparam("now"))
