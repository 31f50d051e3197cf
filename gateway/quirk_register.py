"""Quirk register: each deviation that is tolerated, who agreed, until when, and how often it comes."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from gateway.ledger.quirks import QuirkRow
from gateway.partners import Partner


class RegisteredQuirk(msgspec.Struct, frozen=True, kw_only=True):
    """One quirk of a partner's file, and how often it was met (F20)."""

    partner: str
    quirk: str
    owner: str
    reason: str
    expires: date
    holds: bool  # false after its day: the deviation is a fault again
    hits: int
    first_seen: datetime | None
    last_seen: datetime | None


def list_registered(
    partners: Iterable[Partner], met: Iterable[QuirkRow], today: date
) -> list[RegisteredQuirk]:
    """Return the quirks of these partners, those that end first on top."""
    known = {(row.partner, row.quirk): row for row in met}
    found = []
    for partner in partners:
        for one in partner.quirks:
            row = known.get((partner.name, one.name))
            found.append(
                RegisteredQuirk(
                    partner=partner.name,
                    quirk=one.name,
                    owner=one.owner,
                    reason=one.reason,
                    expires=one.expires,
                    holds=one.expires >= today,
                    hits=row.hits if row else 0,
                    first_seen=row.first_seen if row else None,
                    last_seen=row.last_seen if row else None,
                )
            )
    return sorted(found, key=lambda one: (one.expires, one.partner, one.quirk))
