"""Route: what a CM will not make becomes a case, a decision with its reasons, and a trigger."""

import structlog

from canonical.entities import write_plain
from canonical.erp_commands import NoteOnOrder
from canonical.events import CandidateVerdict, RoutingDecided, ShortfallFound
from canonical.order_ack import OrderAck
from canonical.postings import Posting, balance_of
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Quantity
from gateway.apply.incoming import Incoming
from gateway.clock import now
from gateway.ledger.cases import NewCase, list_cases, open_case
from gateway.ledger.decisions import NewDecision, list_decisions, record_decision
from gateway.ledger.orders import find_order
from gateway.routing.candidates import list_candidates
from gateway.routing.decision import Decision, decide
from gateway.routing.rules import RoutingError, Rules, load_rules
from gateway.routing.shortfall import Shortfall

log = structlog.get_logger()


def route_document(incoming: Incoming) -> list[Decision]:
    """Return the decisions an answer calls for: one for each line that is short and not yet decided.

    The shortfall is what the line's postings add up to, not what one segment says (B-99).
    """
    if not isinstance(incoming.entity, OrderAck):
        return []
    row = find_order(incoming.tx, incoming.entity.po_number)
    if row is None:
        return []
    shortfalls = [_find_shortfall(incoming, row.entity, line) for line in row.entity.lines]
    return [_decide(incoming, row.entity, one) for one in shortfalls if one is not None]


def _find_shortfall(incoming: Incoming, order: PurchaseOrder, line: OrderLine) -> Shortfall | None:
    postings = incoming.list_postings(order.po_number, line.line_number)
    missing = balance_of(postings).rejected
    if missing <= 0 or _is_decided(incoming, order, line):
        return None
    needed = line.needed or order.needed
    return Shortfall(
        po_number=order.po_number,
        line_number=line.line_number,
        item=line.item.buyer or line.item.vendor or "",
        revision=line.item.revision or "",
        quantity=missing,
        unit=line.ordered.unit,
        need_by=needed.on if needed else None,
        certificates=line.certificates,
        unit_price=line.unit_price,
        currency=order.currency or "",
        lost_partner=incoming.partner.name,
        already_asked=_list_asked(incoming, order, line),
        caused_by=_cause(incoming, postings),
    )


def _is_decided(incoming: Incoming, order: PurchaseOrder, line: OrderLine) -> bool:
    """Return whether an open case holds a decision: a second answer must not trigger twice."""
    return any(
        case.kind == "shortfall" and case.line_number == line.line_number
        for case in list_cases(incoming.tx, state="open", po_number=order.po_number)
    )


def _list_asked(incoming: Incoming, order: PurchaseOrder, line: OrderLine) -> tuple[str, ...]:
    made = list_decisions(incoming.tx, po_number=order.po_number)
    of_line = [one for one in made if one.line_number == line.line_number]
    # What was only proposed to a person was asked of nobody yet.
    return tuple(one.chosen for one in of_line if one.outcome == "reroute")


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
