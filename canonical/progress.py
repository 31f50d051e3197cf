"""Progress: what an OrderStatus means for the orders it names (B-82); it promises nothing by itself."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec.structs import replace

from canonical.changes import Change, Remark, Said, Told, find_order_line, post_line
from canonical.order_status import OrderStatus, Progress, StatusLine
from canonical.postings import Posting
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import PromisedDate
from canonical.shipments import LineKey

CANCELLED = "cancelled_by_maker"


def progress_change(
    report: OrderStatus,
    orders: Mapping[str, PurchaseOrder],
    promises: Mapping[LineKey, PromisedDate],
    said: Said,
) -> Change:
    """Return one `progress` posting for each state of a line; lines of orders not known are remarked."""
    postings: list[Posting] = []
    remarks: list[Remark] = []
    for index, line in enumerate(report.lines):
        place = said.place(f"lines[{index}]")
        found = _find(line, orders)
        if isinstance(found, str):
            remarks.append(_unknown(found, place))
            continue
        order, meant = found
        for one in meant:
            told = Told(said.partner, place)
            postings += (_post(order, one, progress, told) for progress in line.progress)
            promised = promises.get((order.po_number, one.line_number))
            for progress in line.progress:
                remarks += _judge(order, one, progress, (promised, place))
    spoken = {posting.line_number for posting in postings}
    return Change(postings=tuple(postings), replaces=tuple(sorted(spoken)), remarks=tuple(remarks))


def _find(
    line: StatusLine, orders: Mapping[str, PurchaseOrder]
) -> tuple[PurchaseOrder, tuple[OrderLine, ...]] | str:
    """Return the order and the lines meant: all of them where only the order is named."""
    order = orders.get(line.po_number or "")
    if order is None:
        return f"order {line.po_number or '(no number)'} is not known here or not this partner's"
    if line.line_number is None and not line.item.buyer and not line.item.vendor:
        return order, order.lines
    found = find_order_line(order, line.line_number, line.item)
    found = found or find_order_line(order, None, line.item)
    if found is None:
        part = line.item.buyer or line.item.vendor or "no part number"
        return f"order {order.po_number} has no line {line.line_number or '-'} with {part}"
    return order, (found,)


def _unknown(sentence: str, place: str) -> Remark:
    """Return a warning: a report tells of many orders, and the others are good to know."""
    return Remark(
        level="warning",
        code="no-such-line",
        sentence=sentence,
        advice="correct the order and line number; the rest of the report is taken",
        place=place,
    )


def _post(order: PurchaseOrder, line: OrderLine, progress: Progress, told: Told) -> Posting:
    quantity = progress.quantity or line.ordered
    posting = post_line(order, line, "progress", quantity, told)
    day, means = progress.on, "other"
    if progress.expected is not None:
        day, means = progress.expected.on, progress.expected.means
    return replace(posting, reason=progress.state, promised_on=day, means=means if day else "")


def _judge(
    order: PurchaseOrder,
    line: OrderLine,
    progress: Progress,
    against: tuple[PromisedDate | None, str],
) -> Iterator[Remark]:
    """Yield what somebody should act on: a line that is taken back, or slips (F18)."""
    promised, place = against
    about = f"line {line.line_number} of order {order.po_number}"
    if progress.state == "cancelled":
        amount = progress.quantity or line.ordered
        sentence = f"{about}: {amount.value:f} {amount.unit} are reported as cancelled"
        advice = "answer the order anew with what will not be made"
        yield _warn("cancelled-by-maker", sentence, advice, (place, order, line))
    day = progress.expected.on if progress.expected else None
    if day is not None and promised is not None and day > promised.on:
        days = (day - promised.on).days
        sentence = f"{about}: expected {day}, promised {promised.on}: {days} days later"
        advice = "answer the order anew with the day that holds"
        yield _warn("promise-slipped", sentence, advice, (place, order, line))


def _warn(
    code: str, sentence: str, advice: str, where: tuple[str, PurchaseOrder, OrderLine]
) -> Remark:
    place, order, line = where
    return Remark(
        level="warning",
        code=code,
        sentence=sentence,
        advice=advice,
        place=place,
        line_number=line.line_number,
        po_number=order.po_number,
    )


def withdraw(standing: list[Posting], quantity: Decimal) -> list[Posting]:
    """Return the answers of a line with so much of what was promised rejected, the latest first."""
    left, kept, taken = max(quantity, Decimal(0)), list[Posting](), list[Posting]()
    for one in reversed(standing):
        part = min(one.quantity, left) if one.kind in ("accepted", "backordered") else Decimal(0)
        left -= part
        if part < one.quantity:
            kept.insert(0, replace(one, quantity=one.quantity - part))
        if part > 0:
            taken.append(
                replace(
                    one,
                    kind="rejected",
                    quantity=part,
                    promised_on=None,
                    means="",
                    reason=CANCELLED,
                )
            )
    return [*kept, *taken]
