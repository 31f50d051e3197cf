"""ERP commands: what an ERP is told, in absolute quantities, so that a repeat changes nothing."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from canonical.shared import Currency, Entity, Item, PromisedDate, Quantity, Text

ConfirmedAs = Literal["accepted", "backordered", "rejected"]


class ScheduleLine(Entity, frozen=True, kw_only=True):
    """So much of an order line, what became of it, and when it comes."""

    status: ConfirmedAs
    quantity: Quantity
    promised: PromisedDate | None = None
    reason: str | None = None
    ship_to: Annotated[
        str | None, Meta(description="which place it is for, of a line that goes to several")
    ] = None


class ConfirmedLine(Entity, frozen=True, kw_only=True):
    """One order line with all its schedule lines; they replace what the ERP holds."""

    line_number: Text
    item: Item = Item()
    unit_price: Decimal | None = None
    schedule: Annotated[
        tuple[ScheduleLine, ...],
        Meta(min_length=1, description="all of the line, absolute quantities"),
    ]
    open: Annotated[
        Quantity | None,
        Meta(description="what was ordered and is not answered yet; it stays as it was ordered"),
    ] = None


class ConfirmOrder(Entity, frozen=True, kw_only=True, tag_field="command"):
    """What a CM has promised for an order; its lines are complete, other lines as `unmentioned` says."""

    po_number: Text
    partner: Text
    status: Literal["accepted", "changed", "rejected", "on_hold", "counter_offer", "review"]
    vendor_order_no: str | None = None
    acknowledged_on: date | None = None
    currency: Currency | None = None
    unmentioned: Annotated[
        Literal["untouched", "accepted", "rejected"],
        Meta(description="what holds for lines of the order that are not listed here"),
    ] = "untouched"
    lines: tuple[ConfirmedLine, ...] = ()
    note: str | None = None


class ShippedLine(Entity, frozen=True, kw_only=True):
    """What a shipment holds of one order line."""

    po_number: Text
    line_number: Text
    item: Item = Item()
    shipped: Quantity
    lot: str | None = None
    sscc: str | None = None


class RecordShipment(Entity, frozen=True, kw_only=True, tag_field="command"):
    """What left a CM; the same shipment number again replaces, or takes back, the earlier one."""

    shipment_number: Text
    partner: Text
    purpose: Literal["original", "replace", "cancel"] = "original"
    shipped_on: date | None = None
    expected_on: date | None = None
    carrier: str | None = None
    tracking: str | None = None
    lines: tuple[ShippedLine, ...] = ()


class RecordReroute(Entity, frozen=True, kw_only=True, tag_field="command"):
    """That part of an order line is to be made by somebody else, and who decided it."""

    po_number: Text
    line_number: Text
    from_partner: Text
    to_partner: Text
    new_po_number: str | None = None
    quantity: Quantity
    unit_price: Decimal | None = None
    currency: Currency | None = None
    needed_on: date | None = None
    reason: Text
    decided_by: Text


class NoteOnOrder(Entity, frozen=True, kw_only=True, tag_field="command"):
    """A sentence for whoever opens the order in the ERP."""

    po_number: Text
    line_number: str | None = None
    partner: str | None = None
    text: Text


class StockCount(Entity, frozen=True, kw_only=True):
    """How much of an item lies somewhere: all of it, not a difference."""

    item: Item
    on_hand: Quantity
    lot: str | None = None


class ReportInventory(Entity, frozen=True, kw_only=True, tag_field="command"):
    """What of ours lies at a CM; an item that is not listed stays as the ERP has it."""

    report_number: Text
    partner: Text
    location: Annotated[
        str | None, Meta(description="where, as the CM calls it; left out, its only place")
    ] = None
    as_of: date
    counts: Annotated[tuple[StockCount, ...], Meta(min_length=1)]


ErpCommand = ConfirmOrder | RecordShipment | RecordReroute | NoteOnOrder | ReportInventory
COMMANDS: tuple[type[Entity], ...] = (
    ConfirmOrder,
    RecordShipment,
    RecordReroute,
    NoteOnOrder,
    ReportInventory,
)


def orders_of(command: ErpCommand) -> tuple[str, ...]:
    """Return the numbers of the orders a command changes, each once, in one sequence for all."""
    if isinstance(command, RecordShipment):
        return tuple(sorted({line.po_number for line in command.lines}))
    return () if isinstance(command, ReportInventory) else (command.po_number,)


def read_command(plain: dict[str, Any]) -> ErpCommand:
    """Return the command of its plain form, told by its `command` key; raises msgspec.ValidationError."""
    command: ErpCommand = msgspec.convert(plain, ErpCommand)
    return command
