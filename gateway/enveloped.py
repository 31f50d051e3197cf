"""Enveloped: sets in the envelope agreed with a partner, in either direction, proven by our own checker."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.clock import now
from gateway.partners import Partner
from gateway.partners.partner import X12Identity
from gateway.partners.tolerance import tolerance_of
from translators.findings import Finding
from translators.x12.acknowledge import Numbers
from translators.x12.files import check_written
from translators.x12.grammar import GROUP_OF
from translators.x12.writer import OutEnvelope, WrittenSet, choose_delimiters, write_interchange


def usage_of(partner: Partner) -> str:
    """Return what stands in ISA15 between us and the partner."""
    return "P" if partner.usage == "production" else "T"


def write_enveloped(
    partner: Partner,
    ids: tuple[X12Identity, X12Identity],
    sets: Sequence[WrittenSet],
    version: str,
    numbers: Numbers,
) -> tuple[bytes, list[Finding]]:
    """Return sets of one kind as an interchange from the first identity to the second, with all errors."""
    sender, receiver = ids
    envelope = OutEnvelope(
        sender_qualifier=sender.qualifier,
        sender=sender.id,
        receiver_qualifier=receiver.qualifier,
        receiver=receiver.id,
        group_id=GROUP_OF[sets[0].set_id],
        interchange_control=numbers.interchange,
        group_control=numbers.group,
        version=version,
        group_sender=sender.group_id,
        group_receiver=receiver.group_id,
        usage=usage_of(partner),
    )
    marks = partner.delimiters.to_x12()
    if not partner.delimiters.pinned:
        marks = choose_delimiters(sets, marks, version)
    data, findings = write_interchange(sets, envelope, marks, now())
    if data:  # what we would not take ourselves does not leave
        # what the guide asks of the partner is not asked of us
        ours = replace(tolerance_of(partner, now().date()), guides={})
        findings += check_written(data, ours)
    return data, findings
