"""Partners: who they are, how files travel, and what is agreed."""

from gateway.partners.agreements import Agreement, Wanted, find_agreement
from gateway.partners.identities import check_receiver, check_usage, has_effects
from gateway.partners.load import fingerprint_of, load_partner, load_partners
from gateway.partners.partner import InChannel, OutChannel, Partner
from gateway.partners.partners import PartnerError, Partners

__all__ = [
    "Agreement",
    "InChannel",
    "OutChannel",
    "Partner",
    "PartnerError",
    "Partners",
    "Wanted",
    "check_receiver",
    "check_usage",
    "find_agreement",
    "fingerprint_of",
    "has_effects",
    "load_partner",
    "load_partners",
]
