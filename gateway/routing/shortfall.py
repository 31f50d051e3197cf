"""Shortfall: the part of an order line that its maker will not deliver."""

from datetime import date
from decimal import Decimal

from msgspec import Struct


class Shortfall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """So much of one order line that needs another maker; `caused_by` names document and place."""

    po_number: str
    line_number: str
    item: str
    quantity: Decimal
    unit: str
    lost_partner: str
    revision: str = ""
    need_by: date | None = None
    certificates: tuple[str, ...] = ()
    unit_price: Decimal | None = None
    currency: str = ""
    already_asked: tuple[str, ...] = ()
    caused_by: str = ""
    is_live: bool = False  # its maker has not refused it itself, and may be making it

    @property
    def part(self) -> str:
        """Return the part as sentences name it, such as `A-200 rev C`."""
        return f"{self.item} rev {self.revision}" if self.revision else self.item
