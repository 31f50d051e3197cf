"""Agreements: which document is agreed with a partner, and which mapping reads or writes it."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from gateway.partners.partner import AgreedDocument, Direction, Partner
from translators.findings import Finding

X12_VERSION_LENGTH = 6


class Agreement(Struct, frozen=True, kw_only=True):
    """One agreed kind of document of one partner; `kind` is as agreed, not as it arrived."""

    partner: str
    direction: Direction
    kind: str
    mapping: str
    entity: str = ""
    channel: str = ""
    file_name: str = ""
    counts_defaults: bool = False  # each value by default is noted, for a rate of them (B-97)


class Wanted(Struct, frozen=True, kw_only=True):
    """What an agreement is sought for; empty text means any."""

    direction: Direction
    kind: str = ""
    file_name: str = ""
    entity: str = ""
    channel: str = ""
    set_id: str = ""  # where an entity is written as one of several X12 sets


def find_agreement(partner: Partner, wanted: Wanted) -> Agreement | Finding:
    """Return the agreement that fits: the exact version first, then the one without suffix (B-20).

    The finding lists what is agreed, so that the answer can be acted on; its code is `not-agreed`.
    """
    documents = _documents(partner, wanted.direction)
    for kind in _kinds(wanted.kind):
        for document in documents:
            if _fits(document, kind, wanted):
                return _agreement(partner, wanted.direction, document)
    return _not_agreed(partner, wanted, documents)


def _documents(partner: Partner, direction: Direction) -> tuple[AgreedDocument, ...]:
    return partner.documents.arriving if direction == "in" else partner.documents.leaving


def _kinds(kind: str) -> list[str]:
    if not kind.startswith("x12 "):
        return [kind]
    plain, _, version = kind.rpartition(" ")
    return list(dict.fromkeys([kind, f"{plain} {version[:X12_VERSION_LENGTH]}"]))


def _fits(document: AgreedDocument, kind: str, wanted: Wanted) -> bool:
    name = wanted.file_name.rpartition("/")[2].lower()
    return (
        kind in ("", document.kind)
        and wanted.entity in ("", document.entity)
        and (not wanted.set_id or _may_be(document.kind, wanted.set_id))
        and ("" in (wanted.channel, document.channel) or wanted.channel == document.channel)
        and (not document.files or not name or fnmatchcase(name, document.files.lower()))
    )


def _may_be(kind: str, set_id: str) -> bool:
    """Return whether documents of a kind may be that X12 set; another format knows no sets."""
    return not kind.startswith("x12 ") or kind.split()[1] == set_id


def _agreement(partner: Partner, direction: Direction, document: AgreedDocument) -> Agreement:
    leaving = partner.channels.leaving
    channel = document.channel
    file_name = document.file_name
    if direction == "out" and leaving:
        place = next((one for one in leaving if one.name == channel), leaving[0])
        channel, file_name = place.name, file_name or place.file_name
    return Agreement(
        partner=partner.name,
        direction=direction,
        kind=document.kind,
        mapping=document.mapping,
        entity=document.entity,
        channel=channel,
        file_name=file_name,
        counts_defaults=direction == "in" and partner.alarms.field_defaults_percent is not None,
    )


def _not_agreed(partner: Partner, wanted: Wanted, documents: Sequence[AgreedDocument]) -> Finding:
    what = " ".join(part for part in (wanted.entity, wanted.kind) if part) or "this"
    named = f" named {wanted.file_name}" if wanted.file_name else ""
    side = "from" if wanted.direction == "in" else "to"
    agreed = ", ".join(_describe(document) for document in documents) or "nothing"
    return Finding(
        level="error",
        code="not-agreed",
        sentence=f"{what}{named} is not agreed {side} {partner.name}; agreed is {agreed}",
        advice="send what is agreed, or ask to have this agreed",
        rule=f"{partner.name}.yaml",
    )


def _describe(document: AgreedDocument) -> str:
    return f"{document.kind} named {document.files}" if document.files else document.kind
