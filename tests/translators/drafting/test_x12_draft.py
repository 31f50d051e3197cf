"""Drafts of X12: only what the samples have otherwise than the standard's own mapping."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Quantity
from translators.drafting.draft import Wanted
from translators.drafting.drafted import Drafted
from translators.drafting.shapes import SHAPES
from translators.drafting.x12_draft import draft_x12
from translators.mapper.load import Library

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = Library((ROOT / "mappings",))
USUAL = ("BAK*00*AC*P-7*20261123~", "PO1*1*144*EA*12.5**BP*A-100~", "ACK*IA*144*EA~", "CTT*1~")
ORDER = PurchaseOrder(
    po_number="P-7",
    ordered_on=date(2026, 11, 23),
    lines=tuple(
        OrderLine(
            line_number=str(at),
            item=Item(buyer=item),
            ordered=Quantity(value=Decimal(144), unit="EA"),
            unit_price=Decimal(price),
        )
        for at, item, price in ((1, "A-100", "12.50"), (2, "A-200", "7"))
    ),
)


def draft(*segments: str, orders=(ORDER,)) -> Drafted:
    """Return the draft of one 855 with these segments."""
    head = (
        "ISA*00*          *00*          *ZZ*FJORD          *01*048826173      *261124*1015*U*00401*000000702*0*P*>~"
        "GS*PR*FJORD*KESTREL*20261124*1015*702*X*004010~ST*855*0001~"
    )
    end = f"SE*{len(segments) + 2}*0001~GE*1*702~IEA*1*000000702~"
    data = f"{head}{''.join(segments)}{end}".encode()
    wanted = Wanted(partner="fjord", shape=SHAPES["OrderAck"])
    return draft_x12(LIBRARY, {"one.edi": data}, orders, wanted)


def test_what_is_as_the_standard_has_it_needs_no_mapping() -> None:
    """Nothing deviates, so nothing is written: the base itself can be agreed."""
    drafted = draft(*USUAL)

    assert ({}, [], "base/855_4010", 1) == (
        drafted.files, drafted.taken, drafted.base, drafted.known,
    )  # fmt: skip


def test_each_deviation_has_its_line_and_its_evidence() -> None:
    """Implied decimals and a qualifier of its own by our order, codes by the base's table."""
    drafted = draft(
        "BAK*00*AC*P-7*20261123~",
        "REF*IL*SO-1~",
        "SAC*C*D240~",
        "PO1*1*144*EA*1250**ZZ*A-100*VX*17~",
        "ACK*Q9*144*EA****ZZ*A-100~",
        "PO1*2*144*EA*700**ZZ*A-200~",
        "ACK*IA*144*EA~",
        "CTT*2~",
    )
    text = drafted.files["fjord/855.yaml"]
    seen = {one.source: one.evidence[0] for one in drafted.taken if one.state == "open"}

    assert "      unit_price: {as: N2}" in text
    assert "# 0.80: 2 of 2 prices are those of our orders with 2 implied decimals" in text
    assert "PO107+(06=PI), LIN03+(02=BP), PO107+(06=ZZ)]" in text
    assert "          status: {lookup: fjord/855_line_status}" in text
    assert drafted.files["fjord/tables/855_line_status.csv"].startswith(
        "theirs,ours,note\nQ9,review,seen in the samples: what does it mean?\nAA,substituted,\n"
    )
    assert "once, as SAC*C*D240; map it, or ignore: [SAC]" == seen["SAC"]
    assert "#   PO107+(06=VX): once, as '17'; nothing reads this qualifier" in text
    assert ['own_codes: {"668": [Q9]}   # in partners/, where you agree to them'] == drafted.hints


def test_an_order_number_in_an_unusual_place_is_found() -> None:
    """BAK03 holds a number of theirs; ours stands in a reference."""
    drafted = draft("BAK*00*AC*SO-99*20261123~", "REF*PO*P-7~", *USUAL[1:])

    assert "po_number: REF02(01=PO)" in drafted.files["fjord/855.yaml"]


def test_a_draft_is_clean_and_every_line_of_it_changes_its_case(tmp_path) -> None:
    """Lint, whose third ring looks for dead lines, has nothing to say of the overlay beside its sample."""
    pytest.importorskip("jsonschema")
    from translators.mapper.lint import check_mapping

    lines = ("BAK*00*AC*P-7*20261123~", "PO1*1*144*EA*1250**ZZ*A-100~", "ACK*Q9*144*EA~", "CTT*1~")
    drafted = draft(*lines)
    for place, text in drafted.files.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    cases = tmp_path / "fjord/855.cases"
    cases.mkdir()
    (cases / "one.edi").write_text("".join(("ST*855*0001~", *lines, "SE*6*0001~")))

    assert [] == check_mapping(Library((tmp_path, *LIBRARY.roots)), "fjord/855")


def test_samples_of_two_kinds_are_refused() -> None:
    """Each kind of set has a mapping of its own."""
    drafted = draft_x12(
        LIBRARY, {"a": b"no X12"}, (), Wanted(partner="f", shape=SHAPES["OrderAck"])
    )

    assert ["other-kind"] == [one.code for one in drafted.findings]
