"""The ledger of an order line adds up, whatever is said of it and in whatever sequence."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from canonical.answers import answer_change
from canonical.changes import Said, order_postings
from canonical.order_ack import AckLine, LineStatus, OrderAck
from canonical.order_change import LineChange, OrderChange
from canonical.order_changes import asked_postings, check_order_change, complete_change
from canonical.postings import ANSWERS, Posting
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.receipts import receipt_change
from canonical.receiving_advice import Condition, ReceivedLine, ReceivingAdvice
from canonical.shared import Item, Quantity
from canonical.ship_notice import ShipLine, ShipNotice
from canonical.shipments import notice_change
from gateway.apply.change_answer import settle_lines
from gateway.apply.line_ledger import LineLedger
from gateway.ledger.commitments import CommitmentRow

TODAY = date(2026, 11, 23)
SAID = Said(partner="cm")
NUMBERS = st.sampled_from(["1", "2"])
AMOUNTS = st.integers(1, 120)
ANSWERED = st.sampled_from(
    ["accepted", "backordered", "rejected", "quantity_changed", "on_hold", "substituted", "review"]
)


def amount(value: int) -> Quantity:
    return Quantity(value=Decimal(value), unit="EA")


@dataclass
class Trade:
    """One order and what stands of it, as the gateway keeps both."""

    order: PurchaseOrder
    ledger: LineLedger
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def save(self) -> None:
        """Do what the database does: postings that were added stand from now on."""
        self.ledger.rows += [self._row(one) for one in self.ledger.added]
        self.ledger.added.clear()

    def _row(self, posting: Posting) -> CommitmentRow:
        return CommitmentRow(
            id=next(self.ids),
            posting=posting,
            document_id=1,
            superseded_by=None,
            posted_at=datetime(2026, 11, 23),  # noqa: DTZ001
        )

    @property
    def keyed(self):
        """Return the balances by order and line."""
        return {("P", line): one for line, one in self.ledger.balances().items()}


def answer(trade: Trade, acks: list[tuple[str, str, int | None]]) -> None:
    lines: dict[str, list[LineStatus]] = {}
    for number, status, value in acks:
        said = LineStatus(status=status, quantity=None if value is None else amount(value))  # type: ignore[arg-type]
        lines.setdefault(number, []).append(said)
    ack = OrderAck(
        po_number="P",
        status="changed",
        lines=tuple(AckLine(line_number=n, acks=tuple(some)) for n, some in lines.items()),
    )
    change = answer_change(trade.order, ack, SAID)
    if not any(one.level == "error" for one in change.remarks):
        trade.ledger.replace(change.replaces, ANSWERS)
        trade.ledger.add(change.postings)


def ask(trade: Trade, number: str, value: int | None, *, agreed: bool) -> None:
    line = (
        LineChange(line_number=number, action="delete")
        if value is None
        else LineChange(line_number=number, action="quantity", ordered=amount(value))
    )
    change = complete_change(
        trade.order, OrderChange(po_number="P", changed_on=TODAY, lines=(line,))
    )
    if check_order_change(trade.order, trade.ledger.balances(), change, SAID):
        return
    trade.ledger.replace({number}, ("asked",))
    trade.ledger.add(asked_postings(trade.order, trade.ledger.balances(), change, SAID))
    if agreed:
        row = SimpleNamespace(entity=trade.order)
        incoming = SimpleNamespace(said=SAID)
        trade.order = settle_lines(incoming, row, trade.ledger, change.lines)  # type: ignore[arg-type]


def ship(trade: Trade, number: str, value: int) -> None:
    line = ShipLine(po_number="P", line_number=number, shipped=amount(value))
    notice = ShipNotice(shipment_number="S", noticed_on=TODAY, lines=(line,))
    change = notice_change(notice, {"P": trade.order}, trade.keyed, SAID)
    trade.ledger.add(change.postings)


def receive(trade: Trade, number: str, value: int, damaged: int, short: int) -> None:
    conditions = (
        Condition(condition="damaged", quantity=amount(damaged)),
        Condition(condition="short", quantity=amount(short)),
    )
    line = ReceivedLine(
        po_number="P", line_number=number, received=amount(value), conditions=conditions
    )
    advice = ReceivingAdvice(receipt_number="R", advised_on=TODAY, lines=(line,))
    trade.ledger.add(receipt_change(advice, {"P": trade.order}, trade.keyed, SAID).postings)


STEPS = st.one_of(
    st.builds(
        lambda acks: lambda trade: answer(trade, acks),
        st.lists(st.tuples(NUMBERS, ANSWERED, st.none() | AMOUNTS), min_size=1, max_size=4),
    ),
    st.builds(
        lambda number, value, agreed: lambda trade: ask(trade, number, value, agreed=agreed),
        NUMBERS,
        st.none() | AMOUNTS,
        st.booleans(),
    ),
    st.builds(
        lambda number, value: lambda trade: ship(trade, number, value), NUMBERS, st.integers(1, 60)
    ),
    st.builds(
        lambda number, *values: lambda trade: receive(trade, number, *values),
        NUMBERS,
        st.integers(0, 60),
        st.integers(0, 20),
        st.integers(0, 20),
    ),
)


def new_trade() -> Trade:
    lines = tuple(
        OrderLine(line_number=number, item=Item(buyer=f"A-{number}"), ordered=amount(100))
        for number in ("1", "2")
    )
    order = PurchaseOrder(po_number="P", ordered_on=TODAY, lines=lines)
    trade = Trade(order, LineLedger("P", []))
    trade.ledger.add(order_postings(order, SAID))
    trade.save()
    return trade


@given(st.lists(STEPS, max_size=12))
@settings(max_examples=300, deadline=None)
def test_the_open_balance_always_adds_up(steps):
    """What is wanted is answered or open, never less than nothing; the order says the same as its postings."""
    trade = new_trade()
    for step in steps:
        step(trade)
        trade.save()
        balances = trade.ledger.balances()
        for line in trade.order.lines:
            one = balances[line.line_number]
            answered = one.accepted + one.backordered + one.rejected
            assert one.ordered + one.changed - one.cancelled == answered + one.open
            assert line.ordered.value == one.wanted
            assert one.open >= 0
            assert min(one.accepted, one.backordered, one.rejected, one.cancelled) >= 0
            counted = one.received + one.held + one.refused + one.short
            assert one.shipped == counted + one.to_receive


@given(st.lists(STEPS, max_size=6), NUMBERS, AMOUNTS)
@settings(max_examples=100, deadline=None)
def test_what_is_only_asked_moves_nothing(steps, number, value):
    """A change counts when it is agreed, so that a refusal has nothing to undo (B-66)."""
    trade = new_trade()
    for step in steps:
        step(trade)
        trade.save()
    before, order = trade.ledger.balances(), trade.order
    ask(trade, number, value, agreed=False)
    assert before == trade.ledger.balances()
    assert order == trade.order
