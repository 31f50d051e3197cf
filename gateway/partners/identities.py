"""Whose envelope it is, whether it is meant for us, and whether it may have effects."""

from collections.abc import Sequence
from difflib import get_close_matches

from gateway.partners.partner import Partner, X12Identity
from translators.document import Envelope
from translators.findings import Finding, X12Place

_Known = tuple[Partner, X12Identity]


def find_sender(envelope: Envelope, partners: Sequence[Partner]) -> Partner | None:
    """Return the partner whose ISA name stands there; GS02 decides where several share it."""
    known = [pair for pair in _list_known(partners) if _is_named(pair[1], envelope)]
    group = envelope.group_sender.strip()
    for partner, identity in known:
        if group and group == identity.group_id:
            return partner
    if any(group == one.group_id for partner, one in _list_known(partners) if group):
        return None  # it is the group code of somebody else
    # A TA1 has no group; and where no group code is agreed, any is taken.
    open_ones = [partner for partner, identity in known if not group or not identity.group]
    return open_ones[0] if len({partner.name for partner in open_ones}) == 1 else None


def unknown_sender(envelope: Envelope, partners: Sequence[Partner]) -> Finding:
    """Return the error for an envelope of nobody we know, with the nearest name (B-17)."""
    qualifier, sender = envelope.sender_qualifier.strip(), envelope.sender.strip()
    known = _list_known(partners)
    same_name = [pair for pair in known if _is_named(pair[1], envelope)]
    same_id = [pair for pair in known if pair[1].id.upper() == sender.upper()]
    place = X12Place(segment="ISA", ordinal=0, element=6, interchange_code="006")
    if same_name:  # the interchange is in order, only the group is not
        place = X12Place(segment="GS", ordinal=0, element=2, group_code="1")
        partner, identity = same_name[0]
        said = f"group code {envelope.group_sender.strip()}"
        sentence = f"{qualifier}/{sender} is {partner.name}, but no partner of that name sends under {said}"
        advice = f"agreed is {identity.group_id}: ask the partner, or add it under also_x12"
    elif same_id:
        partner, identity = same_id[0]
        sentence = f"the sender is {qualifier}/{sender}, and no partner has this name"
        advice = f"{partner.name} is {identity.qualifier}/{identity.id}: {_difference(identity, envelope)}"
        code = "005" if identity.id == sender else "006"
        place = X12Place(segment="ISA", ordinal=0, element=6, interchange_code=code)
    else:
        sentence = f"the sender is {qualifier}/{sender}, and no partner has this name"
        advice = _nearest(sender, known)
    return Finding(
        level="error",
        code="unknown-sender",
        sentence=sentence,
        place=f"{place.segment}{place.element:02d}",
        advice=advice,
        x12=place,
    )


def check_receiver(partner: Partner, envelope: Envelope) -> list[Finding]:
    """Return an error where the envelope is meant for somebody else than us."""
    us = partner.us.list_x12()
    qualifier, receiver = envelope.receiver_qualifier.strip(), envelope.receiver.strip()
    if not us or (qualifier, receiver) in {(one.qualifier, one.id) for one in us}:
        return []
    code = "007" if receiver in {one.id for one in us} else "008"
    names = " or ".join(f"{one.qualifier}/{one.id}" for one in us)
    sentence = (
        f"the file is meant for {qualifier}/{receiver}; towards {partner.name} we are {names}"
    )
    advice = "it may have gone to the wrong address: ask the partner"
    x12 = X12Place(segment="ISA", ordinal=0, element=8, interchange_code=code)
    return [
        Finding(
            level="error",
            code="wrong-receiver",
            sentence=sentence,
            place="ISA08",
            advice=advice,
            x12=x12,
        )
    ]


def has_effects(partner: Partner, envelope: Envelope) -> bool:
    """Return whether a document may change the ERP or trigger routing: production on both sides (B-23)."""
    return partner.active and partner.usage == "production" and envelope.usage in ("", "P")


def check_usage(partner: Partner, envelope: Envelope) -> list[Finding]:
    """Return what ISA15 says against the partner's file: production from a partner in test is an error."""
    if envelope.usage == "P" and partner.usage == "test":
        sentence = f"ISA15 says production, but {partner.name} is still in test"
        advice = "set usage: production in its file once its samples pass, then rerun; or ask for T"
        return [_usage("error", "production-in-test", sentence, advice)]
    if envelope.usage in ("T", "I") and partner.usage == "production":
        word = "test" if envelope.usage == "T" else "information only"
        sentence = f"ISA15 says {word}, so the document is read and answered, but has no effects"
        return [_usage("warning", "no-effects", sentence, "ask for P where it was meant to count")]
    if envelope.usage not in ("", "P", "T", "I"):
        sentence = f"ISA15 holds '{envelope.usage[:5]}', wanted is P, T or I"
        return [_usage("error", "unknown-usage", sentence, "ask the partner to correct it")]
    return []


def _usage(level: str, code: str, sentence: str, advice: str) -> Finding:
    error = level == "error"
    x12 = X12Place(segment="ISA", ordinal=0, element=15, interchange_code="020" if error else None)
    return Finding(
        level="error" if error else "warning",
        code=code,
        sentence=sentence,
        place="ISA15",
        advice=advice,
        x12=x12,
    )


def _list_known(partners: Sequence[Partner]) -> list[_Known]:
    return [(partner, one) for partner in partners for one in partner.identities.list_x12()]


def _is_named(identity: X12Identity, envelope: Envelope) -> bool:
    said = (envelope.sender_qualifier.strip(), envelope.sender.strip())
    return said == (identity.qualifier, identity.id)


def _difference(identity: X12Identity, envelope: Envelope) -> str:
    said = envelope.sender_qualifier.strip()
    if identity.id != envelope.sender.strip():
        return "capital and small letters differ"
    if said.lstrip("0") == identity.qualifier.lstrip("0"):
        return f"qualifier '{said}' is not '{identity.qualifier}', the zero counts"
    return f"the qualifier is '{said}' and agreed is '{identity.qualifier}'"


def _nearest(sender: str, known: Sequence[_Known]) -> str:
    names = {identity.id: partner.name for partner, identity in known}
    close = get_close_matches(sender, names, n=1)
    if close:
        return f"near is {names[close[0]]} with {close[0]}: ask the partner, or correct identities.x12 in its file"
    return "if it is a new partner, add its file; if not, ask who sent it"
