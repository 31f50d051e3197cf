"""Rerun: a parked file is made due again; what took effect before stays as it is."""

from gateway.gateway import Gateway
from gateway.ledger.actions import Action, record_action
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import FileRow, find_file, set_file_state


def reopen_file(gateway: Gateway, file_id: int, *, actor: str, reason: str) -> FileRow:
    """Return the file, due to be processed again; raises LedgerError where it is not parked."""
    with gateway.ledger.begin() as tx:
        file = find_file(tx, file_id)
        if file is None:
            raise LedgerError(f"there is no file {file_id} in the ledger")
        if file.state not in ("parked", "received", "read", "mapped"):
            raise LedgerError(
                f"file {file_id} ({file.name}) is {file.state}; only a parked file is run again"
            )
        if file.state == "parked":
            set_file_state(tx, file_id, "received", reason)
        record_action(
            tx, Action(actor=actor, verb="rerun", subject=f"file {file_id}", reason=reason)
        )
    return file
