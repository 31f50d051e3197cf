"""Send: an entity written for a partner, numbered, archived, recorded and queued, in one transaction."""

from dataclasses import dataclass, field

from canonical.entities import write_json, write_plain
from canonical.events import OrderSent
from canonical.forecast import Forecast
from canonical.order_change import OrderChange
from canonical.purchase_order import PurchaseOrder
from canonical.shared import Entity
from gateway.apply.incoming import Incoming
from gateway.clocks import start_clocks
from gateway.enveloped import usage_of, write_enveloped
from gateway.gateway import Gateway
from gateway.ledger.control_numbers import draw_control_number
from gateway.ledger.documents import NewDocument, link_orders, record_document
from gateway.ledger.effects import NewEffect, order_key_of, queue_effect
from gateway.ledger.orders import set_order_state
from gateway.map import number_of
from gateway.partners import Agreement, Partner, Wanted, find_agreement
from translators.findings import Finding, has_errors
from translators.mapper.write_mapping import WriteMapping
from translators.mapper.written import Written
from translators.writing import write_file
from translators.x12.acknowledge import Numbers
from translators.x12.grammar import GROUP_OF
from translators.x12.writer import WrittenSet

SET_CONTROL = "0001"
Order = PurchaseOrder | OrderChange


@dataclass(slots=True, frozen=True)
class Rendered:
    """What is to be sent, before it has control numbers."""

    findings: list[Finding] = field(default_factory=list)
    agreement: Agreement | None = None
    mapping: WriteMapping | None = None
    written: Written = field(default_factory=Written)


@dataclass(slots=True, frozen=True)
class Numbered:
    """The bytes as they will lie in front of the partner, and the numbers in them."""

    data: bytes
    findings: list[Finding]
    interchange_control: str = ""
    group_control: str = ""
    set_control: str = ""
    group_id: str = ""


def render(gateway: Gateway, partner: Partner, entity: Entity) -> Rendered:
    """Return the entity in the partner's own form, or what stands against it; touches nothing."""
    wanted = Wanted(direction="out", entity=type(entity).__name__, set_id=_set_of(entity))
    agreement = find_agreement(partner, wanted)
    if isinstance(agreement, Finding):
        return Rendered([agreement])
    gateway = gateway.look_for_versions().for_partner(partner.name)
    mapping = gateway.shelf.find_writer(agreement.mapping)
    if isinstance(mapping, list):
        return Rendered(mapping, agreement)
    written = mapping.write(entity)
    return Rendered(written.findings, agreement, mapping, written)


def _set_of(entity: Entity) -> str:
    """Return the set of an entity that may be one of two: a planning or a shipping schedule."""
    if not isinstance(entity, Forecast):
        return ""
    return "862" if entity.kind == "shipping" else "830"


def send_unanswered(
    incoming: Incoming, partner: Partner, entity: Entity, rendered: Rendered
) -> list[Finding]:
    """Return what was found; a schedule or a receipt is queued for the partner, who need not answer it."""
    agreement, mapping = rendered.agreement, rendered.mapping
    if agreement is None or mapping is None:
        return rendered.findings
    numbered = _number(incoming, partner, (agreement, mapping), rendered.written)
    if has_errors(numbered.findings):
        return numbered.findings
    document_id = _record(incoming, partner, entity, (agreement, mapping, numbered))
    leaving = Leaving(agreement, number_of(entity), numbered)
    queue_put(incoming, document_id, partner, leaving)
    return numbered.findings


def send(incoming: Incoming, partner: Partner, order: Order, rendered: Rendered) -> list[Finding]:
    """Return what was found; the file is queued for the partner and its answers are expected."""
    agreement, mapping = rendered.agreement, rendered.mapping
    if agreement is None or mapping is None:
        return rendered.findings
    numbered = _number(incoming, partner, (agreement, mapping), rendered.written)
    if has_errors(numbered.findings):
        return numbered.findings
    document_id = _record(incoming, partner, order, (agreement, mapping, numbered))
    link_orders(incoming.tx, document_id, [order.po_number])
    queue_put(incoming, document_id, partner, Leaving(agreement, order.po_number, numbered))
    if isinstance(order, PurchaseOrder):
        set_order_state(incoming.tx, order.po_number, "sent")
    start_clocks(incoming, partner, order, document_id)
    event = OrderSent(
        po_number=order.po_number,
        partner=partner.name,
        kind=agreement.kind,
        control_number=numbered.interchange_control,
    )
    incoming.queue_event("cmgateway.order.sent.v1", order.po_number, write_plain(event))
    return numbered.findings


def _number(
    incoming: Incoming, partner: Partner, agreed: tuple[Agreement, WriteMapping], written: Written
) -> Numbered:
    agreement, mapping = agreed
    if not agreement.kind.startswith("x12 "):
        return _write_file(written, mapping)
    _, set_id, version = agreement.kind.split()
    us, them = partner.us.x12, partner.identities.x12
    if us is None or them is None:
        return Numbered(b"", [_no_identity(partner)])
    usage = usage_of(partner)
    interchange, group = (
        draw_control_number(incoming.tx, us.id, them.id, usage, scope)
        for scope in ("interchange", "group")
    )
    sets = [WrittenSet(set_id, SET_CONTROL, written.segments)]
    kept = Numbers(interchange, group)
    data, findings = write_enveloped(partner, (us, them), sets, version, kept)
    return Numbered(data, findings, f"{interchange:09d}", str(group), SET_CONTROL, GROUP_OF[set_id])


def _write_file(written: Written, mapping: WriteMapping) -> Numbered:
    if isinstance(mapping.makes, str):
        raise TypeError(mapping.makes)
    file = write_file(written, mapping.makes)
    return Numbered(file.data, file.findings)


def _no_identity(partner: Partner) -> Finding:
    return Finding(
        level="error",
        code="no-identity",
        sentence=f"{partner.name} is sent X12, but its file does not say what it or we are called there",
        advice="fill identities.x12 and us.x12",
        rule=f"{partner.name}.yaml",
    )


def _record(
    incoming: Incoming,
    partner: Partner,
    entity: Entity,
    parts: tuple[Agreement, WriteMapping, Numbered],
) -> int:
    agreement, mapping, numbered = parts
    return record_document(
        incoming.tx,
        NewDocument(
            partner=partner.name,
            direction="out",
            kind=agreement.kind,
            state="applied",
            entity=type(entity).__name__,
            number=number_of(entity),
            content=write_json(entity).decode(),
            mapping=mapping.name,
            mapping_version=mapping.version,
            group_id=numbered.group_id,
            interchange_control=numbered.interchange_control,
            group_control=numbered.group_control,
            set_control=numbered.set_control,
            sha256=incoming.gateway.archive.store(numbered.data),
            answers=incoming.document_id,
            acknowledged="waiting" if _awaits_ack(partner, numbered) else "",
        ),
    )


def _awaits_ack(partner: Partner, numbered: Numbered) -> bool:
    return bool(numbered.group_id) and partner.acknowledgments.wanted


@dataclass(slots=True, frozen=True)
class Leaving:
    """A file on its way out: by which agreement, about what, and its bytes."""

    agreement: Agreement
    number: str
    numbered: Numbered


def queue_put(incoming: Incoming, document_id: int, partner: Partner, leaving: Leaving) -> str:
    """Queue the put of an archived file into the partner's channel and return its key."""
    name = file_name_of(leaving)
    payload = {
        "channel": leaving.agreement.channel,
        "name": name,
        "sha256": incoming.gateway.archive.store(leaving.numbered.data),
    }
    return queue_effect(
        incoming.tx,
        NewEffect(
            document_id=document_id,
            number=1,
            kind="put",
            target=partner.name,
            order_key=order_key_of(partner.name, leaving.number),
            payload=payload,
        ),
    )


def file_name_of(leaving: Leaving) -> str:
    """Return the file's name by the partner's pattern; what is no plain character becomes `_`."""
    kind = leaving.agreement.kind.removeprefix("x12 ").split(" ")[0]
    text = leaving.agreement.file_name.format(
        kind=kind,
        number=leaving.number,
        control=leaving.numbered.interchange_control or leaving.number,
    )
    return "".join(char if char.isalnum() or char in "._-" else "_" for char in text)
