"""Notice: a CM without agreed order changes is told in words that it is to make less."""

from gateway.apply.incoming import Incoming
from gateway.ledger.documents import NewDocument, link_orders, record_document
from gateway.ledger.effects import NewEffect, order_key_of, queue_effect
from gateway.ledger.reroutes import RerouteRow
from gateway.partners import PartnerError

CHANGED = """{company} has given {quantity} {unit} of order {po}, line {line}, to another supplier.

Please do not make or send them; all else of the order stands as it was.
If you have begun with them, tell your buyer today.
"""
TOO_LATE = """{company}: your yes to {quantity} {unit} of order {po}, line {line}, comes too late.

They were given to another supplier when you had not promised them. Please do not make or send
them, and answer our change of that line. If you have begun with them, tell your buyer today.
"""
CANCELLED = """{company} cancels order {po}.

Please do not make or send anything of it. If you have begun with it, tell your buyer today.
"""


def send_notice(
    incoming: Incoming, row: RerouteRow, *, is_cancelled: bool = False, is_late: bool = False
) -> None:
    """Put a text into the CM's first channel, once a reroute; the ledger keeps it as a document."""
    text = CANCELLED if is_cancelled else TOO_LATE if is_late else CHANGED
    name = row.to_partner if is_cancelled else row.from_partner
    po_number = row.new_po_number if is_cancelled else row.po_number
    try:
        partner = incoming.gateway.partners.get(name)
    except PartnerError:
        return  # its file is away: the case says what is to be told
    sha256 = incoming.gateway.archive.store(_write(incoming, row, po_number, text))
    new = NewDocument(
        partner=name,
        direction="out",
        kind="text notice",
        state="applied",
        entity="OrderChange",
        number=po_number,
        sha256=sha256,
        answers=incoming.document_id,
    )
    document_id = record_document(incoming.tx, new)
    link_orders(incoming.tx, document_id, [po_number])
    for channel in partner.channels.leaving[:1]:
        late = f"_late_{incoming.document_id}" if is_late else ""
        file_name = f"notice_{po_number}_{row.id}{late}.txt"
        effect = NewEffect(
            document_id=document_id,
            number=1,
            kind="put",
            target=name,
            order_key=order_key_of(name, po_number),
            payload={"channel": channel.name, "name": file_name, "sha256": sha256},
        )
        queue_effect(incoming.tx, effect)


def _write(incoming: Incoming, row: RerouteRow, po_number: str, text: str) -> bytes:
    told = text.format(
        company=incoming.gateway.site.company,
        quantity=f"{row.quantity.normalize():f}",
        unit=row.unit,
        po=po_number,
        line=row.line_number,
    )
    return told.replace("\n", "\r\n").encode()
