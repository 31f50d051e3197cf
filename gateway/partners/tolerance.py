"""Tolerance: what a partner's file lets pass today: its quirks, and codes agreed with us (B-49)."""

from datetime import date

from gateway.partners.guides import guides_of, places_of
from gateway.partners.partner import Partner
from translators.x12.quirks import Tolerance


def tolerance_of(partner: Partner, today: date) -> Tolerance:
    """Return what is tolerated of the partner on a day; a quirk holds on the day it expires."""
    holds = {one.name: str(one.expires) for one in partner.quirks if one.expires >= today}
    over = {one.name: str(one.expires) for one in partner.quirks if one.expires < today}
    refused = frozenset(partner.refused)
    return Tolerance(
        holds, over, partner.own_codes, refused, guides_of(partner), places_of(partner)
    )
