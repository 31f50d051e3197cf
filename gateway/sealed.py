"""Sealed: the bytes a partner gets, encrypted where that is agreed; sealed once, so that a repeat is the same file."""

import msgspec

from gateway.gateway import Gateway
from gateway.ledger.effects import EffectRow, keep_plan
from gateway.partners import Partner
from gateway.pgp import seal_pgp


class Sealed(msgspec.Struct, frozen=True):
    """Where the encrypted bytes are in the archive."""

    sealed: str


def load_leaving(gateway: Gateway, partner: Partner, effect: EffectRow) -> bytes:
    """Return the bytes to be put for an effect; encrypted ones are kept before they leave.

    No two encryptions are alike, and a name that holds other bytes is never overwritten.
    """
    data, channel = effect.payload["sha256"], effect.payload["channel"]
    if partner.pgp is None or not partner.pgp.seals(channel):
        return gateway.archive.load(data)
    if effect.plan:
        return gateway.archive.load(msgspec.json.decode(effect.plan, type=Sealed).sealed)
    sealed = seal_pgp(gateway.secrets, partner.pgp, gateway.archive.load(data))
    plan = msgspec.json.encode(Sealed(gateway.archive.store(sealed))).decode()
    with gateway.ledger.begin() as tx:
        keep_plan(tx, effect.id, plan)
    return sealed
