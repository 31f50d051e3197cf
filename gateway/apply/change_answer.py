"""A CM's word on changes we asked for: what he agrees to becomes the order, the rest stays (B-66)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from canonical.change_answers import answer_of_change
from canonical.changes import find_order_line
from canonical.entities import write_plain
from canonical.erp_commands import NoteOnOrder
from canonical.events import OrderChangeAnswered
from canonical.order_ack import OrderAck
from canonical.order_change import LineChange
from canonical.order_changes import agree, is_cancelled
from canonical.postings import ANSWERS, Posting
from canonical.purchase_order import PurchaseOrder
from gateway.apply.incoming import Incoming
from gateway.apply.line_ledger import LineLedger
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.changes import ChangeRow, conclude_changes, list_changes
from gateway.ledger.expectations import meet
from gateway.ledger.orders import OrderRow, change_order, set_order_state
from translators.findings import Finding

DONE = ("shipped", "received")


@dataclass(slots=True, frozen=True)
class Heard:
    """An answer beside our changes: the order as it is agreed by it, and what is left to be said."""

    order: PurchaseOrder
    ack: OrderAck | None  # None where it is about a change that was settled before
    meant: tuple[ChangeRow, ...] = ()
    agreed: tuple[LineChange, ...] = ()
    refused: tuple[LineChange, ...] = ()
    unanswered: tuple[LineChange, ...] = ()
    unclear: tuple[str, ...] = ()  # lines that another change asks about, which is not answered

    @property
    def cancelled(self) -> set[str]:
        """Return the lines that are taken back by it."""
        return {line.line_number for line in self.agreed if line.action == "delete"}


def hear_changes(incoming: Incoming, row: OrderRow, ledger: LineLedger, ack: OrderAck) -> Heard:
    """Return what an answer says of our changes; nothing of it is recorded yet."""
    known = list_changes(incoming.tx, row.po_number)
    meant = _list_meant(ledger, known, ack)
    if meant is None:
        return Heard(row.entity, None)
    ack, unclear = _without_others(row, ledger, (known, meant), ack)
    asked = [line for change in meant for line in list_asked(ledger, change)]
    if not asked:
        return Heard(row.entity, ack, unclear=unclear)
    answer = answer_of_change(row.entity, asked, ack, ledger.promises())
    order = settle_lines(incoming, row, ledger, answer.agreed)
    ledger.replace({line.line_number for line in answer.refused}, ("asked",))
    return Heard(
        order, answer.ack, tuple(meant), answer.agreed, answer.refused, answer.unanswered, unclear
    )


def _without_others(
    row: OrderRow,
    ledger: LineLedger,
    changes: tuple[list[ChangeRow], list[ChangeRow]],
    ack: OrderAck,
) -> tuple[OrderAck, tuple[str, ...]]:
    """Return an 865 without the lines another open change asks about, and those lines.

    A yes beside the number of another change may be to that, or to the line as it was.
    """
    known, meant = changes
    if ack.about == "order" or not meant:
        return ack, ()
    others = {
        line.line_number
        for one in known
        if one.state == "asked" and one not in meant
        for line in list_asked(ledger, one)
    }
    said = {
        index: find_order_line(row.entity, one.line_number, one.item)
        for index, one in enumerate(ack.lines)
    }
    unclear = {
        index: line.line_number
        for index, line in said.items()
        if line and line.line_number in others
    }
    kept = tuple(one for index, one in enumerate(ack.lines) if index not in unclear)
    return (replace(ack, lines=kept), tuple(unclear.values())) if unclear else (ack, ())


def record_heard(
    incoming: Incoming, row: OrderRow, ledger: LineLedger, heard: Heard
) -> list[Finding]:
    """Record what became of our changes, and return what a person should know of it."""
    if heard.agreed:
        record_settled(incoming, row, ledger, heard.order)
    if heard.agreed or heard.refused:
        _conclude(incoming, heard)
        _tell(incoming, row, heard)
    for line in heard.agreed:
        if line.action == "delete":
            said = f"{incoming.partner.name} agrees to take back line {line.line_number} of order {row.po_number}"
            _note(incoming, row, line, said)
    refused = [_refuse_line(incoming, row, line) for line in heard.refused]
    return refused + [_ask_again(incoming, row, number) for number in heard.unclear]


def _ask_again(incoming: Incoming, row: OrderRow, line_number: str) -> Finding:
    return Finding(
        level="warning",
        code="other-change",
        sentence=f"line {line_number} of order {row.po_number} is asked about by another change than the one this answers; nothing is taken from it",
        advice="answer each change with its own number",
        place=_place(incoming),
    )


def list_asked(ledger: LineLedger, change: ChangeRow) -> list[LineChange]:
    """Return the lines of a change that nobody answered and no later change replaced."""
    if change.state != "asked":
        return []
    standing = {
        row.posting.line_number
        for row in ledger.rows
        if row.posting.kind == "asked" and row.document_id == change.document_id
    }
    return [line for line in change.entity.lines if line.line_number in standing]


def _list_meant(
    ledger: LineLedger, known: list[ChangeRow], ack: OrderAck
) -> list[ChangeRow] | None:
    """Return the open changes an answer is about; None where it answers one that is settled by now.

    An 855 that crosses an 860 answers the order as it was; where it repeats the quantities of the
    change it answers that (B-67).
    """
    waiting = [one for one in known if one.state == "asked"]
    if ack.about == "order":
        return [one for one in waiting if _repeats(list_asked(ledger, one), ack)]
    if ack.change_number:
        named = [one for one in known if one.number.lstrip("0") == ack.change_number.lstrip("0")]
        if named:
            return [one for one in waiting if one.id == named[-1].id] or None
    return waiting


def _repeats(asked: Sequence[LineChange], ack: OrderAck) -> bool:
    wanted = {
        (line.line_number.lstrip("0"), line.ordered.value)
        for line in asked
        if line.ordered is not None and line.action in {"quantity", "replace", "add"}
    }
    said = {
        ((line.line_number or "").lstrip("0"), line.ordered.value)
        for line in ack.lines
        if line.ordered is not None
    }
    return bool(wanted & said)


def settle_lines(
    incoming: Incoming, row: OrderRow, ledger: LineLedger, lines: Sequence[LineChange]
) -> PurchaseOrder:
    """Return the order with these lines as both sides want them, and post that in the line ledger.

    Answers to a changed line are answers to what it was: they are replaced by what is said now. Of
    a line that is taken back only what has left stays promised.
    """
    if not lines:
        return row.entity
    agreed = agree(row.entity, ledger.balances(), lines, incoming.said)
    kept = _list_kept(ledger, agreed.order, lines)
    ledger.replace({line.line_number for line in lines}, ("asked", *ANSWERS))
    ledger.add((*agreed.postings, *kept))
    return agreed.order


def record_settled(
    incoming: Incoming, row: OrderRow, ledger: LineLedger, order: PurchaseOrder
) -> None:
    """Record the order as it is by now, and how far it is: taken back, or not all sent any more."""
    change_order(incoming.tx, order)
    balances = ledger.balances().values()
    if is_cancelled(balances):
        set_order_state(incoming.tx, row.po_number, "cancelled")
    elif row.state in DONE and not all(one.is_all_shipped for one in balances):
        set_order_state(incoming.tx, row.po_number, "partly_shipped")


def _list_kept(
    ledger: LineLedger, order: PurchaseOrder, lines: Sequence[LineChange]
) -> list[Posting]:
    """Return the promises that cover what has left of lines that are taken back."""
    wanted = {line.line_number: line.ordered.value for line in order.lines}
    kept = list[Posting]()
    for line in lines:
        left = wanted[line.line_number] if line.action == "delete" else Decimal(0)
        for one in ledger.of_line(line.line_number):
            if one.kind in ("accepted", "backordered") and left > 0:
                part = min(one.quantity, left)
                left -= part
                kept.append(replace(one, quantity=part, kind="accepted"))
    return kept


def _conclude(incoming: Incoming, heard: Heard) -> None:
    """Record what became of each change that is answered in all its lines."""
    agreed, refused, unanswered = (
        {line.line_number for line in lines}
        for lines in (heard.agreed, heard.refused, heard.unanswered)
    )
    for change in heard.meant:
        lines = {line.line_number for line in change.entity.lines}
        if lines & unanswered:
            continue
        state = (
            "agreed" if not lines & refused else "partly_agreed" if lines & agreed else "refused"
        )
        conclude_changes(incoming.tx, [change.id], state, incoming.document_id)
        meet(incoming.tx, "865", incoming.document_id, po_number=change.po_number)


def _tell(incoming: Incoming, row: OrderRow, heard: Heard) -> None:
    event = OrderChangeAnswered(
        po_number=row.po_number,
        partner=incoming.partner.name,
        change_number=heard.meant[-1].number,
        agreed=tuple(line.line_number for line in heard.agreed),
        refused=tuple(line.line_number for line in heard.refused),
    )
    name = "cmgateway.order.change-answered.v1"
    incoming.queue_event(name, row.po_number, write_plain(event))


def _refuse_line(incoming: Incoming, row: OrderRow, line: LineChange) -> Finding:
    """Open a case for a line whose change is refused, tell the ERP, and return the finding."""
    wanted = f"{line.ordered.value:f} {line.ordered.unit}" if line.ordered else line.action
    by = f", {line.needed.means} by {line.needed.on}" if line.needed else ""
    asked = "to take it back" if line.action == "delete" else f"{wanted}{by}"
    said = f"{incoming.partner.name} refuses our change of line {line.line_number} of order {row.po_number} ({asked}); what was agreed before holds"
    case = NewCase(
        kind="change-refused",
        owner="buyer",
        summary=said,
        po_number=row.po_number,
        line_number=line.line_number,
        document_id=incoming.document_id,
    )
    open_case(incoming.tx, case)
    _note(incoming, row, line, said)
    return Finding(level="warning", code="change-refused", sentence=said, place=_place(incoming))


def _note(incoming: Incoming, row: OrderRow, line: LineChange, said: str) -> None:
    note = NoteOnOrder(
        po_number=row.po_number,
        line_number=line.line_number,
        partner=incoming.partner.name,
        text=said,
    )
    incoming.queue("erp", incoming.gateway.site.erp, row.po_number, write_plain(note))


def tell_late(incoming: Incoming, ack: OrderAck) -> Finding:
    """Return why an answer to a change that is settled changes nothing (B-67)."""
    said = f"change {ack.change_number} of order {ack.po_number} was settled before; this answer to it changes nothing"
    advice = "answer the newest change of an order"
    return Finding(
        level="warning", code="late-answer", sentence=said, advice=advice, place=_place(incoming)
    )


def _place(incoming: Incoming) -> str:
    return incoming.places.get("", "")
