"""Errand: work that a document calls for after its own transaction has ended."""

from sqlalchemy import Connection

from canonical.shared import Entity
from gateway.apply.incoming import Incoming
from gateway.gateway import Gateway
from gateway.ledger.documents import find_document
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import find_file


def errand_of(gateway: Gateway, tx: Connection, document_id: int, key: str) -> Incoming:
    """Return the document as the cause of what is done now; effects get keys that begin with `key`.

    Raises LedgerError where it is not in the ledger, PartnerError where its partner's file is broken.
    """
    document = find_document(tx, document_id)
    if document is None:
        raise LedgerError(f"there is no document {document_id} in the ledger")
    file = find_file(tx, document.file_id) if document.file_id is not None else None
    return Incoming(
        gateway=gateway,
        tx=tx,
        document_id=document_id,
        file_name=file.name if file else f"document {document_id}",
        partner=gateway.partners.get(document.partner),
        entity=Entity(),
        places={},
        key=key,
    )
