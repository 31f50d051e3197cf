"""Due: which acknowledgment a partner gets of an interchange, and whether one is due at all."""

from datetime import datetime

from gateway.partners import Partner
from translators.findings import Finding
from translators.x12.acknowledge import (
    Numbers,
    is_unmeant,
    list_batches,
    needs_ta1,
    write_acknowledgment,
)
from translators.x12.functional import Functional
from translators.x12.structure import Interchange


def choose_functional(partner: Partner) -> Functional:
    """Return what a partner wants: 997 or 999."""
    return "999" if partner.acknowledgments.functional == "999" else "997"


def is_due(partner: Partner, interchange: Interchange, *, rejected: bool = False) -> bool:
    """Return whether the interchange is to be answered; `rejected` says that its number refuses it."""
    if partner.acknowledgments.functional == "none" or not interchange.header:
        return False
    is_refused = rejected or is_unmeant(interchange)
    has_groups = not is_refused and bool(list_batches(interchange.groups))
    return has_groups or (_has_ta1(partner) and needs_ta1(interchange, rejected))


def write_due(
    partner: Partner,
    interchange: Interchange,
    numbers: Numbers,
    at: datetime,
    *,
    rejected: bool = False,
) -> tuple[bytes, list[Finding]]:
    """Return the TA1 and 997 or 999 as the partner wants them, or why they cannot be written."""
    return write_acknowledgment(
        interchange,
        interchange.groups,
        numbers,
        at,
        rejected=rejected,
        functional=choose_functional(partner),
        with_ta1=_has_ta1(partner),
    )


def _has_ta1(partner: Partner) -> bool:
    return partner.acknowledgments.interchange != "never"
