"""Own codes: what the standard lacks and a partner has agreed with us is no fault (B-49)."""

from gateway.partners.partner import Partner
from translators.findings import Finding, X12Place

NOT_IN_STANDARD = "7"  # AK403: the code is in no list of the standard


def without_own_codes(findings: list[Finding], partner: Partner) -> list[Finding]:
    """Return the findings without those about codes this partner agreed with us."""
    return [one for one in findings if not _is_own(one.x12, partner)] if findings else findings


def _is_own(place: X12Place | None, partner: Partner) -> bool:
    if place is None or place.element_code != NOT_IN_STANDARD:
        return False
    if not place.reference or not place.value:
        return False
    return place.value in partner.own_codes.get(place.reference, frozenset())
