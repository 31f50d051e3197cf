"""Incoming: one mapped document on its way into the ledger."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import Connection

from canonical.changes import Said
from canonical.postings import Posting
from canonical.shared import Entity
from gateway.gateway import Gateway
from gateway.ledger.commitments import list_commitments
from gateway.ledger.effects import EffectKind, NewEffect, order_key_of, queue_effect
from gateway.partners import Partner


@dataclass(slots=True, frozen=True)
class Incoming:
    """A document with its entity, its partner, and the transaction all of it belongs to."""

    gateway: Gateway
    tx: Connection
    document_id: int
    file_name: str
    partner: Partner
    entity: Entity
    places: dict[str, str]
    usage: str = "P"
    key: str = ""  # what the keys of its effects begin with, where not with the document
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def said(self) -> Said:
        """Return who says it and where, as canonical rules want it."""
        return Said(
            partner=self.partner.name,
            semantics=self.partner.semantics,
            tolerances=self.partner.tolerances,
            packs=self.partner.pack_sizes,
            places=self.places,
        )

    def list_postings(self, po_number: str, line_number: str) -> list[Posting]:
        """Return the postings of one order line that no later answer replaced."""
        rows = list_commitments(self.tx, po_number, line_number)
        return [row.posting for row in rows]

    def queue(self, kind: EffectKind, target: str, order_key: str, payload: dict[str, Any]) -> str:
        """Queue one effect of this document and return its idempotency key."""
        number = next(self._numbers)
        effect = NewEffect(
            document_id=self.document_id,
            number=number,
            name=f"{self.key}-{number}" if self.key else "",
            kind=kind,
            target=target,
            order_key=order_key_of(target, order_key),
            payload=payload,
        )
        return queue_effect(self.tx, effect)

    def queue_event(self, name: str, subject: str, data: dict[str, Any]) -> str:
        """Queue an event for the journal; `subject` is an order number, or order and line."""
        order_key = subject.partition("/")[0]
        payload = {"type": name, "subject": subject, "data": data}
        return self.queue("event", "journal", order_key, payload)
