"""Progress: the one rule by which documents and files become delivered."""

from sqlalchemy import Connection, exists, select, update

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
    unfinished = exists().where(
        effects.c.document_id == document_id, effects.c.state.in_(UNFINISHED_EFFECTS)
    )
    tx.execute(
        update(documents)
        .where(documents.c.id == document_id, documents.c.state.in_(_ON_THE_WAY), ~unfinished)
        .values(state="delivered", updated_at=now())
    )
    file_id = tx.scalar(select(documents.c.file_id).where(documents.c.id == document_id))
    if file_id is not None:
        deliver_file(tx, file_id)


def deliver_file(tx: Connection, file_id: int) -> None:
    """Call the file delivered where it was applied and none of its documents is open.

    Before a file is applied its documents may not all be recorded; it stays as it is.
    """
    hold(tx, f"file {file_id}")
    of_file = documents.c.file_id == file_id
    any_open = exists().where(of_file, documents.c.state.in_(_OPEN_DOCUMENTS))
    any_done = exists().where(of_file, documents.c.state.in_(SETTLED_DOCUMENTS))
    tx.execute(
        update(files)
        .where(files.c.id == file_id, files.c.state.in_(_ON_THE_WAY), ~any_open, any_done)
        .values(state="delivered", updated_at=now())
    )
