"""Tryton as an ERP: each command to its rule, each plan kept as JSON."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from canonical.erp_commands import (
    ConfirmOrder,
    ErpCommand,
    NoteOnOrder,
    RecordReroute,
    RecordShipment,
    ReportInventory,
)
from gateway.erp.erp import Outcome, Plan, Released
from gateway.erp.errors import ErpRejectedError
from gateway.erp.tryton.confirm import (
    ConfirmPlan,
    apply_confirmation,
    plan_confirmation,
    verify_confirmation,
)
from gateway.erp.tryton.inventory import (
    InventoryPlan,
    apply_inventory,
    plan_inventory,
    verify_inventory,
)
from gateway.erp.tryton.look import ORDER, find_order
from gateway.erp.tryton.note import add_note, has_note
from gateway.erp.tryton.orders import list_released
from gateway.erp.tryton.rpc import Rpc
from gateway.erp.tryton.shipment import (
    ShipmentPlan,
    apply_shipment,
    plan_shipment,
    verify_shipment,
)
from gateway.erp.tryton.words import Words


class NotePlan(Struct, frozen=True, kw_only=True):
    """One sentence on one order."""

    order: int
    number: str
    text: str


_PLANS: dict[str, type[Struct]] = {
    "ConfirmOrder": ConfirmPlan,
    "RecordShipment": ShipmentPlan,
    "ReportInventory": InventoryPlan,
    "RecordReroute": NotePlan,
    "NoteOnOrder": NotePlan,
}


class TrytonErp:
    """One database of Tryton 8.2, with purchase_amendment and, where lots are told, stock_lot."""

    def __init__(self, rpc: Rpc, words: Words) -> None:
        """Keep the session and the words; nothing is asked yet."""
        self._rpc, self._words = rpc, words

    def released_orders(self, cursor: str) -> Released:
        """Return the orders that are new to us, or were changed by others, since the cursor."""
        if not self._rpc.user_id:
            self._rpc.login()  # whose changes are ours is asked by number
        return list_released(self._rpc, self._words, cursor)

    def plan(self, command: ErpCommand, key: str) -> Plan:
        """Return what is to be done, looked up and not yet begun."""
        made = self._plan(command)
        name = type(command).__name__
        content = msgspec.json.encode(made).decode()
        return Plan(key=key, command=name, target=_target(command), content=content)

    def apply(self, plan: Plan) -> Outcome:
        """Do what the plan says, as far as it is not done."""
        made = _read(plan)
        if isinstance(made, ConfirmPlan):
            return apply_confirmation(self._rpc, made, plan.key)
        if isinstance(made, ShipmentPlan):
            return apply_shipment(self._rpc, made, plan.key)
        if isinstance(made, InventoryPlan):
            return apply_inventory(self._rpc, made)
        done = add_note(self._rpc, f"{ORDER},{made.order}", made.text, plan.key)
        return _noted(made, "applied" if done else "already")

    def verify(self, plan: Plan) -> Outcome:
        """Return whether Tryton holds what the plan says."""
        made = _read(plan)
        if isinstance(made, ConfirmPlan):
            return verify_confirmation(self._rpc, made)
        if isinstance(made, ShipmentPlan):
            return verify_shipment(self._rpc, made)
        if isinstance(made, InventoryPlan):
            return verify_inventory(self._rpc, made)
        held = has_note(self._rpc, f"{ORDER},{made.order}", plan.key)
        return _noted(made, "applied" if held else "diverged")

    def close(self) -> None:
        """Hang up."""
        self._rpc.close()

    def _plan(self, command: ErpCommand) -> Struct:
        rules: dict[type, Callable[[Rpc, Words, Any], Struct]] = {
            ConfirmOrder: plan_confirmation,
            RecordShipment: plan_shipment,
            ReportInventory: plan_inventory,
            NoteOnOrder: _plan_note,
            RecordReroute: _plan_reroute,
        }
        return rules[type(command)](self._rpc, self._words, command)


def _plan_note(rpc: Rpc, words: Words, command: NoteOnOrder) -> NotePlan:
    supplier = words.partner(command.partner) if command.partner else ""
    order = find_order(rpc, command.po_number, supplier)
    line = f"line {command.line_number}: " if command.line_number else ""
    return NotePlan(order=order.id, number=order.number, text=line + command.text)


def _plan_reroute(rpc: Rpc, words: Words, command: RecordReroute) -> NotePlan:
    order = find_order(rpc, command.po_number, words.partner(command.from_partner))
    amount = f"{command.quantity.value:f} {command.quantity.unit}"
    under = f" under order {command.new_po_number}" if command.new_po_number else ""
    text = (
        f"line {command.line_number}: {amount} go from {command.from_partner} to "
        f"{command.to_partner}{under}: {command.reason} (decided by {command.decided_by})"
    )
    return NotePlan(order=order.id, number=order.number, text=text)


def _read(plan: Plan) -> Any:
    kind = _PLANS.get(plan.command)
    if kind is None:
        raise ErpRejectedError(f"{plan.key} was planned as {plan.command}, which nobody knows")
    return msgspec.json.decode(plan.content, type=kind)


def _target(command: ErpCommand) -> str:
    if isinstance(command, RecordShipment):
        return f"shipment {command.shipment_number}"
    if isinstance(command, ReportInventory):
        return f"count {command.report_number}"
    return f"order {command.po_number}"


def _noted(made: NotePlan, result: Any) -> Outcome:
    said = {"applied": "stands on", "already": "stood on", "diverged": "does not stand on"}
    sentence = f"the note {said[result]} order {made.number}"
    return Outcome(result=result, reference=f"order {made.number}", sentence=sentence)
