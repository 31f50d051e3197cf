"""Many effects at once: as each would be alone, also where one of them fails."""

import pytest

from bench.site import write_answers, write_orders
from flows.deliver import Deliverer
from gateway import deliver
from gateway.erp.files import file_name
from gateway.tell import find_keys
from tests.flows.conftest import ACME, ERP


@pytest.fixture
def answered(world):
    """Return a world whose ERP and CM have said all, with nothing delivered yet."""
    world.send(ERP, "orders.json", write_orders(range(4)))
    world.drop(ACME, "855.edi", write_answers(range(4), 1))
    return world


def test_a_wide_door_that_fails_is_followed_by_one_at_a_time(answered, monkeypatch):
    """Whatever breaks while many are done together, each gets its own verdict afterwards."""

    def broken(*_args):
        raise RuntimeError("broken")

    monkeypatch.setattr(deliver, "WIDE_DOORS", dict.fromkeys(deliver.WIDE_DOORS, broken))
    answered.turn()
    assert {"done"} == {one.state for one in answered.effects()}
    assert 4 == len(answered.told_erp())


def test_one_the_erp_holds_otherwise_keeps_no_neighbour_waiting(answered, monkeypatch):
    """What differs from what stands there is left to a person; the other three are done."""
    monkeypatch.setattr(Deliverer, "deliver", lambda _self: 0)
    answered.turn()
    monkeypatch.undo()
    told = [one for one in answered.effects() if one.kind == "erp"]
    key = find_keys(answered.gateway, told)[told[2].id]
    kept = answered.home / "var" / "erp" / "erp"
    kept.mkdir(parents=True, exist_ok=True)
    (kept / file_name("ConfirmOrder", key)).write_text("{}")
    answered.turn()
    states = sorted(one.state for one in answered.effects() if one.kind == "erp")
    assert ["done", "done", "done", "stuck"] == states
