"""Close: a parked file that needs nothing more is put away by a person, with the reason."""

from sqlalchemy import Connection

from gateway.ledger.actions import Action, record_action
from gateway.ledger.documents import DocumentQuery, list_documents, set_document_state
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import FileRow, set_file_state
from gateway.ledger.states import HELD
from gateway.rerun import LEFT_ALONE

MOST = 100_000


def close_file(tx: Connection, file: FileRow, *, actor: str, reason: str) -> int:
    """Make a parked file ignored, and return how many documents of it are given up with it.

    What took effect keeps it. Raises LedgerError for a file that is not parked.
    """
    if file.state not in HELD:
        raise LedgerError(
            f"file {file.id} is {file.state}; only a parked file is closed, the others need nobody"
        )
    query = DocumentQuery(file_id=file.id, direction="in")
    given_up = [row for row in list_documents(tx, query, limit=MOST) if row.state not in LEFT_ALONE]
    why = f"closed by {actor}: {reason}"
    for row in given_up:
        set_document_state(tx, row.id, "ignored", why)
    set_file_state(tx, file.id, "ignored", why)
    subject = f"file {file.id}"
    record_action(tx, Action(actor=actor, verb="close", subject=subject, reason=reason))
    return len(given_up)
