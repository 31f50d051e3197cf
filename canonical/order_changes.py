"""Order changes: what an OrderChange makes of its order, and what speaks against it (B-66, B-67)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from canonical.changes import Remark, Said, Told, bad_quantity, find_order_line, post_line
from canonical.order_change import LineChange, OrderChange
from canonical.postings import Balance, Posting
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Entity, Item, Quantity

Balances = Mapping[str, Balance]


class Agreed(Entity, frozen=True, kw_only=True):
    """An order after a change that both sides agree to, and the postings that say so."""

    order: PurchaseOrder
    postings: tuple[Posting, ...] = ()


def complete_change(order: PurchaseOrder, change: OrderChange) -> OrderChange:
    """Return the change as it is to be sent: every line whole, a cancellation line by line."""
    lines = change.lines
    if change.purpose == "cancel" and not lines:
        lines = tuple(
            LineChange(line_number=line.line_number, action="delete") for line in order.lines
        )
    return replace(change, lines=tuple(_complete(order, line) for line in lines))


def _complete(order: PurchaseOrder, change: LineChange) -> LineChange:
    line = find_order_line(order, change.line_number, Item())
    if line is None:
        return change
    return replace(
        change,
        line_number=line.line_number,
        item=change.item or line.item,
        ordered=change.ordered or line.ordered,
        unit_price=line.unit_price if change.unit_price is None else change.unit_price,
        needed=change.needed or line.needed,
    )


def check_order_change(
    order: PurchaseOrder, balances: Balances, change: OrderChange, said: Said
) -> tuple[Remark, ...]:
    """Return what stands against a change that is complete."""
    remarks: list[Remark] = []
    if change.purpose not in {"change", "cancel"}:
        advice = "say line by line what changes"
        sentence = f"a change of order {order.po_number} with purpose {change.purpose}"
        remarks.append(_error("not-yet", sentence, advice, said.place("")))
    if not change.lines:
        sentence = f"the change of order {order.po_number} names no line"
        advice = "name the lines that change, or cancel the order"
        remarks.append(_error("changes-nothing", sentence, advice, said.place("")))
    seen = set[str]()
    for index, one in enumerate(change.lines):
        place = said.place(f"lines[{index}]")
        found = _check_line(order, balances, one, place)
        if one.line_number in seen and not found:
            sentence = f"line {one.line_number} of order {order.po_number} is changed twice"
            found = [_error("line-twice", sentence, "say once what becomes of it", place)]
        seen.add(one.line_number)
        remarks += found
    return tuple(remarks)


def _check_line(
    order: PurchaseOrder, balances: Balances, change: LineChange, place: str
) -> list[Remark]:
    line = find_order_line(order, change.line_number, Item())
    about = f"line {change.line_number} of order {order.po_number}"
    if change.action == "other":
        advice = "use add, delete, quantity, date, price or replace"
        return [
            _error("unknown-action", f"{about}: it is not said what is to change", advice, place)
        ]
    if change.action == "add":
        return _check_added(line, change, about, place)
    if line is None:
        advice = "correct the line number, or add the line"
        return [_error("no-such-line", f"{about} is not known here", advice, place)]
    if change.action == "delete" or change.ordered is None:
        return []
    return _check_quantity(line, balances, change.ordered, (about, place))


def _check_added(
    line: OrderLine | None, change: LineChange, about: str, place: str
) -> list[Remark]:
    if line is not None:
        return [_error("line-known", f"{about} is there already", "change it instead", place)]
    if change.item is None or change.ordered is None:
        advice = "say the part and how many"
        return [
            _error("line-incomplete", f"{about} is new and lacks part or quantity", advice, place)
        ]
    if change.ordered.value <= 0:
        sentence = f"{about}: {change.ordered.value:f} are added"
        return [bad_quantity(sentence, "add more than 0", place, change.line_number)]
    return []


def _check_quantity(
    line: OrderLine, balances: Balances, ordered: Quantity, where: tuple[str, str]
) -> list[Remark]:
    about, place = where
    shipped = balances.get(line.line_number, Balance()).shipped
    if ordered.unit != line.ordered.unit:
        sentence = f"{about}: changed in {ordered.unit}, ordered in {line.ordered.unit}"
        return [_error("unit-differs", sentence, f"say it in {line.ordered.unit}", place)]
    if ordered.value <= 0:
        sentence = f"{about}: {ordered.value:f} {ordered.unit} are wanted"
        return [bad_quantity(sentence, "delete the line instead", place, line.line_number)]
    if ordered.value < shipped:
        sentence = f"{about}: {ordered.value:f} are wanted, {shipped:f} have left its maker already"
        return [_error("already-shipped", sentence, f"ask for {shipped:f} or more", place)]
    return []


def _error(code: str, sentence: str, advice: str, place: str) -> Remark:
    return Remark(level="error", code=code, sentence=sentence, advice=advice, place=place)


def asked_postings(
    order: PurchaseOrder, balances: Balances, change: OrderChange, said: Said
) -> tuple[Posting, ...]:
    """Return one `asked` posting a line: how many of it the buyer wants by now, and by when."""
    postings = []
    for index, one in enumerate(change.lines):
        line = _line_after(order, balances, one)
        posting = post_line(
            order, line, "asked", line.ordered, Told(said.partner, said.place(f"lines[{index}]"))
        )
        needed = one.needed
        if needed is not None and one.action != "delete":
            posting = replace(posting, promised_on=needed.on, means=needed.means)
        postings.append(replace(posting, reason=one.action))
    return tuple(postings)


def agree(
    order: PurchaseOrder, balances: Balances, changes: Sequence[LineChange], said: Said
) -> Agreed:
    """Return the order as both sides want it after these changes of lines, with its postings."""
    after = {one.line_number: _line_after(order, balances, one) for one in changes}
    kept = tuple(after.pop(line.line_number, line) for line in order.lines)
    agreed = replace(order, lines=(*kept, *after.values()))
    postings = (_agree_line(order, balances, one, said) for one in changes)
    return Agreed(order=agreed, postings=tuple(one for one in postings if one is not None))


def _line_after(order: PurchaseOrder, balances: Balances, change: LineChange) -> OrderLine:
    """Return the line as it is after a change; of a deleted one what has left already stays."""
    line = find_order_line(order, change.line_number, Item())
    if line is None:
        return OrderLine(
            line_number=change.line_number,
            item=change.item or Item(),
            ordered=change.ordered or Quantity(value=Decimal(0), unit="EA"),
            unit_price=change.unit_price,
            needed=change.needed,
        )
    if change.action == "delete":
        shipped = balances.get(line.line_number, Balance()).shipped
        kept = min(shipped, line.ordered.value)
        left = Quantity(value=kept, unit=line.ordered.unit)
        return replace(line, ordered=left, destinations=())
    return replace(
        line,
        item=_same_or_new(line.item, change.item),
        ordered=change.ordered or line.ordered,
        unit_price=line.unit_price if change.unit_price is None else change.unit_price,
        needed=change.needed or line.needed,
        # Nothing says which place has more or less of another quantity.
        destinations=line.destinations if change.ordered in (None, line.ordered) else (),
    )


def _same_or_new(old: Item, new: Item | None) -> Item:
    """Return the item with what the change says of it put in place of what was said before."""
    if new is None:
        return old
    said = {name: value for name in new.__struct_fields__ if (value := getattr(new, name))}
    return replace(old, **said)


def _agree_line(
    order: PurchaseOrder, balances: Balances, change: LineChange, said: Said
) -> Posting | None:
    line = find_order_line(order, change.line_number, Item())
    after = _line_after(order, balances, change)
    told = Told(said.partner, said.place(""))
    if line is None:
        return post_line(order, after, "ordered", after.ordered, told)
    unit, more = line.ordered.unit, after.ordered.value - line.ordered.value
    if change.action == "delete":
        less = Quantity(value=-more, unit=unit)
        return post_line(order, after, "cancelled", less, told) if more < 0 else None
    posting = post_line(order, after, "changed", Quantity(value=more, unit=unit), told)
    if change.needed is not None:
        posting = replace(posting, promised_on=change.needed.on, means=change.needed.means)
    return posting


def is_cancelled(balances: Iterable[Balance]) -> bool:
    """Return whether the buyer wants nothing of an order any more."""
    return all(balance.wanted <= 0 for balance in balances)
