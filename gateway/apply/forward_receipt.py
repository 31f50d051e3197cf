"""A receipt goes on to each CM whose goods were counted in, where an 861 or the like is agreed with it."""

from msgspec.structs import replace

from canonical.changes import find_order_line
from canonical.receiving_advice import ReceivedLine, ReceivingAdvice
from canonical.shared import Item
from gateway.apply.incoming import Incoming
from gateway.apply.named_orders import NamedOrders
from gateway.partners import Partner, PartnerError
from gateway.send import render, send_unanswered
from translators.findings import Finding


def forward_receipt(
    incoming: Incoming, advice: ReceivingAdvice, found: NamedOrders
) -> list[Finding]:
    """Return what was found; each maker is told of its own orders, and of nobody else's (B-94)."""
    findings: list[Finding] = []
    for name in sorted({row.partner for row in found.rows.values()}):
        maker = _find_maker(incoming, name)
        if maker is None:
            continue
        theirs = {number for number, row in found.rows.items() if row.partner == name}
        lines = tuple(_with_item(line, found) for line in advice.lines if line.po_number in theirs)
        told = replace(advice, lines=lines)
        rendered = render(incoming.gateway, maker, told)
        # A fault here is ours: the receipt counts all the same.
        findings += map(as_warning, rendered.findings)
        if not any(one.level == "error" for one in rendered.findings):
            findings += map(as_warning, send_unanswered(incoming, maker, told, rendered))
    return findings


def _with_item(line: ReceivedLine, found: NamedOrders) -> ReceivedLine:
    """Return the line with the part its order names, where the ERP named none: an 861 must."""
    order = found.entities.get(line.po_number or "")
    meant = find_order_line(order, line.line_number, line.item) if order else None
    return replace(line, item=meant.item) if meant and line.item == Item() else line


def _find_maker(incoming: Incoming, name: str) -> Partner | None:
    """Return the CM, where it is to be told at all."""
    try:
        maker = incoming.gateway.partners.get(name)
    except PartnerError:
        return None
    agreed = maker.documents.leaving
    return maker if any(one.entity == ReceivingAdvice.__name__ for one in agreed) else None


def as_warning(finding: Finding) -> Finding:
    """Return the finding as one that does not park the receipt."""
    return replace(finding, level="warning") if finding.level == "error" else finding
