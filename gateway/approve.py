"""Approve: a person decides what the rules left to one, or calls off what is under way (B-102)."""

from dataclasses import dataclass

from msgspec.structs import replace
from sqlalchemy import Connection

from canonical.entities import write_plain
from canonical.events import RoutingApproved, RoutingDeclined
from gateway.apply.incoming import Incoming
from gateway.errand import errand_of
from gateway.gateway import Gateway
from gateway.ledger.actions import Action, record_action
from gateway.ledger.cases import CaseRow, close_case, find_case
from gateway.ledger.decisions import DecisionRow, NewDecision, list_decisions, record_decision
from gateway.ledger.errors import LedgerError
from gateway.ledger.locks import hold
from gateway.ledger.reroutes import (
    RerouteRow,
    change_reroute,
    find_reroute_of_case,
    get_reroute,
)
from gateway.reroute import place, start_reroute, withdraw


@dataclass(slots=True, frozen=True)
class Ruling:
    """What a person decides of a case, and why."""

    case_id: int
    actor: str
    reason: str
    partner: str = ""  # whom to ask, where it is not the one proposed
    despite: bool = False  # whatever the rules have against it


def approve(gateway: Gateway, tx: Connection, ruling: Ruling) -> RerouteRow | None:
    """Return the reroute that goes on or begins now; raises LedgerError where nothing can be approved."""
    case, decision, under_way = _find(tx, ruling)
    _keep(tx, ruling, "approve")
    key = f"{decision.document_id}-approved-{decision.id}"
    errand = errand_of(gateway, tx, decision.document_id, key)
    if under_way is not None:
        if under_way.state not in ("reducing", "stuck"):
            order, to = under_way.new_po_number, under_way.to_partner
            raise LedgerError(
                f"case {case.id} is {under_way.state} already: order {order} is with {to}; route decline calls it off"
            )
        # The former CM said yes by telephone, or what kept the order from leaving is mended.
        chosen = _choose(decision, ruling)
        if chosen != under_way.to_partner:
            decision_id = _decide(tx, decision, chosen, ruling)[1]
            change_reroute(tx, under_way.id, to_partner=chosen, decision_id=decision_id)
        _tell(errand, RoutingApproved, replace(decision, chosen=chosen), ruling)
        place(errand, get_reroute(tx, under_way.id))
        return find_reroute_of_case(tx, case.id)
    chosen = _choose(decision, ruling)
    _tell(errand, RoutingApproved, replace(decision, chosen=chosen), ruling)
    start_reroute(errand, *_decide(tx, decision, chosen, ruling))
    return find_reroute_of_case(tx, case.id)


def _decide(
    tx: Connection, decision: DecisionRow, chosen: str, ruling: Ruling
) -> tuple[NewDecision, int]:
    """Return the decision of a person, and its number."""
    new = NewDecision(**{name: getattr(decision, name) for name in NewDecision.__struct_fields__})
    new = replace(
        new, outcome="reroute", chosen=chosen, reason=ruling.reason, decided_by=ruling.actor
    )
    return new, record_decision(tx, new)


def decline(gateway: Gateway, tx: Connection, ruling: Ruling) -> None:
    """Close a case without a reroute, or call one off that nobody has taken; raises LedgerError."""
    case, decision, under_way = _find(tx, ruling)
    _keep(tx, ruling, "decline")
    said = f"{ruling.actor} declined it: {ruling.reason}"
    if under_way is not None and under_way.state == "taken":
        raise LedgerError(
            f"{under_way.to_partner} took it with order {under_way.new_po_number}; "
            "change that order in the ERP"
        )
    close_case(tx, case.id, ruling.actor, said)
    key = f"{decision.document_id}-declined-{decision.id}"
    errand = errand_of(gateway, tx, decision.document_id, key)
    _tell(errand, RoutingDeclined, decision, ruling)
    if under_way is not None:
        withdraw(errand, under_way, said)


def _tell(
    errand: Incoming,
    event: type[RoutingApproved | RoutingDeclined],
    decision: DecisionRow,
    ruling: Ruling,
) -> None:
    said = event(
        po_number=decision.po_number,
        line_number=decision.line_number,
        case_id=ruling.case_id,
        chosen=decision.chosen,
        decided_by=ruling.actor,
        reason=ruling.reason,
    )
    word = "approved" if event is RoutingApproved else "declined"
    subject = f"{decision.po_number}/{decision.line_number}"
    errand.queue_event(f"cmgateway.routing.{word}.v1", subject, write_plain(said))


def _find(tx: Connection, ruling: Ruling) -> tuple[CaseRow, DecisionRow, RerouteRow | None]:
    case = find_case(tx, ruling.case_id)
    if case is None:
        raise LedgerError(f"there is no case {ruling.case_id} in the ledger")
    hold(tx, f"order {case.po_number}")
    decisions = list_decisions(tx, case_id=case.id)
    if not decisions:
        raise LedgerError(f"case {case.id} is about {case.kind}; there is no reroute to decide")
    if case.state == "closed":
        raise LedgerError(f"case {case.id} is closed: {case.resolution}")
    reroute = find_reroute_of_case(tx, case.id)
    return case, decisions[-1], reroute if reroute and reroute.is_under_way else None


def _choose(decision: DecisionRow, ruling: Ruling) -> str:
    """Return whom the person wants to ask; never one that had this need, or is ruled out (B-101)."""
    if not ruling.partner and not decision.chosen:
        raise LedgerError("nobody is proposed in this case; name one with --partner")
    if ruling.partner in ("", decision.chosen):
        return decision.chosen
    known = {one["partner"]: one.get("losses") or () for one in decision.candidates}
    able = [name for name, losses in known.items() if not losses]
    possible = f"possible are {', '.join(able)}" if able else "nobody else is possible"
    if ruling.partner not in known:
        raise LedgerError(f"{ruling.partner} is no candidate; {possible}")
    losses, had_it = known[ruling.partner], _list_barred(decision)
    if ruling.partner in had_it or (losses and not ruling.despite):
        hint = "" if ruling.partner in had_it else "; --despite asks it all the same"
        why = ", ".join(losses) or "it had this need before"
        raise LedgerError(f"{ruling.partner} cannot have it: {why}; {possible}{hint}")
    return ruling.partner


def _list_barred(decision: DecisionRow) -> set[str]:
    """Return who had this need already: nobody's reason gives it back to them."""
    shortfall = decision.inputs["shortfall"]
    return {shortfall["lost_partner"], *shortfall.get("already_asked", ())}


def _keep(tx: Connection, ruling: Ruling, verb: str) -> None:
    done = Action(
        actor=ruling.actor, verb=verb, subject=f"case {ruling.case_id}", reason=ruling.reason
    )
    record_action(tx, done)
