"""Twice: a CM promises what another one has by now; it is told once, and a person sees it (B-100, B-103)."""

from canonical.entities import write_plain
from canonical.erp_commands import NoteOnOrder
from gateway.apply.incoming import Incoming
from gateway.ledger.cases import CaseRow, NewCase, close_case, list_cases, open_case
from gateway.ledger.changes import list_changes
from gateway.ledger.commitments import list_commitments
from gateway.ledger.reroutes import RerouteRow
from gateway.needs import GATEWAY
from gateway.notice import send_notice
from gateway.reroute import ask_to_reduce, is_asked_already, list_chain, withdraw

KIND = "promised-twice"
_YES = ("accepted", "backordered", "shipped")


def hear_called_off(incoming: Incoming, row: RerouteRow) -> None:
    """Let a person see that a CM accepts the order of a reroute that was called off meanwhile."""
    number = row.new_po_number
    rows = list_commitments(incoming.tx, number, row.line_number)
    if not any(one.posting.kind in _YES for one in rows):
        _close(
            incoming, number, row.line_number, f"{row.to_partner} promises nothing of it any more"
        )
        return
    is_new = any(
        one.document_id == incoming.document_id and one.posting.kind in _YES for one in rows
    )
    if not is_new:
        return
    said = f"{row.to_partner} accepts order {number} in {incoming.file_name}, which was called off: {row.reason}"
    is_known = _find_case(incoming, number, row.line_number) is not None
    case = NewCase(
        kind=KIND,
        owner="buyer",
        summary=f"{said}. Our cancellation is with {row.to_partner}: call it",
        po_number=number,
        line_number=row.line_number,
    )
    open_case(incoming.tx, case)
    if not is_known:
        note = NoteOnOrder(
            po_number=number, line_number=row.line_number, partner=row.to_partner, text=said
        )
        incoming.queue("erp", incoming.gateway.site.erp, number, write_plain(note))


def says_yes(incoming: Incoming, row: RerouteRow) -> bool:
    """Return whether this document promises the line, or refuses the change that takes it back.

    What it says of other lines, or of a change that is settled, is no word on this one.
    """
    if any(
        one.document_id == incoming.document_id and one.posting.kind in _YES
        for one in list_commitments(incoming.tx, row.po_number, row.line_number)
    ):
        return True
    return any(
        one.state in ("refused", "partly_agreed") and one.answered_by == incoming.document_id
        for one in list_changes(incoming.tx, row.po_number)
    )


def settle_twice(incoming: Incoming, row: RerouteRow) -> None:
    """Let the first yes have the line: the next order is called off, or the former CM is told it is too late."""
    taken = next((one for one in list_chain(incoming, row) if one.state == "taken"), None)
    if taken is None:
        said = f"{row.from_partner} makes it after all, as it says in {incoming.file_name}, before anybody else said yes"
        withdraw(incoming, row, said)
        close_twice(incoming, row)
        return
    is_known = _find_case(incoming, row.po_number, row.line_number) is not None
    _open_case(incoming, row, taken)
    if is_known:
        return  # it was told, and the ERP knows: only the case says what came last
    if is_asked_already(incoming, row):
        send_notice(incoming, row, is_late=True)
    else:
        ask_to_reduce(incoming, row)
    note = NoteOnOrder(
        po_number=row.po_number,
        line_number=row.line_number,
        partner=row.from_partner,
        text=f"{_say(incoming, row, taken)}; {row.from_partner} is told so",
    )
    incoming.queue("erp", incoming.gateway.site.erp, row.po_number, write_plain(note))


def close_twice(incoming: Incoming, row: RerouteRow) -> None:
    """Close the case of a line that only one CM promises by now."""
    _close(
        incoming,
        row.po_number,
        row.line_number,
        f"only one CM promises it since {incoming.file_name}",
    )


def _close(incoming: Incoming, po_number: str, line_number: str, said: str) -> None:
    case = _find_case(incoming, po_number, line_number)
    if case is not None:
        close_case(incoming.tx, case.id, GATEWAY, said)


def _open_case(incoming: Incoming, row: RerouteRow, taken: RerouteRow) -> None:
    said = _say(incoming, row, taken)
    case = NewCase(
        kind=KIND,
        owner="buyer",
        summary=f"{said}. Both make line {row.line_number} of order {row.po_number} until {row.from_partner} agrees to our change: call it, or cancel {taken.new_po_number} in the ERP",
        po_number=row.po_number,
        line_number=row.line_number,
    )
    open_case(incoming.tx, case)


def _say(incoming: Incoming, row: RerouteRow, taken: RerouteRow) -> str:
    quantity = f"{row.quantity.normalize():f} {row.unit}"
    return f"{row.from_partner} promises {quantity} in {incoming.file_name}, too late: {taken.to_partner} has them with order {taken.new_po_number}"


def _find_case(incoming: Incoming, po_number: str, line_number: str) -> CaseRow | None:
    known = list_cases(incoming.tx, po_number=po_number, limit=1000)
    of_line = (one for one in known if one.line_number == line_number)
    return next((one for one in of_line if one.kind == KIND), None)
