"""Tolerance: what a partner's file lets pass today: its quirks, and codes agreed with us (B-49)."""

from collections.abc import Iterator
from datetime import date

from gateway.partners.partner import Partner
from translators.x12.grammar import find_version
from translators.x12.quirks import Tolerance


def tolerance_of(partner: Partner, today: date) -> Tolerance:
    """Return what is tolerated of the partner on a day; a quirk holds on the day it expires."""
    holds = {one.name: str(one.expires) for one in partner.quirks if one.expires >= today}
    over = {one.name: str(one.expires) for one in partner.quirks if one.expires < today}
    refused = frozenset(partner.refused)
    return Tolerance(holds, over, partner.own_codes, refused, dict(_list_guides(partner)))


def _list_guides(partner: Partner) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Yield the rules of each X12 document that has some, by set and the version of its grammar."""
    for agreed in partner.documents.arriving:
        if agreed.guide and agreed.kind.startswith("x12 "):
            _, set_id, version = agreed.kind.split(" ")
            yield (set_id, find_version(version) or version), agreed.guide
