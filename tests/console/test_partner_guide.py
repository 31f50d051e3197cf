"""A guide agreed with a partner, as an onboarding engineer meets it in each command."""

import json
import re
from html import unescape

import pytest

from tests.console.conftest import WEEK

FILE = str(WEEK / "3_855.edi")
RULES = '["REF(01=VR) required", "PO1/PO103 only EA PCE"]'


@pytest.fixture
def agree(home):
    """Return what writes a guide into acme's file."""

    def agree_on(rules: str) -> None:
        path = home / "partners" / "acme.yaml"
        was = "{kind: x12 855 004010, mapping: acme/855, entity: OrderAck}"
        text = path.read_text()
        assert was in text
        path.write_text(text.replace(was, f"{was[:-1]}, guide: {rules}}}"))

    return agree_on


def test_x12_check_tells_what_breaks_the_guide_of_a_partner(run, agree) -> None:
    """Without the partner the same file is good."""
    agree(RULES)
    ran = run("x12", "check", FILE, "--partner", "acme", "--json")
    plain = run("x12", "check", FILE, "--json")
    found = [one for one in json.loads(ran.out)[0]["findings"] if one["code"] == "guide-missing"]

    assert ran.code == 1
    assert len(found) == 1
    assert "the guide says `REF(01=VR) required`" in found[0]["sentence"]
    assert re.fullmatch(r"acme\.yaml:[0-9]+", found[0]["rule"])
    assert "guide-missing" not in plain.out


def test_partner_check_shows_the_answer(run, agree) -> None:
    """The file would not be taken, and its 997 says so in classic codes."""
    agree(RULES)
    ran = run("partner", "check", "acme", FILE)

    assert ran.code == 1
    assert "REF(01=VR) required" in ran.out + ran.err
    assert "AK5*R*5~" in ran.out


def test_the_page_for_the_partner_lists_the_rules(run, agree, tmp_path) -> None:
    """What is asked beyond the standard stands with the document."""
    agree('["REF(01=IL) required", "PO1/ACK at most 3", "CUR not used"]')
    page = tmp_path / "acme.html"
    run("mapping", "guide", "acme", "--out", str(page))
    text = unescape(page.read_text())

    assert "Beyond the standard: REF(01=IL) required." in text
    assert "Beyond the standard: PO1/ACK at most 3." in text
    assert "Beyond the standard: CUR not used." in text


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('["PO1/XYZ required"]', "there is no XYZ in the loop PO1"),
        ('["PO1/PO103 only QQQ"]', "QQQ: not in the list of PO103"),
        ('["BAK not used"]', "the standard says otherwise: BAK must stand there"),
        ('["N9 not used", "N9 required"]', "another rule says `N9 not used`"),
    ],
)
def test_a_mistake_in_a_rule_is_told_with_its_line(run, agree, rules, said) -> None:
    """A partner file whose guide cannot be is not used, and says where."""
    agree(rules)
    ran = run("partner", "check", "acme")
    text = " ".join((ran.out + ran.err).split())

    assert ran.code == 1
    assert said in text
    assert re.search(r"acme\.yaml:[0-9]+", text)
