"""Route: what a CM will not make becomes a case, a decision with its reasons, and a trigger."""

from decimal import Decimal

import structlog

from canonical.entities import write_plain
from canonical.erp_commands import NoteOnOrder
from canonical.events import CandidateVerdict, RoutingDecided, ShortfallFound, ShortfallWithdrawn
from canonical.order_ack import OrderAck
from canonical.postings import Posting
from canonical.purchase_order import PurchaseOrder
from canonical.shared import Item, Quantity
from gateway.apply.incoming import Incoming
from gateway.clock import now
from gateway.ledger.cases import NewCase, close_case, open_case
from gateway.ledger.decisions import NewDecision, record_decision
from gateway.ledger.orders import find_order
from gateway.needs import GATEWAY, Need, list_needs
from gateway.routing.candidates import list_candidates
from gateway.routing.decision import Decision, decide
from gateway.routing.rules import RoutingError, Rules, load_rules
from gateway.routing.shortfall import Shortfall

log = structlog.get_logger()


def route_document(incoming: Incoming) -> list[Decision]:
    """Return the decisions an answer calls for: one for each line that is short and not yet decided.

    The shortfall is what the line's postings add up to, not what one segment says (B-99). A
    decision that no longer fits what is missing is withdrawn first.
    """
    if not isinstance(incoming.entity, OrderAck):
        return []
    return route_order(incoming, incoming.entity.po_number)


def route_order(incoming: Incoming, po_number: str) -> list[Decision]:
    """Return the decisions that what stands of an order calls for, whatever was posted."""
    row = find_order(incoming.tx, po_number)
    if row is None:
        return []
    decisions = []
    for need in list_needs(incoming.tx, row.entity, incoming.document_id):
        if need.is_withdrawn:
            _withdraw(incoming, row.entity, need)
        if need.is_new:
            shortfall = _shortfall_of(incoming, row.entity, need)
            decisions.append(_decide(incoming, row.entity, shortfall))
    return decisions


def _shortfall_of(incoming: Incoming, order: PurchaseOrder, need: Need) -> Shortfall:
    line = need.line
    needed = line.needed or order.needed
    return Shortfall(
        po_number=order.po_number,
        line_number=line.line_number,
        item=line.item.buyer or line.item.vendor or "",
        revision=line.item.revision or "",
        quantity=need.missing,
        unit=line.ordered.unit,
        need_by=needed.on if needed else None,
        certificates=line.certificates,
        unit_price=line.unit_price,
        currency=order.currency or "",
        lost_partner=incoming.partner.name,
        already_asked=need.asked,
        caused_by=_cause(incoming, need.postings),
    )


def _withdraw(incoming: Incoming, order: PurchaseOrder, need: Need) -> None:
    """Close the open case of a line and tell everybody that its decision holds no longer."""
    if need.case is None:
        return
    line, unit = need.line, need.line.ordered.unit
    left = max(need.missing, Decimal(0))
    missing = f"{left:f} {unit} are missing now" if left else "nothing is missing any more"
    said = f"{incoming.partner.name} answered anew in {incoming.file_name} (document {incoming.document_id}): {missing}"
    close_case(incoming.tx, need.case.id, GATEWAY, said)
    withdrawn = ShortfallWithdrawn(
        po_number=order.po_number,
        line_number=line.line_number,
        partner=incoming.partner.name,
        decided=None if need.decided is None else Quantity(value=need.decided, unit=unit),
        missing=Quantity(value=left, unit=unit),
        withdrawn_by=incoming.file_name,
    )
    note = NoteOnOrder(
        po_number=order.po_number,
        line_number=line.line_number,
        partner=incoming.partner.name,
        text=f"{said}; the decision made before is withdrawn",
    )
    subject = f"{order.po_number}/{line.line_number}"
    name = "cmgateway.order.shortfall-withdrawn.v1"
    incoming.queue_event(name, subject, write_plain(withdrawn))
    incoming.queue("erp", incoming.gateway.site.erp, order.po_number, write_plain(note))


def _cause(incoming: Incoming, postings: list[Posting]) -> str:
    places = [posting.place for posting in postings if posting.kind == "rejected"]
    return f"{incoming.file_name}, {places[0]}" if places else incoming.file_name


def _decide(incoming: Incoming, order: PurchaseOrder, shortfall: Shortfall) -> Decision:
    rules = _load_rules(incoming)
    partners = incoming.gateway.partners.list_partners("cm")
    candidates = list_candidates(shortfall, partners, rules, now().date())
    decision = decide(shortfall, candidates, rules)
    case_id = open_case(
        incoming.tx,
        NewCase(
            kind="shortfall",
            owner="buyer",
            summary=_summary(shortfall, decision),
            po_number=order.po_number,
            line_number=shortfall.line_number,
            document_id=incoming.document_id,
        ),
    )
    record_decision(incoming.tx, _record(case_id, incoming, decision))
    _trigger(incoming, shortfall, decision)
    return decision


def _load_rules(incoming: Incoming) -> Rules:
    """Return the site's rules; where they are broken nothing moves without a person."""
    try:
        return load_rules(incoming.gateway.site)
    except RoutingError as error:
        log.error("routing rules are broken", error=str(error))  # noqa: TRY400 the sentence says all
        return Rules()


def _summary(shortfall: Shortfall, decision: Decision) -> str:
    what = f"{shortfall.quantity.normalize():f} {shortfall.unit} of {shortfall.part}"
    said = f"{shortfall.lost_partner} will not make {what} of order {shortfall.po_number}"
    return f"{said}, line {shortfall.line_number}: {decision.outcome}, {decision.reason}"


def _record(case_id: int, incoming: Incoming, decision: Decision) -> NewDecision:
    shortfall = decision.inputs["shortfall"]
    return NewDecision(
        case_id=case_id,
        document_id=incoming.document_id,
        po_number=shortfall["po_number"],
        line_number=shortfall["line_number"],
        outcome=decision.outcome,
        chosen=decision.chosen,
        reason=decision.reason,
        candidates=list(decision.candidates),
        inputs=decision.inputs,
        rules_version=decision.rules_version,
        decided_by="rules",
    )


def _reason(incoming: Incoming, shortfall: Shortfall) -> str:
    postings = incoming.list_postings(shortfall.po_number, shortfall.line_number)
    return next((one.reason for one in postings if one.kind == "rejected" and one.reason), "")


def _trigger(incoming: Incoming, shortfall: Shortfall, decision: Decision) -> None:
    """Queue what others act on: two events, and a sentence in the ERP's order."""
    subject = f"{shortfall.po_number}/{shortfall.line_number}"
    found = ShortfallFound(
        po_number=shortfall.po_number,
        line_number=shortfall.line_number,
        partner=shortfall.lost_partner,
        item=Item(buyer=shortfall.item or None, revision=shortfall.revision or None),
        reason=_reason(incoming, shortfall),
        missing=Quantity(value=shortfall.quantity, unit=shortfall.unit),
        needed_on=shortfall.need_by,
        caused_by=shortfall.caused_by,
    )
    decided = RoutingDecided(
        po_number=shortfall.po_number,
        line_number=shortfall.line_number,
        outcome=decision.outcome,
        chosen=decision.chosen,
        reason=decision.reason,
        rules_version=decision.rules_version,
        candidates=tuple(
            CandidateVerdict(
                partner=one.partner,
                qualified=one.is_qualified,
                score=one.score,
                sentence=one.sentence,
            )
            for one in decision.candidates
        ),
    )
    note = NoteOnOrder(
        po_number=shortfall.po_number,
        line_number=shortfall.line_number,
        partner=shortfall.lost_partner,
        text=_summary(shortfall, decision),
    )
    incoming.queue_event("cmgateway.order.shortfall.v1", subject, write_plain(found))
    incoming.queue_event("cmgateway.routing.decided.v1", subject, write_plain(decided))
    incoming.queue("erp", incoming.gateway.site.erp, shortfall.po_number, write_plain(note))
