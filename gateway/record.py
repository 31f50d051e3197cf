"""Record: a document enters the ledger, with its findings, and leaves it in a state that says why."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import json
from sqlalchemy import Connection

from canonical.events import DocumentApplied, DocumentParked
from canonical.functional_ack import FunctionalAck
from canonical.order_ack import OrderAck
from canonical.ship_notice import ShipNotice
from gateway.apply.incoming import Incoming
from gateway.drift import DRIFT, open_drift_case, remember
from gateway.gateway import Gateway
from gateway.ledger.ahead import Asked
from gateway.ledger.documents import (
    DocumentRow,
    NewDocument,
    find_document,
    find_document_at,
    find_follower,
    find_twin,
    is_said_under,
    record_document,
    set_document_state,
)
from gateway.ledger.effects import is_awaited
from gateway.ledger.events import mark_of, queue_event
from gateway.ledger.files import FileRow, find_file
from gateway.ledger.findings import record_findings
from gateway.ledger.progress import deliver_document
from gateway.ledger.states import SETTLED_DOCUMENTS
from gateway.ledger.versions import record_shadow
from gateway.map import MappedDocument, business_key
from gateway.partners import Partner, has_effects
from gateway.pgp import NOT_ENCRYPTED
from translators.document import Document
from translators.findings import Finding, has_errors
from translators.x12.structure import Interchange

QUARANTINE = ("foreign-sender", NOT_ENCRYPTED)  # it must never be taken as it is


@dataclass(slots=True, frozen=True)
class Desk:
    """Where a document is recorded: the gateway, its file and partner, one transaction."""

    gateway: Gateway
    tx: Connection
    file: FileRow
    partner: Partner


def is_settled(desk: Desk, ordinal: int) -> bool:
    """Return whether this document of the file took effect in an earlier run."""
    row = find_document_at(desk.tx, desk.file.id, ordinal)
    return row is not None and row.state in (*SETTLED_DOCUMENTS, "duplicate", "ignored")


def ask_for(parts: Iterable[tuple[FileRow, MappedDocument | Interchange]]) -> Asked:
    """Return what these documents are about to ask of the ledger."""
    asked = Asked()
    for file, part in parts:
        if isinstance(part, MappedDocument):
            asked.places.add((file.id, part.ordinal))
            if part.entity is not None:
                asked.business_keys.add(business_key(file.partner, part))
                if number := getattr(part.entity, "po_number", None):
                    asked.po_numbers.add(number)
    return asked


def record_mapped(desk: Desk, mapped: MappedDocument) -> Incoming | None:
    """Return the document ready to be applied; None where it is parked, duplicate or without effect."""
    new = _new_document(desk, mapped)
    document_id = record_document(desk.tx, new)
    record_findings(desk.tx, mapped.findings, document_id=document_id)
    if mapped.shadow is not None:
        record_shadow(desk.tx, document_id, mapped.shadow.version_id, mapped.shadow.reasons)
    if mapped.entity is None:
        park(desk.tx, document_id, mapped.findings)
        for one in mapped.findings:
            if one.code == DRIFT:
                open_drift_case(desk.tx, desk.partner.name, desk.file.id, one)
        return None
    remember(desk.tx, desk.partner.name, mapped.mapping, mapped.document, desk.file.id)
    # An acknowledgment repeats itself word for word when it takes back what was said in between.
    is_ack = isinstance(mapped.entity, FunctionalAck)
    key = "" if is_ack else new.business_key
    twin = find_twin(desk.tx, key, document_id) if key else None
    if twin is not None and _is_overtaken(desk.tx, twin, mapped):
        twin = None  # what was said in between is taken back by saying it again
    if twin is not None:
        reason = f"document d{twin.id} said the same on {twin.created_at:%Y-%m-%d %H:%M} UTC"
        set_document_state(desk.tx, document_id, "duplicate", reason)
        return None
    if mapped.stage or not has_effects(desk.partner, mapped.document.envelope):
        why = f"its mapping is at stage {mapped.stage}" if mapped.stage else "a test document"
        set_document_state(desk.tx, document_id, "ignored", f"{why}: read, not applied")
        return None
    return Incoming(
        gateway=desk.gateway,
        tx=desk.tx,
        document_id=document_id,
        file_name=desk.file.name,
        partner=desk.partner,
        entity=mapped.entity,
        places=mapped.places,
    )


def _is_overtaken(tx: Connection, twin: DocumentRow, mapped: MappedDocument) -> bool:
    """Return whether something else was said since: the same set once more is only a repeat (B-68)."""
    if not isinstance(mapped.entity, (OrderAck, ShipNotice)):
        return False
    envelope = mapped.document.envelope
    own = (envelope.interchange_control, envelope.group_control, envelope.set_control)
    is_resent = any(own) and is_said_under(tx, twin, own)
    last = None if is_resent else find_follower(tx, twin)
    if last is None or not isinstance(mapped.entity, ShipNotice):
        return last is not None
    # An original that comes once more after its replacement says nothing new; after a cancellation it does.
    is_original = mapped.entity.purpose == "original"
    return not is_original or json.decode(last.content, type=ShipNotice).purpose == "cancel"


def _new_document(desk: Desk, mapped: MappedDocument) -> NewDocument:
    envelope = mapped.document.envelope
    entity = mapped.entity
    return NewDocument(
        partner=desk.partner.name,
        direction="in",
        kind=mapped.document.kind,
        state="read" if entity is None else "mapped",
        ordinal=mapped.ordinal,
        file_id=desk.file.id,
        entity=mapped.entity_name,
        number=mapped.number[:80].replace("\x00", ""),  # to look it up by; `content` has it whole
        business_key=business_key(desk.partner.name, mapped) if entity else None,
        content=mapped.content.decode(),
        mapping=mapped.mapping,
        mapping_version=mapped.mapping_version,
        group_id=envelope.group_id,
        interchange_control=envelope.interchange_control[:14],
        group_control=envelope.group_control[:14],
        set_control=envelope.set_control[:14],
        usage=envelope.usage[:1],
        place=mapped.document.place[:200],
    )


def conclude(incoming: Incoming, mapped: MappedDocument, found: list[Finding]) -> bool:
    """Record what applying found; return whether the document took effect."""
    if found:  # beside what was recorded of it when it was mapped
        findings = mapped.findings + found
        record_findings(incoming.tx, findings, document_id=incoming.document_id)
    if has_errors(found):
        park(incoming.tx, incoming.document_id, found)
        return False
    set_document_state(incoming.tx, incoming.document_id, "applied")
    _tell_applied(incoming, mapped)
    return True


def _tell_applied(incoming: Incoming, mapped: MappedDocument) -> None:
    done = DocumentApplied(
        partner=incoming.partner.name,
        file_name=incoming.file_name,
        document_id=incoming.document_id,
        kind=mapped.document.kind,
        entity=mapped.entity_name,
        number=mapped.number,
    )
    about = f"document/{incoming.document_id}"
    key = f"document-{incoming.document_id}-applied"
    queue_event(incoming.tx, done, key, about, incoming.document_id)


def finish(incoming: Incoming) -> None:
    """Call the document routed; one without effects is delivered at once."""
    set_document_state(incoming.tx, incoming.document_id, "routed")
    if not is_awaited(incoming.tx, incoming.document_id):
        deliver_document(incoming.tx, incoming.document_id)


def park(tx: Connection, document_id: int, findings: list[Finding]) -> None:
    """Leave the document for a person, with the first error as the reason and how many follow.

    One that speaks for somebody else than its channel's partner, or came readable where it may not,
    is quarantined (B-94).
    """
    is_never_taken = any(one.code in QUARANTINE for one in findings)
    state = "quarantined" if is_never_taken else "parked"
    set_document_state(tx, document_id, state, reason_of(findings))
    document = find_document(tx, document_id)
    file = find_file(tx, document.file_id) if document and document.file_id else None
    if document is None or file is None:
        return
    parked = DocumentParked(
        partner=document.partner,
        file_name=file.name,
        document_id=document_id,
        kind=document.kind,
        reasons=tuple(str(one) for one in findings if one.level == "error"),
    )
    key = f"document-{document_id}-parked-{mark_of(parked.reasons)}"
    queue_event(tx, parked, key, f"document/{document_id}", document_id)


def reason_of(findings: list[Finding]) -> str:
    """Return the first error in a line, and how many more there are."""
    errors = [finding for finding in findings if finding.level == "error"]
    errors.sort(key=lambda one: one.code not in QUARANTINE)  # first why it is never taken
    if not errors:
        return ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    first = errors[0]
    place = f"{first.place}: " if first.place else ""
    advice = f"; {first.advice}" if first.advice else ""
    return f"{place}{first.sentence}{advice}{more}"


def record_refusal(
    gateway: Gateway, file: FileRow, partner: Partner, mapped: MappedDocument, error: Exception
) -> None:
    """Park a document that a fault of ours kept from being applied; what it held is kept."""
    finding = fault_of(error, mapped.document)
    with gateway.ledger.begin() as tx:
        desk = Desk(gateway, tx, file, partner)
        document_id = record_document(tx, _new_document(desk, mapped))
        record_findings(tx, [*mapped.findings, finding], document_id=document_id)
        park(tx, document_id, [finding])


def fault_of(error: Exception, document: Document) -> Finding:
    """Return a fault of ours as a finding that only ops are told."""
    said = (str(error) or "no words").splitlines()[0][:300]
    return Finding(
        level="error",
        code="internal-error",
        sentence=f"{type(error).__name__} while it was worked on: {said}",
        advice="nothing of it was changed; tell the developers, then rerun",
        place=document.place,
        audience="ops",
    )
