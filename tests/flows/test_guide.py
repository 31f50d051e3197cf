"""An answer that keeps the standard and breaks the guide agreed with its sender."""

import json
from pathlib import Path

import pytest

from gateway.ledger.findings import list_findings

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
RULES = ("REF(01=VR) required", "PO1/PO103 only PC BX", "BAK03 like 45[0-9]{8}")


def answer() -> str:
    """Return the demo's 855 as 005010, with codes of that version's own."""
    text = (WEEK / "3_855.edi").read_text().replace("004010", "005010")
    for old, new in (("*U*00401*", "*^*00501*"), ("*B9*", "*IB*"), ("ACK*X1*", "ACK*IR*")):
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("999", ("IK3*REF*4**I8~", "IK4*3*355*I6*EA~", "IK5*R*I5~", "AK9*R*1*1*0~")),
        ("997", ("AK3*REF*4**3~", "AK4*3*355*7*EA~", "AK5*R*5~", "AK9*R*1*1*0~")),
    ],
)
def test_the_answer_says_what_of_the_guide_is_broken(world, kind, told) -> None:
    """B-39, B-49: the set is refused; a 999 has the codes of an implementation, a 997 the nearest."""
    path = world.home / "partners" / "acme.yaml"
    was = "{kind: x12 855 004010, mapping: acme/855, entity: OrderAck"
    now = f"{{kind: x12 855 005010, guide: {json.dumps(RULES)}, mapping: base/855_5010, entity: OrderAck"
    text = path.read_text()
    assert was in text
    path.write_text(f'{text.replace(was, now)}acknowledgments: {{functional: "{kind}"}}\n')
    world.release_orders()
    outcome = world.send("drop/acme/in", "one.edi", answer())
    answers = [one.decode().replace("\n", "") for one in world.out("acme").values()]
    said = [one for one in answers if f"ST*{kind}*" in one]
    with world.gateway.ledger.read() as tx:
        found = list_findings(tx, file_id=world.file("one.edi").id)

    assert outcome.state == "parked"
    assert len(said) == 1
    assert all(one in said[0] for one in told)
    codes = [row.code for row in found if row.code.startswith("guide-")]
    assert codes == ["guide-missing", *["guide-code"] * 3]
