"""The partners and rules we ship, together."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from gateway.partners import load_partners
from gateway.routing.decision import decide
from gateway.routing.facts import facts_of
from gateway.routing.rules import load_rules
from gateway.routing.shortfall import Shortfall
from gateway.settings import load_site

SITE = load_site(Path(__file__).resolve().parents[3])
LOST = Shortfall(
    po_number="4500012345",
    line_number="2",
    item="A-200",
    revision="C",
    quantity=Decimal(10),
    unit="EA",
    lost_partner="acme",
    need_by=date(2026, 12, 5),
    certificates=("ISO13485",),
    unit_price=Decimal("99.00"),
    currency="USD",
)


def test_a_rejected_line_of_acme_goes_to_cascade_and_everybody_else_is_told_why():
    """The story of the demo: one can, two cannot, one will not; those in test are out for that."""
    rules = load_rules(SITE)
    at = datetime(2026, 11, 21, 9)  # noqa: DTZ001 the ledger keeps UTC without a zone
    makers = load_partners(SITE).list_partners("cm")
    decision = decide(LOST, [facts_of(one, LOST) for one in makers], rules, at)
    assert ("reroute", "cascade") == (decision.outcome, decision.chosen)
    assert [
        "cascade: qualified for A-200 rev C, price 101.50 is 2.5 % above, needs 9 of 14 days",
        "borealis: not qualified for A-200 rev C, lacks certificate ISO13485",
        "delmar: not qualified for A-200 rev C (has B), certificate ISO13485 ran out on 2026-03-31",
        "acme: cannot make it, as it said itself",
    ] == [one.sentence for one in decision.candidates if "is still in test" not in one.sentence]
