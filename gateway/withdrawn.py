"""Withdrawn: everybody who was told of a shortfall is told that its decision holds no longer."""

from decimal import Decimal

from canonical.entities import write_plain
from canonical.erp_commands import NoteOnOrder
from canonical.events import ShortfallWithdrawn
from canonical.shared import Quantity
from gateway.apply.incoming import Incoming
from gateway.needs import Need


def tell_withdrawn(incoming: Incoming, po_number: str, need: Need, said: str) -> None:
    """Queue the event and a sentence in the ERP's order."""
    line, unit = need.line, need.line.ordered.unit
    withdrawn = ShortfallWithdrawn(
        po_number=po_number,
        line_number=line.line_number,
        partner=incoming.partner.name,
        decided=None if need.decided is None else Quantity(value=need.decided, unit=unit),
        missing=Quantity(value=max(need.missing, Decimal(0)), unit=unit),
        withdrawn_by=incoming.file_name,
    )
    note = NoteOnOrder(
        po_number=po_number,
        line_number=line.line_number,
        partner=incoming.partner.name,
        text=f"{said}; the decision made before is withdrawn",
    )
    name = "cmgateway.order.shortfall-withdrawn.v1"
    incoming.queue_event(name, f"{po_number}/{line.line_number}", write_plain(withdrawn))
    incoming.queue("erp", incoming.gateway.site.erp, po_number, write_plain(note))
