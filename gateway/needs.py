"""Needs: what is missing of each line of an order, beside what was decided of it before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from canonical.postings import NO_ANSWER, Balance, Posting, balance_of
from canonical.purchase_order import OrderLine, PurchaseOrder
from gateway.ledger.cases import CaseRow, list_cases
from gateway.ledger.commitments import list_commitments
from gateway.ledger.decisions import DecisionRow, list_decisions
from gateway.ledger.reroutes import RerouteRow, list_reroutes

GATEWAY = "gateway"  # who closes a case that a later answer settled
MOST = 100_000  # cases and decisions of one order


@dataclass(slots=True, frozen=True)
class Need:
    """One order line: what stands of it, what the answer before refused, its cases and decisions."""

    line: OrderLine
    postings: list[Posting]
    refused_before: Decimal
    too_late_from: date | None = None  # a promise of this day or later counts as missing
    cases: list[CaseRow] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    reroutes: list[RerouteRow] = field(default_factory=list)

    @property
    def balance(self) -> Balance:
        """Return what the postings add up to."""
        return balance_of(self.postings)

    @property
    def case(self) -> CaseRow | None:
        """Return the last case of the line."""
        return self.cases[-1] if self.cases else None

    @property
    def late(self) -> Decimal:
        """Return how much is promised too late and has not left."""
        if self.too_late_from is None:
            return Decimal(0)
        promised = sum(
            (one.quantity for one in self.postings if _is_late(one, self.too_late_from)),
            Decimal(0),
        )
        return min(promised, max(self.balance.to_ship, Decimal(0)))

    @property
    def moved(self) -> Decimal:
        """Return how much goes elsewhere and still counts on this line: its maker did not agree yet."""
        return _sum(one for one in self.reroutes if one.is_under_way and not one.released)

    @property
    def missing(self) -> Decimal:
        """Return how much needs another maker; 0 or less where nothing does."""
        return max(self.balance.missing, Decimal(0)) + self.late - self.moved

    @property
    def is_live(self) -> bool:
        """Return whether its maker may be making some of what is missing: it never refused that itself."""
        refused = [
            one.quantity
            for one in self.postings
            if one.kind == "rejected" and one.reason != NO_ANSWER
        ]
        return sum(refused, Decimal(0)) < self.missing + self.moved

    @property
    def is_withdrawn(self) -> bool:
        """Return whether an open case asks for more or less than is missing by now."""
        is_open = self.case is not None and self.case.state == "open" and self.reroute is None
        return is_open and max(self.missing, Decimal(0)) != self.decided

    @property
    def reroute(self) -> RerouteRow | None:
        """Return what is under way because of the last case."""
        made = [one for one in self.reroutes if self.case and one.case_id == self.case.id]
        return made[-1] if made and made[-1].is_under_way else None

    @property
    def is_called_off(self) -> bool:
        """Return whether an answer ended what the last case led to, and left another need than that."""
        made = [one for one in self.reroutes if self.case and one.case_id == self.case.id]
        is_ours = self.case is not None and self.case.closed_by == GATEWAY
        is_ended = bool(made) and not made[-1].is_under_way
        return is_ours and is_ended and self.missing != made[-1].quantity

    @property
    def is_new(self) -> bool:
        """Return whether something is missing that no decision holds: never two for one need."""
        if self.missing <= 0:
            return False
        if self.case is None or self.is_withdrawn or self.reroute is not None:
            return True
        if self.is_called_off:
            return True
        # A person settled the case: the same refusal said once more asks for nothing new.
        is_more = self.balance.rejected > self.refused_before
        return self.case.state == "closed" and is_more

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the CMs a decision gave this line to.

        What was only proposed, or was withdrawn, was declined by nobody.
        """
        withdrawn = {case.id for case in self.cases if case.closed_by == GATEWAY}
        withdrawn -= {one.case_id for one in self.reroutes if one.is_under_way}
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

    @property
    def promised_twice(self) -> Decimal:
        """Return how much its maker promises of what has been ordered elsewhere; 0 or less: nothing."""
        placed = [one for one in self.reroutes if one.is_under_way and one.is_placed]
        released = [one for one in self.reroutes if one.is_under_way and one.released]
        promised = self.balance.accepted + self.balance.backordered - self.late
        return promised + _sum(placed) - self.balance.wanted - _sum(released)


def list_needs(
    tx: Connection, order: PurchaseOrder, document_id: int, late_by_days: int | None = None
) -> list[Need]:
    """Return one need a line, as the postings stand after this document."""
    postings: dict[str, list[Posting]] = {}
    refused: dict[str, Decimal] = {}
    for row in list_commitments(tx, order.po_number, with_superseded=True):
        number = row.posting.line_number
        if row.superseded_by is None:
            postings.setdefault(number, []).append(row.posting)
        elif row.superseded_by == document_id and row.posting.kind == "rejected":
            refused[number] = refused.get(number, Decimal(0)) + row.posting.quantity
    cases, decisions, reroutes = _list_known(tx, order.po_number)
    return [
        Need(
            line,
            postings.get(line.line_number, []),
            refused.get(line.line_number, Decimal(0)),
            _too_late(order, line, late_by_days),
            cases.get(line.line_number, []),
            decisions.get(line.line_number, []),
            reroutes.get(line.line_number, []),
        )
        for line in order.lines
    ]


def _list_known(
    tx: Connection, po_number: str
) -> tuple[dict[str, list[CaseRow]], dict[str, list[DecisionRow]], dict[str, list[RerouteRow]]]:
    """Return cases, decisions and reroutes of an order, by line."""
    cases: dict[str, list[CaseRow]] = {}
    for case in list_cases(tx, state=None, po_number=po_number, limit=MOST):
        if case.kind == "shortfall":
            cases.setdefault(case.line_number, []).append(case)
    decisions: dict[str, list[DecisionRow]] = {}
    for one in list_decisions(tx, po_number=po_number, limit=MOST):
        decisions.setdefault(one.line_number, []).append(one)
    reroutes: dict[str, list[RerouteRow]] = {}
    for row in list_reroutes(tx, po_number):
        if row.po_number == po_number:
            reroutes.setdefault(row.line_number, []).append(row)
    return cases, decisions, reroutes


def _too_late(order: PurchaseOrder, line: OrderLine, late_by_days: int | None) -> date | None:
    needed = line.needed or order.needed
    if needed is None or late_by_days is None:
        return None
    return needed.on + timedelta(days=max(late_by_days, 1))


def _is_late(posting: Posting, day: date) -> bool:
    is_promise = posting.kind in ("accepted", "backordered")
    return is_promise and posting.promised_on is not None and posting.promised_on >= day


def _sum(rows: Iterable[RerouteRow]) -> Decimal:
    return sum((one.quantity for one in rows), Decimal(0))
