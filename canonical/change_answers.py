"""Change answers: which lines of a change its maker agrees to, and what he says of them (B-66)."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from canonical.changes import find_order_line
from canonical.order_ack import AckLine, LineStatus, OrderAck
from canonical.order_change import LineChange
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Entity, PromisedDate

_REFUSES = frozenset(("rejected", "unchanged"))
_DECIDES_NOTHING = frozenset(("on_hold", "review"))
DELETED = "deleted"  # the reason of a seller who strikes a line, which is no word about a change


class ChangeAnswer(Entity, frozen=True, kw_only=True):
    """The lines that are agreed, refused, and not answered; `ack` holds what is said besides."""

    agreed: tuple[LineChange, ...] = ()
    refused: tuple[LineChange, ...] = ()
    unanswered: tuple[LineChange, ...] = ()
    ack: OrderAck


def answer_of_change(
    order: PurchaseOrder,
    asked: Sequence[LineChange],
    ack: OrderAck,
    promises: Mapping[str, PromisedDate],
) -> ChangeAnswer:
    """Return what an answer says of the lines that were asked to change.

    A refused line leaves what was agreed before as it is: nothing of it stays in `ack`. An agreed
    one that comes without quantity or date is accepted whole, by the day asked or promised before.
    """
    sorts: dict[str, list[LineChange]] = {"agreed": [], "refused": [], "unanswered": []}
    said = {_number(order, asked, line): line for line in ack.lines}
    spoken = dict.fromkeys(one.line_number for one in asked)
    kept = [line for number, line in said.items() if number not in spoken]
    for one in asked:
        line = said.get(one.line_number)
        sort = _sort(one, line, ack)
        sorts[sort].append(one)
        if sort == "agreed" and one.action != "delete":
            kept.append(_accept(one, line, promises.get(one.line_number)))
        elif sort == "unanswered" and line is not None:
            kept.append(line)
    rest = replace(ack, lines=tuple(kept), unmentioned="open")
    return ChangeAnswer(ack=rest, **{name: tuple(lines) for name, lines in sorts.items()})


def _number(order: PurchaseOrder, asked: Sequence[LineChange], line: AckLine) -> str:
    """Return which line an answer means by the order's own number, or a number that was asked to be added."""
    found: OrderLine | None = find_order_line(order, line.line_number, line.item)
    if found is not None:
        return found.line_number
    number = (line.line_number or "").lstrip("0")
    return next(
        (one.line_number for one in asked if one.line_number.lstrip("0") == number),
        line.line_number or "",
    )


def _sort(change: LineChange, line: AckLine | None, ack: OrderAck) -> str:
    by_header = {"accepted": "agreed", "rejected": "refused"}
    if line is None or not line.acks:
        silent = by_header.get(ack.unmentioned, "unanswered") if line is None else "unanswered"
        return by_header.get(ack.status, silent)
    words = {status.status for status in line.acks if not _is_nothing(change, status)}
    if words <= _DECIDES_NOTHING:
        return "unanswered"
    is_struck = any(status.reason == DELETED for status in line.acks)
    if words <= _REFUSES:
        return "agreed" if is_struck and change.action == "delete" else _struck(is_struck)
    return "agreed"


def _is_nothing(change: LineChange, status: LineStatus) -> bool:
    """Return whether nothing is accepted of a line that is to go on: that agrees to no change of it."""
    is_zero = status.quantity is not None and status.quantity.value == 0
    return is_zero and status.status not in _REFUSES and change.action != "delete"


def _struck(is_struck: bool) -> str:
    """Return `unanswered` for a line the seller strikes by himself: that is an answer of its own."""
    return "unanswered" if is_struck else "refused"


def _accept(change: LineChange, line: AckLine | None, promised: PromisedDate | None) -> AckLine:
    """Return the answer to a line with the dates it leaves out."""
    when = change.needed or promised
    given = line or AckLine(line_number=change.line_number)
    acks = given.acks or (LineStatus(status="accepted"),)
    dated = tuple(_date(status, when) for status in acks)
    return replace(given, line_number=change.line_number, acks=dated)


def _date(status: LineStatus, when: PromisedDate | None) -> LineStatus:
    if status.promised is not None or status.status in _REFUSES:
        return status
    return replace(status, promised=when)
