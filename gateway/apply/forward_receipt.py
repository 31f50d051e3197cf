"""A receipt goes on to each CM whose goods were counted in, where an 861 or the like is agreed with it."""

from msgspec.structs import replace

from canonical.receiving_advice import ReceivingAdvice
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
        lines = tuple(line for line in advice.lines if line.po_number in theirs)
        told = replace(advice, lines=lines)
        rendered = render(incoming.gateway, maker, told)
        # A fault here is ours: the receipt counts all the same.
        findings += [as_warning(one) for one in rendered.findings]
        if not any(one.level == "error" for one in rendered.findings):
            findings += send_unanswered(incoming, maker, told, rendered)
    return findings


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
