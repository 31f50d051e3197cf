"""Process: one received file from read to routed, each document in one transaction."""

from datetime import timedelta

import structlog

from gateway.answer import answer_interchange
from gateway.apply.apply import apply_document
from gateway.archive import ArchiveError
from gateway.gateway import Gateway
from gateway.ledger.files import FileRow, find_file, take_file
from gateway.map import map_document
from gateway.partners import Partner, PartnerError
from gateway.read import ReadDocument, read_file
from gateway.record import Desk, conclude, finish, is_settled, record_mapped, record_refusal
from gateway.reply import Reply
from gateway.route import route_document
from gateway.summary import Outcome, conclude_file
from translators.x12.structure import Interchange

log = structlog.get_logger()
LEASE = timedelta(minutes=10)


def process_file(gateway: Gateway, file_id: int) -> Outcome:
    """Return what became of a file; documents that took effect in an earlier run are left alone."""
    with gateway.ledger.begin() as tx:
        if not take_file(tx, file_id, LEASE):
            return Outcome(file_id=file_id, state="taken", reason="another worker has it")
        file = find_file(tx, file_id)
    if file is None:
        return Outcome(file_id=file_id, state="unknown", reason="there is no such file")
    try:
        partner = gateway.partners.get(file.partner)
        data = gateway.archive.load(file.sha256)
    except (ArchiveError, PartnerError) as error:
        return conclude_file(gateway, file, refusal=str(error))
    try:
        for part in read_file(gateway, partner, file.name, data):
            if isinstance(part, ReadDocument):
                process_document(gateway, file, partner, part)
            else:
                answer(gateway, file, partner, part)
    except Exception as error:
        # A fault of ours in a reader: this file waits for a person, the next one goes on.
        log.exception("file failed", file=file.name)
        return conclude_file(
            gateway, file, refusal=f"{type(error).__name__} while it was read: {error}"
        )
    return conclude_file(gateway, file)


def process_document(gateway: Gateway, file: FileRow, partner: Partner, read: ReadDocument) -> None:
    """Map, apply and route one document: all of it is in the ledger, or nothing."""
    mapped = map_document(gateway, read)
    try:
        with gateway.ledger.begin() as tx:
            desk = Desk(gateway, tx, file, partner)
            if is_settled(desk, read.ordinal):
                return
            incoming = record_mapped(desk, mapped)
            if incoming is None:
                return
            if conclude(incoming, mapped, apply_document(incoming)):
                route_document(incoming)
                finish(incoming)
    except Exception as error:
        # A fault of ours in one document must not stop its neighbours; ops see it, and can rerun.
        log.exception("document failed", file=file.name, place=read.document.place)
        record_refusal(gateway, file, partner, mapped, error)


def answer(gateway: Gateway, file: FileRow, partner: Partner, interchange: Interchange) -> None:
    """Queue the TA1 and 997 of an interchange."""
    with gateway.ledger.begin() as tx:
        answer_interchange(Reply(gateway, tx, file, partner), interchange)
