"""Needs: what is missing of each line of an order, beside what was decided of it before."""

from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Connection

from canonical.postings import Posting, balance_of
from canonical.purchase_order import OrderLine, PurchaseOrder
from gateway.ledger.cases import CaseRow, list_cases
from gateway.ledger.commitments import list_commitments
from gateway.ledger.decisions import DecisionRow, list_decisions

GATEWAY = "gateway"  # who closes a case that a later answer settled
MOST = 100_000  # cases and decisions of one order


@dataclass(slots=True, frozen=True)
class Need:
    """One order line: what stands of it, what the answer before refused, its cases and decisions."""

    line: OrderLine
    postings: list[Posting]
    refused_before: Decimal
    cases: list[CaseRow] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)

    @property
    def case(self) -> CaseRow | None:
        """Return the last case of the line."""
        return self.cases[-1] if self.cases else None

    @property
    def missing(self) -> Decimal:
        """Return how much needs another maker; 0 or less where nothing does."""
        return balance_of(self.postings).missing

    @property
    def is_withdrawn(self) -> bool:
        """Return whether an open case asks for more or less than is missing by now."""
        is_open = self.case is not None and self.case.state == "open"
        return is_open and max(self.missing, Decimal(0)) != self.decided

    @property
    def is_new(self) -> bool:
        """Return whether something is missing that no decision holds: never two for one need."""
        if self.missing <= 0:
            return False
        if self.case is None or self.is_withdrawn:
            return True
        # A person settled the case: the same refusal said once more asks for nothing new.
        is_more = balance_of(self.postings).rejected > self.refused_before
        return self.case.state == "closed" and is_more

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the CMs a decision gave this line to.

        What was only proposed, or was withdrawn, was declined by nobody.
        """
        withdrawn = {case.id for case in self.cases if case.closed_by == GATEWAY}
        if self.case is not None and self.is_withdrawn:
            withdrawn.add(self.case.id)
        return tuple(
            one.chosen
            for one in self.decisions
            if one.outcome == "reroute" and one.case_id not in withdrawn
        )

    @property
    def decided(self) -> Decimal | None:
        """Return how much the decision of the last case is about."""
        made = [one for one in self.decisions if self.case and one.case_id == self.case.id]
        return Decimal(str(made[-1].inputs["shortfall"]["quantity"])) if made else None


def list_needs(tx: Connection, order: PurchaseOrder, document_id: int) -> list[Need]:
    """Return one need a line, as the postings stand after this document."""
    postings: dict[str, list[Posting]] = {}
    refused: dict[str, Decimal] = {}
    for row in list_commitments(tx, order.po_number, with_superseded=True):
        number = row.posting.line_number
        if row.superseded_by is None:
            postings.setdefault(number, []).append(row.posting)
        elif row.superseded_by == document_id and row.posting.kind == "rejected":
            refused[number] = refused.get(number, Decimal(0)) + row.posting.quantity
    cases: dict[str, list[CaseRow]] = {}
    for case in list_cases(tx, state=None, po_number=order.po_number, limit=MOST):
        if case.kind == "shortfall":
            cases.setdefault(case.line_number, []).append(case)
    decisions: dict[str, list[DecisionRow]] = {}
    for one in list_decisions(tx, po_number=order.po_number, limit=MOST):
        decisions.setdefault(one.line_number, []).append(one)
    return [
        Need(
            line,
            postings.get(line.line_number, []),
            refused.get(line.line_number, Decimal(0)),
            cases.get(line.line_number, []),
            decisions.get(line.line_number, []),
        )
        for line in order.lines
    ]
