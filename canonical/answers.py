"""Answers: what an OrderAck means for its order (B-58 to B-65)."""

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from canonical.changes import (
    Change,
    Remark,
    Said,
    Told,
    bad_quantity,
    find_order_line,
    post_line,
)
from canonical.kits import read_kit
from canonical.order_ack import AckLine, LineStatus, OrderAck
from canonical.places import locate
from canonical.postings import Posting, PostingKind
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.schedules import Part, spread
from canonical.shared import Quantity
from canonical.tolerances import Judged, judge_line, price_of_one

_KINDS: dict[str, PostingKind] = {
    "accepted": "accepted",
    "date_changed": "accepted",
    "quantity_changed": "accepted",
    "price_changed": "accepted",
    "substituted": "accepted",
    "shipped": "accepted",
    "backordered": "backordered",
    "rejected": "rejected",
}
Heard = tuple[int, LineStatus]  # an answer and where it stands under its line
_DECIDE = "accept or refuse what is offered: cmgateway case accept, or case refuse"
_SAY_PLACES = "send quantities by place that add up to what is promised"
_WHOLE_KITS = "say how many whole kits come when; the quantity stays open until then"
# Facets of one line: the worst of them decides what becomes of the quantity.
_WORST = ("rejected", "backordered", "on_hold", "review", "quantity_changed", "substituted")


def answer_change(order: PurchaseOrder, ack: OrderAck, said: Said) -> Change:
    """Return the postings and remarks of one answer; lines it leaves out follow its silence rule."""
    postings: list[Posting] = []
    remarks: list[Remark] = []
    answered: dict[str, int] = {}
    for index, ack_line in enumerate(ack.lines):
        path = f"lines[{index}]"
        line = find_order_line(order, ack_line.line_number, ack_line.item)
        if line is None:
            remarks.append(_no_such_line(order, ack_line, said.place(path)))
            continue
        if line.line_number in answered:
            remarks.append(_answered_twice(order, line, said.place(path)))
            continue
        answered[line.line_number] = index
        _answer_line(_Line(order, line, ack, ack_line, path, said), postings, remarks)
    silent = [line for line in order.lines if line.line_number not in answered]
    postings += _answer_silence(order, ack, silent, said)
    replaced = {posting.line_number for posting in postings}
    return Change(
        postings=tuple(postings), replaces=tuple(sorted(replaced)), remarks=tuple(remarks)
    )


@dataclass(slots=True, frozen=True)
class _Line:
    """One line of an answer beside the line of the order it speaks of."""

    order: PurchaseOrder
    line: OrderLine
    ack: OrderAck
    answer: AckLine
    path: str
    said: Said

    @property
    def line_number(self) -> str:
        return self.line.line_number

    @property
    def judged(self) -> AckLine:
        """Return what is held against the order: a price that was agreed before is no difference."""
        price = price_of_one(self.answer.unit_price, self.answer.price_per)
        if price not in self.said.agreed_prices.get(self.line_number, ()):
            return self.answer
        return msgspec.structs.replace(self.answer, unit_price=None)

    def place(self, index: int | str = 0) -> str:
        part = index if isinstance(index, str) else f"acks[{index}]"
        return self.said.place(f"{self.path}.{part}")

    def post(self, status: LineStatus, quantity: Decimal, index: int | str = 0) -> Posting | None:
        kind = _KINDS.get(status.status)
        if kind is None or quantity <= 0:
            return None
        amount = Quantity(value=quantity, unit=self.line.ordered.unit)
        told = Told(self.said.partner, self.place(index), status)
        return post_line(self.order, self.line, kind, amount, told)

    def remark(
        self, level: str, code: str, sentence: str, advice: str, index: int | str = 0
    ) -> Remark:
        text = f"line {self.line.line_number} of order {self.order.po_number}: {sentence}"
        return Remark(
            level=level,  # type: ignore[arg-type]
            code=code,
            sentence=text,
            advice=advice,
            place=self.place(index),
            line_number=self.line.line_number,
        )


def _answer_line(line: _Line, postings: list[Posting], remarks: list[Remark]) -> None:
    """Post what one answered line says, and remark what a person should look at."""
    acks = line.answer.acks or (_header_status(line),)
    if line.line.ordered.value <= 0 and all(one.status == "rejected" for one in acks):
        return  # it was taken back: a refusal said once more asks for nothing
    remarks += _check_unit(line, acks)
    remarks += _check_amounts(line, acks)
    kit = read_kit(line.answer, line.line.ordered.value, acks[0]) if line.answer.parts else None
    if kit is not None and kit.unclear:
        remarks.append(line.remark("warning", "kit-unclear", kit.unclear, _WHOLE_KITS, kit.at))
        return
    heard = _list_heard(acks)
    parts = _facets(line, heard) if _is_facets(line, heard) else _split(line, heard)
    if kit is not None and kit.status is not None and not line.answer.acks:
        parts = [(kit.at, kit.status, line.line.ordered.value)]
    scheduled = spread(parts, line.answer.schedule, _KINDS)
    if scheduled is None:
        remarks.append(_schedule_differs(line, parts))
        return
    judged = judge_line(
        line.line,
        line.judged,
        scheduled,
        line.line.needed or line.order.needed,
        line.said.tolerances,
    )
    remarks += (_remark_judged(line, one) for one in judged)
    if line.ack.status == "counter_offer":
        remarks.append(line.remark("warning", "line-review", "is a counter offer", _DECIDE))
    elif all(one.verdict == "accept" for one in judged):
        _post_parts(line, scheduled, postings, remarks)


def _remark_judged(line: _Line, one: Judged) -> Remark:
    """Return a difference as a finding: of a code of its own, or the one that asks a person."""
    if one.verdict == "reject":
        sentence = f"{one.sentence}; that is more than is agreed"
        return line.remark("error", "beyond-tolerance", sentence, one.advice, one.index)
    if one.verdict == "ask":
        sentence = f"{one.sentence}; a person decides"
        return line.remark("warning", "line-review", sentence, one.advice, one.index)
    return line.remark("warning", one.code, one.sentence, one.advice, one.index)


def _post_parts(
    line: _Line, parts: list[Part], postings: list[Posting], remarks: list[Remark]
) -> None:
    made: list[Posting] = []
    for index, status, quantity in parts:
        posting = line.post(status, quantity, index)
        if posting is None:
            remarks += _check_unposted(line, status, index)
            continue
        made.append(posting)
    located = locate(line.line, line.answer, made)
    if isinstance(located, str):
        remarks.append(line.remark("warning", "places-unclear", located, _SAY_PLACES))
        return
    postings += located
    remarks += _check_total(line, sum((one.quantity for one in made), Decimal(0)))


def _header_status(line: _Line) -> LineStatus:
    """Return the header's answer, for a line repeated without one of its own (B-63).

    Where the order is answered with changes, the schedule of such a line is what the CM will do.
    """
    if line.ack.status == "changed" and line.answer.schedule:
        total = sum((one.quantity.value for one in line.answer.schedule), Decimal(0))
        amount = Quantity(value=total, unit=line.answer.schedule[0].quantity.unit)
        return LineStatus(status="accepted", quantity=amount)
    by_header = {"rejected": "rejected", "accepted": "accepted", "on_hold": "on_hold"}
    return LineStatus(status=by_header.get(line.ack.status, "review"))  # type: ignore[arg-type]


def _list_heard(acks: tuple[LineStatus, ...]) -> list[Heard]:
    """Return the answers that say something: 0 says nothing, or refuses the whole of a line.

    Many systems write 0 beside a refusal, as what they will send.
    """
    is_whole = not any(status.quantity and status.quantity.value for status in acks)
    heard = []
    for index, status in enumerate(acks):
        if not _is_zero(status):
            heard.append((index, status))
        elif status.status == "rejected" and is_whole:
            heard.append((index, msgspec.structs.replace(status, quantity=None)))
    return heard


def _is_zero(status: LineStatus) -> bool:
    """Return whether an answer that would be posted names a quantity of 0."""
    amount = status.quantity
    return status.status in _KINDS and amount is not None and amount.value == 0


def _check_amounts(line: _Line, acks: tuple[LineStatus, ...]) -> list[Remark]:
    """Remark quantities below 0, and those of 0 that nothing is posted for."""
    heard = {index for index, _ in _list_heard(acks)}
    remarks = []
    for index, status in enumerate(acks):
        value = status.quantity.value if status.quantity else Decimal(1)
        said = status.status.replace("_", " ")
        if value < 0:
            about = f"line {line.line_number} of order {line.order.po_number}"
            sentence = f"{about}: {value:f} are answered as {said}"
            advice = "send quantities without a sign; what will not be made is rejected"
            remarks.append(bad_quantity(sentence, advice, line.place(index), line.line_number))
        elif index not in heard:
            sentence = f"a quantity of 0 is answered as {said}; nothing is posted for it"
            advice = "reject what will not be made; leave out what is 0"
            remarks.append(line.remark("warning", "zero-quantity", sentence, advice, index))
    for index, part in enumerate(line.answer.schedule):
        if part.quantity.value < 0:
            about = f"line {line.line_number} of order {line.order.po_number}"
            sentence = f"{about}: {part.quantity.value:f} are scheduled"
            place = line.place(f"schedule[{index}]")
            advice = "send quantities without a sign"
            remarks.append(bad_quantity(sentence, advice, place, line.line_number))
    return remarks


def _is_facets(line: _Line, acks: list[Heard]) -> bool:
    """Several answers of which at most one has a quantity speak of one whole line (B-60).

    Other quantities that add up to the line are shares of it, whatever the partner's habit.
    """
    if len(acks) < 2:
        return False
    amounts = [status.quantity.value for _, status in acks if status.quantity is not None]
    if len(amounts) < 2:
        return True
    is_shared = len(set(amounts)) > 1 and sum(amounts) == line.line.ordered.value
    return line.said.semantics.repeated_acks == "facets" and not is_shared


def _facets(line: _Line, acks: list[Heard]) -> list[Part]:
    ranked = sorted(
        acks,
        key=lambda pair: _WORST.index(pair[1].status) if pair[1].status in _WORST else len(_WORST),
    )
    index, worst = ranked[0]
    dated = next((status.promised for _, status in acks if status.promised), None)
    amounts = [status.quantity.value for _, status in acks if status.quantity is not None]
    quantity = amounts[0] if amounts else line.line.ordered.value
    if worst.quantity is not None:
        quantity = worst.quantity.value
    whole = LineStatus(status=worst.status, promised=dated, reason=worst.reason, code=worst.code)
    return _with_remainder(line, [(index, whole, quantity)])


def _split(line: _Line, acks: list[Heard]) -> list[Part]:
    parts: list[Part] = []
    for index, status in acks:
        quantity = status.quantity.value if status.quantity else line.line.ordered.value
        parts.append((index, status, quantity))
    if len(parts) == 1 and parts[0][1].status == "backordered":
        return _backorder(line, parts[0])
    return _with_remainder(line, parts)


def _backorder(line: _Line, part: Part) -> list[Part]:
    """Return a lone partial backorder: which part its quantity names is the partner's habit (B-62)."""
    index, status, quantity = part
    ordered = line.line.ordered.value
    accepted = LineStatus(status="accepted", promised=None, code=status.code)
    rest = ordered - quantity
    if line.said.semantics.bp_quantity == "accepted":
        quantity, rest = (ordered, Decimal(0)) if quantity >= ordered else (rest, quantity)
    return (
        [(index, accepted, rest), (*part[:2], quantity)]
        if rest > 0
        else [(index, status, quantity)]
    )


def _with_remainder(line: _Line, parts: list[Part]) -> list[Part]:
    """Add what a reduced quantity leaves over: the CM will not make it (B-61)."""
    rest = line.line.ordered.value - sum((quantity for _, _, quantity in parts), Decimal(0))
    reduced = [part for part in parts if part[1].status == "quantity_changed"]
    if rest > 0 and reduced:
        index, status, _ = reduced[0]
        left = LineStatus(status="rejected", reason="quantity_reduced", code=status.code)
        return [*parts, (index, left, rest)]
    return parts


def _answer_silence(
    order: PurchaseOrder, ack: OrderAck, silent: list[OrderLine], said: Said
) -> list[Posting]:
    rule = said.semantics.silence
    meaning = ack.unmentioned if rule == "as_header" else rule
    if meaning == "open":
        return []
    status = LineStatus(status=meaning, reason="not_mentioned")
    kind = _KINDS[meaning]
    told = Told(said.partner, said.place(""), status)
    return [post_line(order, line, kind, line.ordered, told) for line in silent]


def _no_such_line(order: PurchaseOrder, answer: AckLine, place: str) -> Remark:
    item = answer.item.buyer or answer.item.vendor or answer.item.gtin or "no part number"
    has = ", ".join(line.line_number for line in order.lines)
    return Remark(
        level="error",
        code="no-such-line",
        sentence=f"line {answer.line_number or '(no number)'} with {item} is not in order {order.po_number}, which has {has}",
        advice="correct the line number, or ask the buyer to add the line first",
        place=place,
    )


def _answered_twice(order: PurchaseOrder, line: OrderLine, place: str) -> Remark:
    return Remark(
        level="error",
        code="line-answered-twice",
        sentence=f"line {line.line_number} of order {order.po_number} is answered twice",
        advice="put all answers of one line under one line",
        place=place,
        line_number=line.line_number,
    )


def _check_unit(line: _Line, acks: tuple[LineStatus, ...]) -> list[Remark]:
    unit = line.line.ordered.unit
    told: list[tuple[int | str, Quantity | None]] = [
        (index, one.quantity) for index, one in enumerate(acks)
    ]
    if line.answer.acks or line.ack.status != "changed":  # else it is told already, as the answer
        told += [(f"schedule[{at}]", one.quantity) for at, one in enumerate(line.answer.schedule)]
    return [
        line.remark(
            "error",
            "unit-differs",
            f"answered in {quantity.unit}, ordered in {unit}",
            f"answer in {unit}",
            index,
        )
        for index, quantity in told
        if quantity is not None and quantity.unit != unit
    ]


def _schedule_differs(line: _Line, parts: list[Part]) -> Remark:
    """Return that a line's schedule and its answers do not meet: nothing says which of them holds."""
    promised = sum((one[2] for one in parts if _KINDS.get(one[1].status) == "accepted"), Decimal(0))
    scheduled = sum((one.quantity.value for one in line.answer.schedule), Decimal(0))
    sentence = f"{scheduled:f} are scheduled where {promised:f} are accepted; nothing is posted"
    advice = "send a schedule that adds up to what is accepted; the quantity stays open until then"
    return line.remark("warning", "schedule-differs", sentence, advice, "schedule[0]")


def _check_unposted(line: _Line, status: LineStatus, index: int | str) -> list[Remark]:
    if status.status not in {"on_hold", "review"}:
        return []
    code = f" (their code {status.code})" if status.code else ""
    advice = "send an answer that accepts or rejects; the quantity stays open until then"
    said = "is on hold" if status.status == "on_hold" else "has an answer nobody gave a meaning"
    return [
        line.remark(
            "warning", f"line-{status.status.replace('_', '-')}", said + code, advice, index
        )
    ]


def _check_total(line: _Line, total: Decimal) -> list[Remark]:
    ordered = line.line.ordered.value
    if total > ordered:
        sentence = f"answers add up to {total}, more than the {ordered} ordered"
        return [line.remark("error", "over-answered", sentence, "correct the quantities")]
    if 0 < total < ordered:
        sentence = f"answers add up to {total} of {ordered}; {ordered - total} stay open"
        return [line.remark("warning", "under-answered", sentence, "answer the rest as well")]
    return []
