"""Rerun: what would be done again of a file, what is left alone, and how it is begun."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from gateway.agreed import ReadDocument
from gateway.apply.apply import apply_document
from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.actions import Action, record_action
from gateway.ledger.documents import (
    DocumentQuery,
    DocumentRow,
    find_document,
    list_documents,
)
from gateway.ledger.effects import EffectRow, list_effects, retry_effect
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import FileRow, find_file, release_file, set_file_state
from gateway.ledger.findings import record_findings
from gateway.ledger.states import HELD, SETTLED_DOCUMENTS, UNFINISHED_FILES
from gateway.map import MappedDocument, map_document
from gateway.read import read_received
from gateway.record import Desk, record_mapped
from translators.findings import Finding, has_errors

Start = Literal["read", "map", "apply", "deliver"]

LEFT_ALONE = (*SETTLED_DOCUMENTS, "duplicate", "ignored")  # as `gateway.record.is_settled` has it
MOST = 100_000


@dataclass(slots=True, frozen=True)
class RerunPlan:
    """What a rerun of a file would do; `refusal` says why it would do nothing."""

    file: FileRow
    start: Start
    again: tuple[DocumentRow, ...] = ()  # parked, or cut short
    settled: tuple[DocumentRow, ...] = ()  # they took effect, or have none; never done twice
    stuck: tuple[EffectRow, ...] = ()
    refusal: str = ""


@dataclass(slots=True, frozen=True)
class Trial:
    """What was found in one document when it was tried."""

    place: str
    findings: tuple[Finding, ...]

    @property
    def is_fine(self) -> bool:
        """Return whether the document would not be parked again."""
        return not has_errors(self.findings)


def plan_rerun(tx: Connection, file: FileRow, start: Start | None = None) -> RerunPlan:
    """Return what a rerun would do; without a start, stuck effects of a file that is fine are retried."""
    query = DocumentQuery(file_id=file.id, direction="in")
    documents = sorted(list_documents(tx, query, limit=MOST), key=lambda row: row.ordinal)
    stuck = tuple(_list_stuck(tx, file))
    is_open = file.state in (*HELD, *UNFINISHED_FILES)
    begin: Start = start or ("deliver" if stuck and not is_open else "read")
    return RerunPlan(
        file=file,
        start=begin,
        again=tuple(row for row in documents if row.state not in LEFT_ALONE),
        settled=tuple(row for row in documents if row.state in LEFT_ALONE),
        stuck=stuck,
        refusal=_refuse_effects(file, stuck) if begin == "deliver" else refuse_file(file),
    )


def find_subject(tx: Connection, key: str) -> FileRow | None:
    """Return the file meant by an id, a name or the start of a SHA-256; `d12` means document 12's file.

    What we wrote belongs to the file of the document that caused it.
    """
    if key[:1] in {"d", "D"} and key[1:].isascii() and key[1:].isdigit():
        row = find_document(tx, int(key[1:]))
        while row is not None and row.file_id is None and row.answers is not None:
            row = find_document(tx, row.answers)
        if row is not None and row.file_id is not None:
            return find_file(tx, row.file_id)
    return find_file(tx, key)


def retry_stuck(gateway: Gateway, plan: RerunPlan, *, actor: str, reason: str) -> list[str]:
    """Make the stuck effects of a file due now and return their keys; each is recorded as an action."""
    with gateway.ledger.begin() as tx:
        stuck = _list_stuck(tx, plan.file)  # looked at again: somebody may have been faster
        for effect in stuck:
            retry_effect(tx, effect.id)
            done = Action(actor=actor, verb="retry", subject=f"effect {effect.key}", reason=reason)
            record_action(tx, done)
    return [effect.key for effect in stuck]


def reopen_file(gateway: Gateway, file_id: int, *, actor: str, reason: str = "") -> bool:
    """Put a parked file back to received, so that it is processed again; return whether it is due.

    False and no change where the file has nothing to do again or another worker has it.
    """
    with gateway.ledger.begin() as tx:
        return reopen(tx, file_id, actor=actor, reason=reason)


def reopen(tx: Connection, file_id: int, *, actor: str, reason: str = "") -> bool:
    """Put a parked file back to received as part of a transaction; return whether it is due."""
    file = find_file(tx, file_id)
    if file is None:
        raise LedgerError(f"there is no file {file_id} in the ledger")
    if refuse_file(file):
        return False
    set_file_state(tx, file.id, "received", "to be done again")
    record_findings(tx, [], file_id=file.id)  # what stood around it may be mended
    release_file(tx, file.id)
    subject = f"file {file.id}"
    record_action(tx, Action(actor=actor, verb="rerun", subject=subject, reason=reason))
    return True


def try_again(gateway: Gateway, plan: RerunPlan) -> list[Trial]:
    """Return what would become of the documents to be done again; what is tried is undone."""
    trials: list[Trial] = []
    with suppress(_UndoneError), gateway.ledger.begin() as tx:
        trials += _list_trials(gateway, tx, plan)
        raise _UndoneError
    return trials


def _list_trials(gateway: Gateway, tx: Connection, plan: RerunPlan) -> list[Trial]:
    gateway.versions.look(tx)
    gateway = gateway.for_partner(plan.file.partner)
    desk = Desk(gateway, tx, plan.file, gateway.partners.get(plan.file.partner))
    data = gateway.archive.load(plan.file.sha256)
    settled = {row.ordinal for row in plan.settled}
    return [
        _try(desk, map_document(gateway.shelf, part))
        for part in read_received(gateway, desk.partner, plan.file, data)
        if isinstance(part, ReadDocument) and part.ordinal not in settled
    ]


class _UndoneError(Exception):
    """Ends the transaction of a trial without a trace."""


def _try(desk: Desk, mapped: MappedDocument) -> Trial:
    incoming = record_mapped(desk, mapped)
    applied = apply_document(incoming) if incoming is not None else []
    return Trial(mapped.document.place, (*mapped.findings, *applied))


def _list_stuck(tx: Connection, file: FileRow) -> list[EffectRow]:
    return [effect for effect in list_effects_of(tx, file.id) if effect.state == "stuck"]


def list_effects_of(tx: Connection, file_id: int) -> list[EffectRow]:
    """Return the effects of a file's documents, its answers and what was sent because of it."""
    own = list_documents(tx, DocumentQuery(file_id=file_id), limit=MOST)
    sent = [
        row for one in own for row in list_documents(tx, DocumentQuery(answers=one.id), limit=MOST)
    ]
    documents = {row.id: row for row in (*own, *sent)}
    return [
        effect
        for document_id in sorted(documents)
        for effect in list_effects(tx, document_id=document_id, limit=MOST)
    ]


def refuse_file(file: FileRow) -> str:
    """Return why a file is not done again, or nothing."""
    is_held = file.lease_until is not None and file.lease_until > now()
    if file.state in UNFINISHED_FILES and is_held:
        return f"file {file.id} is being processed until {file.lease_until:%Y-%m-%d %H:%M:%S} UTC; wait"
    if file.state in (*HELD, *UNFINISHED_FILES):
        return ""
    return (
        f"file {file.id} is {file.state}; only what is parked is done again. "
        "A correction comes as a new file"
    )


def _refuse_effects(file: FileRow, stuck: tuple[EffectRow, ...]) -> str:
    return "" if stuck else f"no effect of file {file.id} is stuck; there is nothing to retry"
