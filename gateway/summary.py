"""Summary: what became of a file, from what became of its documents."""

import msgspec
from sqlalchemy import Connection

from canonical.events import FileParked
from gateway.answer import answer_business
from gateway.counted import counted
from gateway.gateway import Gateway
from gateway.ledger.documents import DocumentQuery, DocumentRow, list_documents
from gateway.ledger.events import mark_of, queue_event
from gateway.ledger.files import FileRow, find_file, release_file, set_file_state
from gateway.ledger.findings import list_findings
from gateway.ledger.states import HELD
from gateway.record import reason_of
from gateway.reply import Reply
from translators.findings import Finding, has_errors

MOST_DOCUMENTS = 1_000_000


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of a file came to; `reason` says why where it is not fine."""

    file_id: int
    name: str = ""
    partner: str = ""
    state: str
    reason: str = ""
    documents: int = 0

    @property
    def is_failed(self) -> bool:
        """Return whether a person has to look."""
        return self.state in (*HELD, "unknown")


def conclude_file(gateway: Gateway, file: FileRow, refusal: str = "") -> Outcome:
    """Record the state of a processed file, queue its answer in words, end its lease."""
    with gateway.ledger.begin() as tx:
        return conclude(gateway, tx, file, refusal)


def conclude(gateway: Gateway, tx: Connection, file: FileRow, refusal: str = "") -> Outcome:
    """Record the state of a processed file as part of a transaction."""
    query = DocumentQuery(file_id=file.id, direction="in")
    documents = list_documents(tx, query, limit=MOST_DOCUMENTS)
    around = [row.finding for row in list_findings(tx, file_id=file.id) if row.document_id is None]
    state, reason = ("parked", refusal) if refusal else _judge(documents, around)
    if not refusal:
        partner = gateway.partners.get(file.partner)
        answer_business(Reply(gateway, tx, file, partner))
    set_file_state(tx, file.id, state, reason)
    if state in HELD:
        _tell_held(tx, file, state, reason)
    release_file(tx, file.id)
    done = find_file(tx, file.id)
    return Outcome(
        file_id=file.id,
        name=file.name,
        partner=file.partner,
        state=done.state if done else state,
        reason=reason,
        documents=len(documents),
    )


def _tell_held(tx: Connection, file: FileRow, state: str, reason: str) -> None:
    parked = FileParked(
        partner=file.partner,
        file_id=file.id,
        file_name=file.name,
        state="quarantined" if state == "quarantined" else "parked",
        reason=reason,
    )
    key = f"file-{file.id}-parked-{mark_of([reason])}"
    queue_event(tx, parked, key, f"file/{file.id}")


def _judge(documents: list[DocumentRow], around: list[Finding]) -> tuple[str, str]:
    """Return the state and why: a fault of an envelope holds its file even when its sets were good."""
    parked = [row for row in reversed(documents) if row.state in HELD]
    if parked:
        more = f"; {counted(len(parked) - 1, 'more document')}" if len(parked) > 1 else ""
        first = parked[0]
        where = "" if first.reason.startswith(first.place) else f"{first.place}, "
        state = "parked" if any(row.state == "parked" for row in parked) else "quarantined"
        return state, f"{where}{first.reason}{more}"
    if has_errors(around):
        return "parked", reason_of(around)
    states = {row.state for row in documents}
    if not documents:
        return "ignored", "it holds no documents, only an envelope"
    if states <= {"duplicate"}:
        return "duplicate", documents[0].reason
    if states <= {"ignored", "duplicate"}:
        return "ignored", documents[0].reason
    return "routed", ""
