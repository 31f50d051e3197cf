"""Words: what the ERP calls our partners, units and places."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True, frozen=True)
class Words:
    """The tables of the ERP partner's file; a word that is missing is the same on both sides."""

    partners: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    locations: Mapping[str, str] = field(default_factory=dict)

    def partner(self, ours: str) -> str:
        """Return the ERP's name of a partner."""
        return self.partners.get(ours, ours)

    def our_partner(self, theirs: str) -> str:
        """Return our name of a supplier."""
        return next((ours for ours, name in self.partners.items() if name == theirs), theirs)

    def unit(self, ours: str) -> str:
        """Return the ERP's unit."""
        return self.units.get(ours, ours)

    def our_unit(self, theirs: str) -> str:
        """Return our unit of measure."""
        return next((ours for ours, name in self.units.items() if name == theirs), theirs)

    def location(self, partner: str, place: str | None) -> str:
        """Return where in the ERP our stock at a partner lies; empty where nobody has said it."""
        own = self.locations.get(f"{partner}/{place}", "") if place else ""
        return own or self.locations.get(partner, "")
