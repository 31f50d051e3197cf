"""Who gets what its maker cannot fulfil."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.partners import Partner
from gateway.partners.partner import (
    AgreedDocument,
    AgreedDocuments,
    Location,
    Qualifications,
    QualifiedItem,
)
from gateway.routing.candidates import Candidate, list_candidates
from gateway.routing.decision import decide
from gateway.routing.facts import Capacity, Reliability, facts_of
from gateway.routing.rules import AskAPerson, Prefers, Requires, Rules, Weights
from gateway.routing.shortfall import Shortfall

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9)  # noqa: DTZ001 the ledger keeps UTC without a zone
ORDERS = AgreedDocuments(
    leaving=(AgreedDocument(kind="csv", mapping="a/b", entity="PurchaseOrder"),)
)
RULES = Rules(
    automatic=True,
    requires=Requires(
        certificates=("ISO9001",), max_price_above_percent=Decimal(10), min_days_to_spare=2
    ),
    weights=Weights(price=50, lead_time=30, capacity=20),
    ask_a_person=AskAPerson(value_above={"USD": Decimal(25000)}, items=("X-*",), asked_before=2),
    version="test",
)
SHORTFALL = Shortfall(
    po_number="4500012345",
    line_number="2",
    item="A-200",
    revision="C",
    quantity=Decimal(10),
    unit="EA",
    lost_partner="lost",
    need_by=TODAY + timedelta(days=14),
    certificates=("ISO13485",),
    unit_price=Decimal("99.00"),
    currency="USD",
)


def _partner(name: str, **changes) -> Partner:
    item = {
        "item": "A-200",
        "revisions": ("B", "C"),
        "price": Decimal("101.50"),
        "unit": "EA",
        "lead_time_days": 9,
        "capacity_per_week": Decimal(300),
        "max_order": Decimal(600),
    }
    held = {"ISO9001": date(2027, 5, 31), "ISO13485": date(2028, 1, 31)}
    own = {key: changes.pop(key) for key in list(changes) if key in item}
    held = changes.pop("certificates", held)
    currency = changes.pop("currency", "USD")
    usage = changes.pop("usage", "production")
    return Partner(
        name=name,
        role="cm",
        usage=usage,
        documents=changes.pop("documents", ORDERS),
        qualifications=Qualifications(
            currency=currency, certificates=held, items=(QualifiedItem(**(item | own)),)
        ),
        **changes,
    )


def _change(value, **changes):
    return msgspec.structs.replace(value, **changes)


def _judge(partner: Partner, shortfall: Shortfall = SHORTFALL) -> Candidate:
    return list_candidates(shortfall, [facts_of(partner, shortfall)], RULES, NOW)[0]


def _decide(shortfall: Shortfall, *partners: Partner, rules: Rules = RULES):
    return decide(shortfall, [facts_of(one, shortfall) for one in partners], rules, NOW)


def test_a_qualified_partner_is_told_in_one_sentence():
    """Part, price and days stand in it."""
    assert (
        "north: qualified for A-200 rev C, price 101.50 is 2.5 % above, needs 9 of 14 days"
    ) == _judge(_partner("north")).sentence


@pytest.mark.parametrize(
    ("changes", "loss"),
    [
        ({"item": "A-100"}, "not qualified for A-200 rev C"),
        ({"revisions": ("A", "B")}, "not qualified for A-200 rev C (has A, B)"),
        ({"certificates": {"ISO9001": date(2030, 1, 1)}}, "lacks certificate ISO13485"),
        (
            {"certificates": {"ISO9001": date(2030, 1, 1), "ISO13485": date(2026, 3, 31)}},
            "certificate ISO13485 ran out on 2026-03-31",
        ),
        (
            {"certificates": {"ISO9001": date(2026, 12, 1), "ISO13485": date(2028, 1, 1)}},
            "certificate ISO9001 runs out on 2026-12-01",
        ),
        ({"price": Decimal(120)}, "price 120 is 21.2 % above, allowed are 10 %"),
        ({"currency": "EUR"}, "price is in EUR, the order in USD"),
        ({"lead_time_days": 13}, "needs 13 days with 2 to spare, there are 14"),
        ({"capacity_per_week": Decimal(2)}, "can make 4 of 10 EA by then"),
        ({"max_order": Decimal(5)}, "takes orders up to 5 EA, asked are 10"),
        ({"unit": "CA"}, "counts in CA, the order in EA"),
        ({"active": False}, "is not active"),
        ({"usage": "test"}, "is still in test"),
        ({"documents": AgreedDocuments()}, "has no agreed way to get an order"),
    ],
)
def test_each_hard_rule_rules_out_with_its_reason(changes, loss):
    """A loser is shown with what it lacks, and is not chosen."""
    candidate = _judge(_partner("north", **changes))
    assert (loss,) == candidate.losses
    assert Decimal(0) == candidate.score
    assert "hold" == _decide(SHORTFALL, _partner("north", **changes)).outcome


def test_all_losses_are_told_at_once():
    """One look is enough to see all that is missing."""
    candidate = _judge(_partner("north", lead_time_days=30, price=Decimal(200), certificates={}))
    assert 4 == len(candidate.losses)


def test_a_date_that_has_passed_is_said():
    """Nobody delivers yesterday."""
    late = _change(SHORTFALL, need_by=TODAY - timedelta(days=3))
    assert ("needs 9 days, and the goods were needed 3 days ago",) == _judge(
        _partner("north"), late
    ).losses[:1]


def test_the_better_one_is_chosen_and_named():
    """Cheaper and quicker wins; the sentence is the reason."""
    decision = _decide(
        SHORTFALL, _partner("dear", price=Decimal(108)), _partner("good", lead_time_days=5)
    )
    assert ("reroute", "good") == (decision.outcome, decision.chosen)
    assert decision.reason.startswith("good: qualified for A-200 rev C")
    assert ["good", "dear"] == [one.partner for one in decision.candidates]


def test_equal_partners_are_told_apart_by_price_then_name():
    """A tie has one answer, whatever the order of the files."""
    one, two = _partner("one"), _partner("two")
    assert "one" == _decide(SHORTFALL, two, one).chosen == _decide(SHORTFALL, one, two).chosen


def test_nobody_left_holds_with_every_reason():
    """The case says why each one was ruled out."""
    decision = _decide(SHORTFALL, _partner("lost"), _partner("small", max_order=Decimal(1)))
    assert "hold" == decision.outcome
    assert (
        "nobody else can make 10 EA of A-200 rev C by 2026-12-05: "
        "lost: cannot make it, as it said itself; small: takes orders up to 1 EA, asked are 10"
    ) == decision.reason


@pytest.mark.parametrize(
    ("changes", "rules", "doubt"),
    [
        (
            {"quantity": Decimal(300)},
            RULES,
            "the line is worth 30,450.00 USD, and above 25,000 a person decides",
        ),
        ({"already_asked": ("east", "west")}, RULES, "east, west declined this need already"),
        ({"unit_price": None}, RULES, "the order line has no price to compare with"),
        ({"unit_price": Decimal(0)}, RULES, "the order line has no price to compare with"),
        ({"currency": ""}, RULES, "the order has no currency"),
        ({}, _change(RULES, automatic=False), "the rules let nothing move without a person"),
        (
            {},
            _change(RULES, ask_a_person=AskAPerson(items=("A-*",))),
            "A-200 is a part for a person to decide (A-*)",
        ),
        (
            {},
            _change(RULES, ask_a_person=AskAPerson(value_above={"EUR": Decimal(1)})),
            "there is no limit of value in USD",
        ),
    ],
)
def test_a_person_decides_above_each_threshold(changes, rules, doubt):
    """The best candidate is proposed, not taken (B-102)."""
    decision = _decide(_change(SHORTFALL, **changes), _partner("north"), rules=rules)
    assert ("ask", "north") == (decision.outcome, decision.chosen)
    assert decision.reason.startswith(f"{doubt}. Proposed is north: ")


def test_nothing_missing_moves_nothing():
    """A shortfall of zero is no reason to order."""
    assert "hold" == _decide(_change(SHORTFALL, quantity=Decimal(0)), _partner("north")).outcome


def test_a_decision_keeps_what_it_rests_on():
    """Inputs, rules and their version can be looked at years later, as JSON."""
    decision = _decide(SHORTFALL, _partner("north"))
    kept = msgspec.json.decode(msgspec.json.encode(decision))
    assert ("test", "99.00") == (kept["rules_version"], kept["inputs"]["shortfall"]["unit_price"])
    assert "10" == kept["inputs"]["rules"]["requires"]["max_price_above_percent"]


names = st.sampled_from(["lost", "north", "south", "east", "west"])
amounts = st.decimals(min_value=0, max_value=10**6, places=2)
partners = st.builds(
    lambda name, price, days, capacity: _partner(
        name, price=price, lead_time_days=days, capacity_per_week=capacity
    ),
    names,
    amounts,
    st.integers(0, 400),
    st.none() | amounts,
)
shortfalls = st.builds(
    lambda quantity, price, days, asked: _change(
        SHORTFALL,
        quantity=quantity,
        unit_price=price,
        need_by=None if days is None else TODAY + timedelta(days=days),
        already_asked=tuple(asked),
    ),
    amounts,
    st.none() | amounts,
    st.none() | st.integers(-400, 400),
    st.lists(names, max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(partners, unique_by=lambda one: one.name), shortfalls, st.randoms())
def test_the_loser_and_who_was_asked_never_get_it_and_order_does_not_matter(
    found, shortfall, random
):
    """Whatever the figures, a decision is the same twice and never goes back to who declined."""
    decision = _decide(shortfall, *found)
    shuffled = list(found)
    random.shuffle(shuffled)
    assert decision == _decide(shortfall, *shuffled)
    assert decision.chosen not in {"lost", *shortfall.already_asked}
    assert (decision.outcome == "hold") == (decision.chosen == "")
    assert {one.name for one in found} == {one.partner for one in decision.candidates}
    assert all(0 <= one.score <= 100 for one in decision.candidates)


def _trial(**capacity) -> Candidate:
    facts = facts_of(_partner("north"), SHORTFALL, Capacity(**capacity))
    rules = _change(RULES, requires=_change(RULES.requires, capacity_max_age_hours=72))
    return list_candidates(SHORTFALL, [facts], rules, NOW)[0]


def test_a_fresh_capacity_report_counts_instead_of_the_file():
    """North declares 300 a week; what it reported yesterday is what it can make."""
    yesterday = NOW - timedelta(hours=20)
    full = _trial(as_of=yesterday, free=Decimal(4))
    assert ("can make 4 of 10 EA by then",) == full.losses
    assert _trial(as_of=yesterday, per_week=Decimal(70)).is_qualified


def test_a_lead_time_that_was_reported_counts():
    """Nine days are declared; its queue has grown."""
    slow = _trial(as_of=NOW, per_week=Decimal(70), lead_time_days=30)
    assert ("needs 30 days with 2 to spare, there are 14",) == slow.losses


@pytest.mark.parametrize(
    ("capacity", "said"),
    [
        ({"as_of": NOW - timedelta(hours=80)}, "80 hours old, at most 72 are allowed"),
        ({"as_of": NOW - timedelta(hours=30), "is_stale": True}, "more than was agreed with it"),
    ],
    ids=["by our rules", "by its file"],
)
def test_a_stale_capacity_report_rules_out(capacity, said):
    """What nobody knows to be true any more is not relied on."""
    assert said in _trial(per_week=Decimal(500), **capacity).sentence


def test_who_must_report_capacity_and_has_not_is_out():
    """Where the rules ask for reports, the declared figure is not enough."""
    rules = _change(RULES, requires=_change(RULES.requires, capacity_reported=True))
    found = list_candidates(SHORTFALL, [facts_of(_partner("north"), SHORTFALL)], rules, NOW)
    assert "has sent no capacity report" in found[0].sentence


def test_kept_promises_nearness_and_certificates_rank():
    """Two that differ in nothing else: each share moves the better one up."""
    rules = _change(
        RULES,
        weights=Weights(
            price=0, lead_time=0, capacity=0, proximity=1, certification=1, reliability=1
        ),
        near=Location(latitude=41.88, longitude=-87.63),
        prefers=Prefers(certificates=("AS9100",)),
    )
    held = {"ISO9001": date(2027, 5, 31), "ISO13485": date(2028, 1, 31)}
    near = _partner(
        "near",
        certificates=held | {"AS9100": date(2027, 1, 1)},
        location=Location(latitude=41.60, longitude=-90.58),
    )
    far = _partner("far", location=Location(latitude=53.55, longitude=9.99))
    facts = [
        facts_of(near, SHORTFALL, None, Reliability(due=20, on_time=19)),
        facts_of(far, SHORTFALL, None, Reliability(due=20, on_time=5)),
    ]
    first, second = list_candidates(SHORTFALL, facts, rules, NOW)
    assert ("near", "far") == (first.partner, second.partner)
    for share in ("proximity", "certification", "reliability"):
        assert first.points[share] > second.points[share]
    assert "kept 19 of 20 promises" in first.sentence


def test_a_day_that_is_moved_again_and_again_is_told_and_counts_as_not_kept():
    """Three of four were kept by their last day, two of which had been moved twice or more."""
    kept = Reliability(due=4, on_time=3, slips=5, slipped=2, judged=4, steady=1)
    rules = _change(RULES, requires=_change(RULES.requires, min_on_time_percent=Decimal(50)))

    (found,) = list_candidates(
        SHORTFALL, [facts_of(_partner("north"), SHORTFALL, None, kept)], rules, NOW
    )

    said = "kept 3 of 4 promises, moved 2 again and again, wanted are 50 %"
    assert (said,) == found.losses


def test_a_part_that_needs_a_compliance_document_is_for_a_person():
    """The rules name the certificates that a person must look at."""
    rules = _change(RULES, ask_a_person=AskAPerson(certificates=("ISO13485",)))
    decision = _decide(SHORTFALL, _partner("north"), rules=rules)
    assert "ask" == decision.outcome
    assert "a matter of compliance" in decision.reason
