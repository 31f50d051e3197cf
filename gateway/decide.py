"""Decide: a shortfall with all that is known of each CM becomes a decision, a case and a trigger."""

from collections.abc import Iterator
from math import ceil

import structlog

from canonical.entities import write_plain
from canonical.erp_commands import NoteOnOrder
from canonical.events import CandidateVerdict, RoutingDecided, ShortfallFound
from canonical.shared import Item, Quantity
from gateway.apply.incoming import Incoming
from gateway.clock import now
from gateway.feeds import Capacity as Told
from gateway.feeds import find_capacity
from gateway.gateway import Gateway
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.decisions import NewDecision, record_decision
from gateway.reliability import find_reliability
from gateway.routing.decision import Decision, decide
from gateway.routing.facts import Capacity, Facts, facts_of
from gateway.routing.rules import RoutingError, Rules, load_rules
from gateway.routing.shortfall import Shortfall

log = structlog.get_logger()


def decide_shortfall(incoming: Incoming, shortfall: Shortfall) -> tuple[NewDecision, int]:
    """Return what was decided, and the number of the decision; its case is open, others are told."""
    rules = rules_of(incoming.gateway)
    facts = list(gather_facts(incoming, shortfall))
    decision = decide(shortfall, facts, rules, now())
    case_id = open_case(
        incoming.tx,
        NewCase(
            kind="shortfall",
            owner="buyer",
            summary=_summary(shortfall, decision),
            po_number=shortfall.po_number,
            line_number=shortfall.line_number,
            document_id=incoming.document_id,
        ),
    )
    new = _record(case_id, incoming, decision)
    decision_id = record_decision(incoming.tx, new)
    _trigger(incoming, shortfall, decision)
    return new, decision_id


def gather_facts(incoming: Incoming, shortfall: Shortfall) -> Iterator[Facts]:
    """Yield what is known of every contract manufacturer: its file, its reports, its history."""
    for partner in incoming.gateway.partners.list_partners("cm"):
        reliability = find_reliability(incoming.tx, partner.name)
        told = find_capacity(incoming.gateway, incoming.tx, partner, shortfall.item)
        yield facts_of(partner, shortfall, _capacity_of(told), reliability)


def _capacity_of(told: Told | None) -> Capacity | None:
    """Return a report as routing looks at it; days are rounded up."""
    if told is None:
        return None
    days = told.lead_time_days
    return Capacity(
        as_of=told.as_of,
        per_week=told.per_week,
        free=told.free,
        lead_time_days=None if days is None else ceil(days),
        is_stale=told.is_stale,
    )


def rules_of(gateway: Gateway) -> Rules:
    """Return the site's rules; where they are broken nothing moves without a person."""
    try:
        return load_rules(gateway.site)
    except RoutingError as error:
        log.error("routing rules are broken", error=str(error))  # noqa: TRY400 the sentence says all
        return Rules()


def _summary(shortfall: Shortfall, decision: Decision) -> str:
    what = f"{shortfall.quantity.normalize():f} {shortfall.unit} of {shortfall.part}"
    verb = "has given no timely promise for" if shortfall.is_live else "will not make"
    said = f"{shortfall.lost_partner} {verb} {what} of order {shortfall.po_number}"
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
