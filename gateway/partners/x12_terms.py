"""X12 terms: what is agreed with a partner about X12 itself: receipts, numbers, marks, deviations."""

from datetime import date
from typing import Literal

from msgspec import Struct

from translators.x12.delimiters import Delimiters


class Acknowledgments(Struct, frozen=True, kw_only=True):
    """Which X12 receipts we give, and whether we may wait for one."""

    functional: Literal["997", "999", "none"] = "997"
    business: Literal["824", "text", "none"] = "text"
    interchange: Literal["as-asked", "never"] = "as-asked"
    wanted: bool = True


class AgreedQuirk(Struct, frozen=True, kw_only=True):
    """One deviation that is tolerated until a day: which, who agreed to it, and why (F20)."""

    name: str  # of translators.x12.quirks.QUIRKS
    owner: str
    reason: str
    expires: date


class ControlNumbers(Struct, frozen=True, kw_only=True):
    """What is done about control numbers of the partner that come again (B-25, B-26)."""

    days: int = 365
    conflict: Literal["park", "warn"] = "park"
    unique_groups: bool = False
    unique_sets: bool = False


class OutDelimiters(Struct, frozen=True, kw_only=True):
    """The characters of the X12 we write; `pinned` ones are never exchanged (B-8)."""

    element: str = "*"
    component: str = ">"
    repetition: str = ""
    segment: str = "~"
    newline: bool = True
    pinned: bool = False

    def to_x12(self) -> Delimiters:
        """Return them as the X12 writer takes them."""
        newline = "\n" if self.newline else ""
        return Delimiters(self.element, self.component, self.repetition, self.segment, newline)
