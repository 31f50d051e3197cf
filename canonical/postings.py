"""Postings: the entries of an order line's ledger of commitments, and what they add up to."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from canonical.shared import Entity

PostingKind = Literal["ordered", "accepted", "backordered", "rejected", "cancelled", "shipped"]

ANSWERS: tuple[PostingKind, ...] = ("accepted", "backordered", "rejected")


class Posting(Entity, frozen=True, kw_only=True):
    """One entry: so much of one order line, by whom, said where."""

    po_number: str
    line_number: str
    kind: PostingKind
    quantity: Decimal
    unit: str
    promised_on: date | None = None
    means: str = ""
    reason: str = ""
    partner: str = ""
    place: str = ""


class Balance(Entity, frozen=True, kw_only=True):
    """What the postings of one order line add up to, in the unit of the order."""

    ordered: Decimal = Decimal(0)
    accepted: Decimal = Decimal(0)
    backordered: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)

    @property
    def open(self) -> Decimal:
        """Return what nobody has answered yet."""
        return self.ordered - self.accepted - self.backordered - self.rejected - self.cancelled

    @property
    def to_ship(self) -> Decimal:
        """Return what was promised and has not left."""
        return self.accepted + self.backordered - self.shipped

    @property
    def missing(self) -> Decimal:
        """Return what its maker refused and has not sent after all; 0 or less where nothing is."""
        return min(self.rejected, self.ordered - self.shipped)

    @property
    def is_all_shipped(self) -> bool:
        """Return whether all has left that was neither refused nor cancelled, answered or not."""
        return self.shipped >= self.ordered - self.rejected - self.cancelled


def balance_of(postings: Iterable[Posting]) -> Balance:
    """Return the balance of one line's postings; the caller leaves out superseded ones."""
    sums: dict[str, Decimal] = {}
    for posting in postings:
        sums[posting.kind] = sums.get(posting.kind, Decimal(0)) + posting.quantity
    return Balance(**sums)
