"""Stuck: an order to the next CM that could not be written is a case of its own, until it has left."""

from collections.abc import Iterable

from gateway.apply.incoming import Incoming
from gateway.ledger.cases import NewCase, close_case, list_cases, open_case
from gateway.ledger.reroutes import RerouteRow, change_reroute
from translators.findings import Finding

KIND = "reroute-stuck"
GATEWAY = "gateway"


def hold_reroute(incoming: Incoming, row: RerouteRow, found: Iterable[Finding]) -> None:
    """Keep a reroute where it is, and tell ops what to mend and how it goes on."""
    errors = [one for one in found if one.level == "error"]
    why = "; ".join(
        f"{one.sentence} ({one.place})" if one.place else one.sentence for one in errors
    )
    change_reroute(incoming.tx, row.id, state="stuck", reason=why)
    what = (
        f"{row.quantity.normalize():f} {row.unit} of order {row.po_number}, line {row.line_number}"
    )
    case = NewCase(
        kind=KIND,
        owner="ops",
        summary=f"the order to {row.to_partner} for {what} could not be written: {why}; mend that, then route approve {row.case_id}",
        po_number=row.po_number,
        line_number=row.line_number,
        document_id=row.document_id,
    )
    open_case(incoming.tx, case)


def close_stuck(incoming: Incoming, row: RerouteRow, said: str) -> None:
    """Close the case of a reroute that was stuck."""
    for case in list_cases(incoming.tx, po_number=row.po_number):
        if case.kind == KIND and case.line_number == row.line_number:
            close_case(incoming.tx, case.id, GATEWAY, said)
