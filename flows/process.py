"""Process: received files from read to routed, each document in one transaction."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from flows.owner import LEASE, owner_name
from gateway.agreed import ReadDocument
from gateway.answer import answer_interchange
from gateway.apply.apply import apply_document
from gateway.archive import ArchiveError
from gateway.arrivals import look_up_arrivals
from gateway.clocks import keep_clocks
from gateway.faults import is_passing
from gateway.gateway import Gateway
from gateway.ledger.ahead import look_ahead
from gateway.ledger.files import FileRow, find_file, release_file, take_file, take_files
from gateway.map import MappedDocument, map_document
from gateway.partners import PartnerError
from gateway.read import read_received
from gateway.record import (
    Desk,
    ask_for,
    fault_of,
    finish,
    is_settled,
    record_mapped,
    record_refusal,
)
from gateway.record import conclude as conclude_document
from gateway.reply import Reply
from gateway.route import route_document
from gateway.summary import Outcome, conclude, conclude_file
from translators.x12.structure import Interchange

log = structlog.get_logger()
SMALL = 65_536  # bytes; a file of one or a few documents
FILES_TOGETHER = 20
DOCUMENTS_TOGETHER = 100

Part = MappedDocument | Interchange


def process_files(gateway: Gateway, files: list[FileRow]) -> list[Outcome]:
    """Return what became of each file."""
    return [
        outcome
        for group in group_files(files)
        for outcome in process_group(gateway, [file.id for file in group])
    ]


def group_files(files: list[FileRow], together: int = FILES_TOGETHER) -> list[list[FileRow]]:
    """Return the files in groups that share a transaction (docs/decisions/0020): large ones alone."""
    small = [file for file in files if file.size <= SMALL]
    groups = [small[start : start + together] for start in range(0, len(small), together)]
    return groups + [[file] for file in files if file.size > SMALL]


def process_group(gateway: Gateway, ids: list[int]) -> list[Outcome]:
    """Return what became of files that are done in one transaction; where one fails, each alone."""
    if len(ids) == 1:
        return [process_file(gateway, ids[0])]
    try:
        with gateway.ledger.begin() as tx:
            return process_together(gateway, tx, ids)
    except Exception as error:  # noqa: BLE001 all of it is undone; done alone, each tells its own fault
        log.info("files are done one by one", because=f"{type(error).__name__}: {error}"[:300])
    return [process_file(gateway, one) for one in ids]


def process_inside(gateway: Gateway, tx: Connection, file_id: int) -> Outcome:
    """Return what became of a file, taken and done as part of a transaction."""
    return process_together(gateway, tx, [file_id])[0]


def process_together(gateway: Gateway, tx: Connection, ids: list[int]) -> list[Outcome]:
    """Return what became of files, taken and done in one transaction; its answers are archived before."""
    with gateway.archive.gathering():
        return process_gathered(gateway, tx, ids)


def process_gathered(gateway: Gateway, tx: Connection, ids: list[int]) -> list[Outcome]:
    """Return what became of files: all documents are recorded before all answers."""
    files = take_files(tx, ids, LEASE)
    taken = [files[file_id] for file_id in ids if file_id in files]
    gateway.versions.look(tx)
    held = {name: gateway.for_partner(name) for name in {file.partner for file in taken}}
    contents = {file.id: gateway.archive.load(file.sha256) for file in taken}
    look_up_arrivals(tx, contents)
    parts = [
        (file, part)
        for file in taken
        for part in list_parts(held[file.partner], file, contents[file.id], tx)
    ]
    look_ahead(tx, ask_for(parts))
    for wanted in (MappedDocument, Interchange):
        for file, part in parts:
            if isinstance(part, wanted):
                record(gateway, tx, file, part)
    done = {file.id: conclude(gateway, tx, file) for file in taken}
    return [done.get(file_id) or taken_by_another(file_id) for file_id in ids]


def process_file(gateway: Gateway, file_id: int) -> Outcome:
    """Return what became of a file; documents that took effect in an earlier run are left alone."""
    with gateway.ledger.begin() as tx:
        file = take_file(tx, file_id, LEASE, owner_name())
        if file is None and find_file(tx, file_id) is None:
            return Outcome(file_id=file_id, state="unknown", reason="there is no such file")
    if file is None:
        return taken_by_another(file_id)
    with gateway.at_work.on_file(file_id):
        return process_taken(gateway, file)


def process_taken(gateway: Gateway, file: FileRow) -> Outcome:
    """Return what became of a file that is ours."""
    try:
        data = gateway.archive.load(file.sha256)
        parts = list_parts(gateway.look_for_versions().for_partner(file.partner), file, data)
        while some := list(islice(parts, DOCUMENTS_TOGETHER)):
            record_together(gateway, file, some)
    except (ArchiveError, PartnerError) as error:
        return conclude_file(gateway, file, refusal=str(error))
    except Exception as error:
        if is_passing(error):
            return leave(gateway, file, error)
        # A fault of ours in a reader: this file waits for a person, the next one goes on.
        log.exception("file failed", file=file.name)
        refusal = f"{type(error).__name__} while it was read: {error}"
        return conclude_file(gateway, file, refusal=refusal)
    return conclude_file(gateway, file)


def list_parts(
    gateway: Gateway, file: FileRow, data: bytes, tx: Connection | None = None
) -> Iterator[Part]:
    """Yield the documents of a file, mapped by what is held for it, and each interchange after its documents."""
    partner = gateway.partners.get(file.partner)
    for part in read_received(gateway, partner, file, data, tx):
        yield map_safely(gateway, part) if isinstance(part, ReadDocument) else part


def map_safely(gateway: Gateway, read: ReadDocument) -> MappedDocument:
    """Return the document mapped; a fault of ours there parks it alone."""
    try:
        return map_document(gateway.shelf, read)
    except Exception as error:
        log.exception("document failed", place=read.document.place)
        return MappedDocument(
            read.ordinal, read.document, findings=[fault_of(error, read.document)]
        )


def record_together(gateway: Gateway, file: FileRow, parts: list[Part]) -> None:
    """Record documents in one transaction; where one fails, each in its own."""
    try:
        with gateway.ledger.begin() as tx:
            look_ahead(tx, ask_for([(file, part) for part in parts]))
            for part in parts:
                record(gateway, tx, file, part)
    except Exception as error:
        if is_passing(error):
            raise
        for part in parts:
            record_alone(gateway, file, part)


def record_alone(gateway: Gateway, file: FileRow, part: Part) -> None:
    """Record one document: all of it is in the ledger, or it is parked with our fault as a finding."""
    try:
        with gateway.ledger.begin() as tx:
            record(gateway, tx, file, part)
    except Exception as error:
        if is_passing(error) or isinstance(part, Interchange):
            raise
        # A fault of ours in one document must not stop its neighbours; ops see it, and can rerun.
        log.exception("document failed", file=file.name, place=part.document.place)
        partner = gateway.partners.get(file.partner)
        record_refusal(gateway, file, partner, part, error)


def record(gateway: Gateway, tx: Connection, file: FileRow, part: Part) -> None:
    """Apply and route a document, or queue the answer to an interchange."""
    partner = gateway.partners.get(file.partner)
    if isinstance(part, Interchange):
        answer_interchange(Reply(gateway, tx, file, partner), part)
        return
    desk = Desk(gateway, tx, file, partner)
    incoming = None if is_settled(desk, part.ordinal) else record_mapped(desk, part)
    if incoming is None:
        return
    if conclude_document(incoming, part, apply_document(incoming)):
        keep_clocks(incoming)
        route_document(incoming)
        finish(incoming)


def leave(gateway: Gateway, file: FileRow, error: Exception) -> Outcome:
    """Leave a file unfinished for the next turn: what stood against it passes."""
    reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:300]
    log.warning("file waits", file=file.name, error=reason)
    with suppress(SQLAlchemyError), gateway.ledger.begin() as tx:  # else its lease runs out
        release_file(tx, file.id)
    return Outcome(
        file_id=file.id, name=file.name, partner=file.partner, state="waiting", reason=reason
    )


def taken_by_another(file_id: int) -> Outcome:
    """Return the outcome of a file that somebody else works on."""
    return Outcome(file_id=file_id, state="taken", reason="another worker has it")
