"""What an answer means for its order."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canonical.answers import answer_change
from canonical.changes import Change, Said, Semantics, order_postings
from canonical.order_ack import AckLine, LineStatus, OrderAck, PromisedPart
from canonical.postings import balance_of
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, PromisedDate, Quantity

NEEDED = PromisedDate(on=date(2026, 12, 18), means="deliver")


def quantity(value: int | str, unit: str = "EA") -> Quantity:
    return Quantity(value=Decimal(value), unit=unit)


ORDER = PurchaseOrder(
    po_number="45001",
    ordered_on=date(2026, 11, 23),
    currency="USD",
    lines=(
        OrderLine(
            line_number="1",
            item=Item(buyer="A-100"),
            ordered=quantity(144),
            unit_price=Decimal("12.50"),
            needed=NEEDED,
        ),
        OrderLine(line_number="2", item=Item(buyer="A-200"), ordered=quantity(10), needed=NEEDED),
    ),
)


def answer(*lines: AckLine, semantics: Semantics | None = None, **header: object) -> Change:
    ack = OrderAck(po_number="45001", **({"status": "changed"} | header), lines=lines)  # type: ignore[arg-type]
    return answer_change(ORDER, ack, Said(partner="cm", semantics=semantics or Semantics()))


def line(*acks: LineStatus, number: str | None = "1", **fields: object) -> AckLine:
    return AckLine(line_number=number, acks=acks, **fields)  # type: ignore[arg-type]


def status(name: str, value: int | None = None, **fields: object) -> LineStatus:
    amount = None if value is None else quantity(value)
    return LineStatus(status=name, quantity=amount, **fields)  # type: ignore[arg-type]


def posted(change: Change, number: str = "1") -> dict[str, int]:
    return {p.kind: int(p.quantity) for p in change.postings if p.line_number == number}


def codes(change: Change) -> list[str]:
    return [remark.code for remark in change.remarks]


def test_a_split_posts_each_part() -> None:
    """60 now and 84 later are two postings that add up to the line."""
    change = answer(line(status("accepted", 60), status("backordered", 84)))

    assert {"accepted": 60, "backordered": 84} == posted(change)
    assert [] == codes(change)
    assert ("1",) == change.replaces


def test_an_answer_without_quantity_speaks_of_the_whole_line() -> None:
    """`ACK*IA` alone accepts all that was ordered."""
    assert {"accepted": 144} == posted(answer(line(status("accepted"))))


def test_a_line_without_answers_takes_the_headers() -> None:
    """A repeated PO1 without ACK under a rejected header is rejected."""
    assert {"rejected": 144} == posted(answer(line(), status="rejected"))


def test_leading_zeros_do_not_hide_a_line() -> None:
    """Line 001 of the answer is line 1 of the order."""
    assert {"rejected": 144} == posted(answer(line(status("rejected"), number="001")))


def test_a_line_without_number_is_found_by_its_part() -> None:
    """Line numbers are optional in X12; the part names the line where it is the only one."""
    change = answer(line(status("accepted"), number=None, item=Item(buyer="A-200")))

    assert {"accepted": 10} == posted(change, "2")


def test_several_answers_with_at_most_one_quantity_are_facets() -> None:
    """Price, date and quantity facets of one line are not added up (B-60)."""
    moved = PromisedDate(on=date(2026, 12, 10), means="ship")
    change = answer(
        line(
            status("price_changed"),
            status("date_changed", promised=moved),
            status("quantity_changed", 100),
        )
    )

    assert {"accepted": 100, "rejected": 44} == posted(change)
    assert moved.on == change.postings[0].promised_on


def test_quantities_that_add_up_to_the_line_are_shares_whatever_the_habit() -> None:
    """100 accepted and 44 refused of 144 are no two facets; 100 and 100 are."""
    profile = Semantics(repeated_acks="facets")
    shares = line(status("accepted", 100), status("rejected", 44))
    facets = line(status("accepted", 100), status("price_changed", 100))

    assert {"accepted": 100, "rejected": 44} == posted(answer(shares, semantics=profile))
    assert {"accepted": 100} == posted(answer(facets, semantics=profile))


def test_a_reduced_quantity_leaves_a_rejected_rest() -> None:
    """What the maker will not make is a shortfall, not silence."""
    change = answer(line(status("quantity_changed", 100)))

    assert {"accepted": 100, "rejected": 44} == posted(change)
    assert "quantity_reduced" == change.postings[1].reason


def test_a_lone_backorder_means_what_the_partner_means() -> None:
    """The quantity of a BP answer is the backordered or the accepted part, by profile (B-62)."""
    by_default = answer(line(status("backordered", 84)))
    other = answer(line(status("backordered", 84)), semantics=Semantics(bp_quantity="accepted"))

    assert {"accepted": 60, "backordered": 84} == posted(by_default)
    assert {"accepted": 84, "backordered": 60} == posted(other)


def test_silence_follows_the_header_unless_the_profile_says_otherwise() -> None:
    """Under AE unmentioned lines are accepted; a profile may keep them open."""
    header = answer(line(status("rejected")), unmentioned="accepted")
    strict = answer(
        line(status("rejected")), unmentioned="accepted", semantics=Semantics(silence="open")
    )

    assert {"accepted": 10} == posted(header, "2")
    assert {} == posted(strict, "2")


def test_more_than_ordered_is_never_accepted() -> None:
    """Answers that add up to more than was ordered are an error of the document (B-65)."""
    assert ["over-answered"] == codes(answer(line(status("accepted", 200))))


def test_an_unknown_line_is_named_with_what_the_order_has() -> None:
    """The CM reads which line is wrong and which there are."""
    change = answer(line(status("accepted"), number="7", item=Item(buyer="Z-9")))

    assert ["no-such-line"] == codes(change)
    assert "line 7 with Z-9 is not in order 45001, which has 1, 2" == change.remarks[0].sentence


def test_a_line_answered_twice_is_an_error() -> None:
    """Two PO1 loops for one line would count twice."""
    change = answer(line(status("accepted")), line(status("rejected")))

    assert ["line-answered-twice"] == codes(change)


def test_another_unit_is_an_error() -> None:
    """12 dozen are not 12 pieces: no guess."""
    dozen = LineStatus(status="accepted", quantity=quantity(12, "DZ"))

    assert "unit-differs" in codes(answer(line(dozen)))


def test_price_and_lateness_are_remarked() -> None:
    """Another price and a later date go to a person, the answer still counts."""
    late = PromisedDate(on=date(2026, 12, 20), means="deliver")
    change = answer(line(status("accepted", 144, promised=late), unit_price=Decimal("13.00")))

    assert ["price-differs", "promised-late"] == codes(change)
    assert {"accepted": 144} == posted(change)


def test_a_code_without_meaning_leaves_the_line_open() -> None:
    """`review` posts nothing and asks a person."""
    change = answer(line(status("review", code="Q7")))

    assert {} == posted(change)
    assert ["line-review"] == codes(change)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["accepted", "backordered", "rejected", "quantity_changed", "review"]),
            st.one_of(st.none(), st.integers(-50, 200)),
        ),
        max_size=4,
    )
)
def test_the_balance_never_goes_below_zero_without_an_error(
    parts: list[tuple[str, int | None]],
) -> None:
    """Whatever is answered: postings exceed the order only together with an error."""
    change = answer(line(*(status(name, value) for name, value in parts)))
    postings = [p for p in order_postings(ORDER, Said(partner="erp")) if p.line_number == "1"]
    balance = balance_of([*postings, *(p for p in change.postings if p.line_number == "1")])

    is_refused = {"over-answered", "bad-quantity"} & set(codes(change))
    assert balance.open >= 0 or is_refused


@pytest.mark.parametrize("name", ["accepted", "rejected", "backordered", "on_hold"])
def test_a_quantity_below_zero_is_an_error(name: str) -> None:
    """Nobody makes, refuses or owes minus five."""
    change = answer(line(status(name, -5)))

    assert "bad-quantity" in codes(change)
    assert {} == {kind: value for kind, value in posted(change).items() if value < 0}


def test_a_refusal_of_zero_refuses_the_whole_line() -> None:
    """`ACK*IR*0` says how many will come, not how many will not."""
    change = answer(line(status("rejected", 0)))

    assert {"rejected": 144} == posted(change)
    assert [] == codes(change)


def test_zero_refused_beside_a_quantity_refuses_nothing() -> None:
    """All is accepted and none rejected: the 0 is told, the rest stands."""
    change = answer(line(status("accepted", 144), status("rejected", 0)))

    assert {"accepted": 144} == posted(change)
    assert ["zero-quantity"] == codes(change)


@pytest.mark.parametrize("name", ["accepted", "backordered", "quantity_changed", "substituted"])
def test_any_other_zero_is_a_warning_and_posts_nothing(name: str) -> None:
    """Accepting nothing is no answer: the line stays open and the earlier answer stands."""
    change = answer(line(status(name, 0)))

    assert ["zero-quantity"] == codes(change)
    assert ((), ()) == (change.postings, change.replaces)


def schedule(*parts: tuple[int, str], unit: str = "EA") -> tuple[PromisedPart, ...]:
    return tuple(
        PromisedPart(
            quantity=quantity(value, unit),
            promised=PromisedDate(on=date.fromisoformat(on), means="deliver"),
        )
        for value, on in parts
    )


def dated(change: Change) -> list[tuple[str, int, str]]:
    return [
        (p.kind, int(p.quantity), p.promised_on.isoformat() if p.promised_on else "")
        for p in change.postings
        if p.line_number == "1"
    ]


SIXTY, REST = (60, "2026-12-10"), (84, "2026-12-17")


@pytest.mark.parametrize(
    ("header", "acks", "wanted"),
    [
        ("accepted", [], ["accepted", "accepted"]),
        ("changed", [], ["accepted", "accepted"]),
        ("changed", [status("accepted")], ["accepted", "accepted"]),
        ("changed", [status("price_changed"), status("date_changed", 144)], ["accepted"] * 2),
        (
            "changed",
            [status("accepted", 60), status("backordered", 84)],
            ["accepted", "backordered"],
        ),
        ("changed", [status("backordered", 84)], ["accepted", "backordered"]),
    ],
    ids=["no-answer", "header-changed", "whole", "facets", "split", "backorder"],
)
def test_a_schedule_dates_what_is_promised(
    header: str, acks: list[LineStatus], wanted: list[str]
) -> None:
    """Each SCH is a part with its own date, of the answer whose quantity it fills."""
    change = answer(line(*acks, schedule=schedule(SIXTY, REST)), status=header)

    assert dated(change) == [(wanted[0], *SIXTY), (wanted[-1], *REST)]
    assert [] == codes(change)


def test_what_is_rejected_or_backordered_needs_no_schedule() -> None:
    """Often only what is accepted is scheduled, and lines of 0 stand beside a refusal."""
    change = answer(
        line(
            status("accepted", 60),
            status("rejected", 84),
            schedule=schedule(SIXTY, (0, "2026-12-31")),
        )
    )

    assert dated(change) == [("accepted", *SIXTY), ("rejected", 84, "")]


@pytest.mark.parametrize(
    "acks",
    [[status("accepted", 100)], [status("accepted", 144)], [status("rejected")]],
    ids=["more", "less", "refused"],
)
def test_a_schedule_that_does_not_add_up_is_looked_at(acks: list[LineStatus]) -> None:
    """Nothing says whether the answer or its schedule holds, so nothing of the line is posted."""
    change = answer(line(*acks, schedule=schedule((60, "2026-12-10"), (60, "2026-12-17"))))

    assert posted(change) == {}
    assert ["schedule-differs"] == codes(change)
    assert "120 are scheduled" in change.remarks[0].sentence


def test_a_schedule_without_an_answer_leaves_the_rest_open() -> None:
    """Below a changed order it is all the CM says: 60 of 144 are promised."""
    change = answer(line(schedule=schedule(SIXTY)))

    assert dated(change) == [("accepted", *SIXTY)]
    assert ["under-answered"] == codes(change)


def test_a_schedule_counts_in_the_unit_of_the_order() -> None:
    """Its unit and its sign are judged as those of an answer."""
    change = answer(line(status("accepted"), schedule=schedule((12, "2026-12-10"), unit="DZ")))
    below = answer(line(status("accepted"), schedule=schedule((-144, "2026-12-10"))))

    assert "unit-differs" in codes(change)
    assert "bad-quantity" in codes(below)
