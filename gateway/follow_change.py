"""Follow: a change of an order reaches the orders its lines went on with, or a person is asked."""

from canonical.entities import write_plain
from canonical.erp_commands import NoteOnOrder
from canonical.order_change import OrderChange
from gateway.apply.incoming import Incoming
from gateway.ledger.cases import NewCase, list_cases, open_case
from gateway.ledger.commitments import list_commitments
from gateway.ledger.reroutes import RerouteRow, list_reroutes
from gateway.reroute import cancel_order, close_shortfalls, end_reroute, list_chain

KIND = "rerouted-order-runs"
_MOVES_ON = ("placed", "taken")


def follow_change(incoming: Incoming, change: OrderChange) -> None:
    """Cancel what was ordered elsewhere of an order that the ERP cancels; ask about what cannot be.

    A single line that is taken back may be the ERP's own account of the reroute, or the end of the
    need: nothing says which, so a person does.
    """
    rows = [
        one
        for one in list_reroutes(incoming.tx, change.po_number)
        if one.po_number == change.po_number and one.is_under_way
    ]
    if not rows:
        return
    changed = {_key(one.line_number): one.action for one in change.lines}
    is_whole = change.purpose == "cancel" and not change.lines
    for row in rows:
        action = changed.get(_key(row.line_number))
        if is_whole:
            _take_back(incoming, row)
        elif action is not None:
            word = "taken back" if action == "delete" else "changed"
            _ask(incoming, row, f"is {word} by itself, which does not reach what went elsewhere")


def _take_back(incoming: Incoming, row: RerouteRow) -> None:
    chain = list_chain(incoming, row)
    if any(_has_left(incoming, one) for one in chain):
        _ask(incoming, row, "is cancelled, and part of it has left its next maker already")
        return
    said = f"line {row.line_number} of order {row.po_number} is cancelled by the ERP in {incoming.file_name}"
    for one in chain:
        is_placed = one.state in _MOVES_ON
        if is_placed:
            cancel_order(incoming, one)
        end_reroute(incoming, one, "withdrawn", said)
        if one.new_po_number:
            close_shortfalls(incoming, one.new_po_number, said)
        if is_placed:
            _note(incoming, one, f"{said}: order {one.new_po_number} is cancelled with it")


def _has_left(incoming: Incoming, row: RerouteRow) -> bool:
    if not row.new_po_number:
        return False
    rows = list_commitments(incoming.tx, row.new_po_number)
    return any(one.posting.kind == "shipped" for one in rows)


def _ask(incoming: Incoming, row: RerouteRow, why: str) -> None:
    """Open a case of the buyer: what runs elsewhere runs on until a person decides."""
    runs = ", ".join(
        f"{one.new_po_number} at {one.to_partner}"
        for one in reversed(list_chain(incoming, row))
        if one.new_po_number and one.state in _MOVES_ON
    )
    if not runs:
        return
    sentence = f"line {row.line_number} of order {row.po_number} {why}: {runs} runs on"
    known = list_cases(incoming.tx, po_number=row.po_number, limit=1000)
    if not any(one.kind == KIND and one.line_number == row.line_number for one in known):
        case = NewCase(
            kind=KIND,
            owner="buyer",
            summary=sentence,
            po_number=row.po_number,
            line_number=row.line_number,
            document_id=incoming.document_id,
        )
        open_case(incoming.tx, case)
    _note(incoming, row, f"{sentence}; a person decides")


def _note(incoming: Incoming, row: RerouteRow, text: str) -> None:
    note = NoteOnOrder(
        po_number=row.po_number,
        line_number=row.line_number,
        partner=row.to_partner,
        text=text,
    )
    incoming.queue("erp", incoming.gateway.site.erp, row.po_number, write_plain(note))


def _key(line_number: str) -> str:
    return line_number.lstrip("0")
