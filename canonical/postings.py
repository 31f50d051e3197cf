"""Postings: the entries of an order line's ledger of commitments, and what they add up to."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from canonical.shared import Entity

PostingKind = Literal[
    "ordered",
    "changed",  # so much more, or with a minus less, as agreed after the order
    "accepted",
    "backordered",
    "rejected",
    "cancelled",  # the buyer takes it back, and its maker agreed
    "shipped",
    "received",  # counted in and good
    "held",  # counted in and not free to be used yet
    "refused",  # counted in and not good: damaged, wrong, scrapped, sent back
    "short",  # sent, as the notice says, and not arrived
    "asked",  # what the buyer wants the line to be; holds when its maker agrees
    "progress",  # how far the making is; promises nothing
]

NO_ANSWER = "no answer"  # the reason of a refusal that is silence; its maker may be making it
ANSWERS: tuple[PostingKind, ...] = ("accepted", "backordered", "rejected")
RECEIPTS: tuple[PostingKind, ...] = ("received", "held", "refused", "short")


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
    ship_to: str = ""  # of a line that goes to several places


class Balance(Entity, frozen=True, kw_only=True):
    """What the postings of one order line add up to, in the unit of the order."""

    ordered: Decimal = Decimal(0)
    changed: Decimal = Decimal(0)
    accepted: Decimal = Decimal(0)
    backordered: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    refused: Decimal = Decimal(0)
    short: Decimal = Decimal(0)

    @property
    def wanted(self) -> Decimal:
        """Return what the buyer wants of the line by now, as agreed."""
        return self.ordered + self.changed - self.cancelled

    @property
    def open(self) -> Decimal:
        """Return what nobody has answered yet."""
        return self.wanted - self.accepted - self.backordered - self.rejected

    @property
    def to_ship(self) -> Decimal:
        """Return what was promised and has not left."""
        return self.accepted + self.backordered - self.shipped

    @property
    def to_receive(self) -> Decimal:
        """Return what has left its maker and was not counted in, in whatever condition."""
        return self.shipped - self.received - self.held - self.refused - self.short

    @property
    def missing(self) -> Decimal:
        """Return what its maker refused and has not sent after all; 0 or less where nothing is."""
        return min(self.rejected, self.wanted - self.shipped)

    @property
    def is_all_shipped(self) -> bool:
        """Return whether all has left that was neither refused nor cancelled, answered or not."""
        return self.shipped >= self.wanted - self.rejected

    @property
    def is_all_received(self) -> bool:
        """Return whether all that was to leave has left and was counted in."""
        return self.is_all_shipped and self.to_receive <= 0


_COUNTED = frozenset(Balance.__struct_fields__)


def balance_of(postings: Iterable[Posting]) -> Balance:
    """Return the balance of one line's postings; the caller leaves out superseded ones."""
    sums: dict[str, Decimal] = {}
    for posting in postings:
        if posting.kind in _COUNTED:
            sums[posting.kind] = sums.get(posting.kind, Decimal(0)) + posting.quantity
    return Balance(**sums)
