"""Simulate: decisions of the past made again with other rules, from the facts they were made with."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from gateway.ledger.decisions import DecisionRow
from gateway.routing.decision import Decision, decide
from gateway.routing.facts import Facts
from gateway.routing.rules import Rules
from gateway.routing.shortfall import Shortfall


class Simulated(Struct, frozen=True, kw_only=True):
    """One decision beside what the other rules make of it; costs are of the whole shortfall."""

    decision_id: int
    po_number: str
    line_number: str
    decided_at: datetime
    quantity: Decimal
    part: str
    was: str  # such as `reroute north`
    would_be: str
    reason: str
    currency: str = ""
    cost_was: Decimal | None = None
    cost_would_be: Decimal | None = None

    @property
    def is_changed(self) -> bool:
        """Return whether the other rules decide otherwise."""
        return self.was != self.would_be


def simulate(decisions: Iterable[DecisionRow], rules: Rules) -> Iterator[Simulated]:
    """Yield what other rules make of each decision; those of before facts were kept are left out."""
    for row in decisions:
        if "facts" not in row.inputs or row.decided_by != "rules":
            continue
        shortfall = msgspec.convert(row.inputs["shortfall"], Shortfall, strict=False)
        facts = msgspec.convert(row.inputs["facts"], list[Facts], strict=False)
        at = msgspec.convert(row.inputs["at"], datetime, strict=False)
        again = decide(shortfall, facts, rules, at)
        before = msgspec.convert(row.inputs["rules"], Rules, strict=False)
        yield _compare(row, shortfall, decide(shortfall, facts, before, at), again)


def _compare(
    row: DecisionRow, shortfall: Shortfall, was: Decision, would_be: Decision
) -> Simulated:
    return Simulated(
        decision_id=row.id,
        po_number=row.po_number,
        line_number=row.line_number,
        decided_at=row.decided_at,
        quantity=shortfall.quantity,
        part=shortfall.part,
        was=f"{was.outcome} {was.chosen}".strip(),
        would_be=f"{would_be.outcome} {would_be.chosen}".strip(),
        reason=_reason(was, would_be),
        currency=shortfall.currency,
        cost_was=_cost(shortfall, was),
        cost_would_be=_cost(shortfall, would_be),
    )


def _reason(was: Decision, would_be: Decision) -> str:
    """Return what rules out the one that was chosen, where something does by now."""
    before = (one for one in would_be.candidates if one.partner == was.chosen and one.losses)
    lost = next(before, None)
    return lost.sentence if lost else would_be.reason


def _cost(shortfall: Shortfall, decision: Decision) -> Decimal | None:
    """Return what the chosen one asks for the shortfall."""
    chosen = next((one for one in decision.candidates if one.partner == decision.chosen), None)
    if chosen is None or chosen.price is None:
        return None
    return chosen.price * shortfall.quantity
