"""Reply: to which file of which partner an answer is due, and how it is put before the partner."""

from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.gateway import Gateway
from gateway.ledger.effects import NewEffect, queue_effect
from gateway.ledger.files import FileRow
from gateway.partners import Partner

TEXT_ANSWER = -1  # ordinals of answers are negative: see docs/decisions/0003


@dataclass(slots=True, frozen=True)
class Reply:
    """To which file of which partner an answer is due, in one transaction."""

    gateway: Gateway
    tx: Connection
    file: FileRow
    partner: Partner


def put_answer(reply: Reply, document_id: int, name: str, data: bytes, number: int = 1) -> None:
    """Queue the put of an answer into the partner's first channel; without one it stays with us."""
    channels = reply.partner.channels.leaving
    if not channels:
        return
    effect = NewEffect(
        document_id=document_id,
        number=number,
        kind="put",
        target=reply.partner.name,
        payload={
            "channel": channels[0].name,
            # Of a file inside a container the name leads through it: week.zip/855.edi.
            "name": name.replace("/", "_"),
            "sha256": reply.gateway.archive.store(data),
        },
    )
    queue_effect(reply.tx, effect)
