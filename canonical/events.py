"""Events: what other systems are told has happened; the data of each CloudEvent."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Currency, Entity, Item, Quantity, Text

UtcTime = Annotated[datetime, Meta(tz=True, description="RFC 3339, UTC")]


class OrderReleased(Entity, frozen=True, kw_only=True):
    """An order came from the ERP."""

    po_number: Text
    partner: Text
    lines: int


class OrderSent(Entity, frozen=True, kw_only=True):
    """An order went to a CM."""

    po_number: Text
    partner: Text
    kind: Text
    control_number: str = ""


class LineBalance(Entity, frozen=True, kw_only=True):
    """Where one order line stands after an answer, all in the unit of the order."""

    line_number: Text
    unit: Text
    ordered: Decimal
    accepted: Decimal = Decimal(0)
    backordered: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    promised_on: date | None = None


class OrderAcknowledged(Entity, frozen=True, kw_only=True):
    """A CM answered an order."""

    po_number: Text
    partner: Text
    status: Text
    vendor_order_no: str | None = None
    lines: tuple[LineBalance, ...] = ()


class OrderChangeAnswered(Entity, frozen=True, kw_only=True):
    """A CM answered a change of an order: which lines are as asked now, and which stay as they were."""

    po_number: Text
    partner: Text
    change_number: str = ""
    agreed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class OrderShipped(Entity, frozen=True, kw_only=True):
    """A CM sent goods for an order."""

    po_number: Text
    partner: Text
    shipment_number: Text
    purpose: Text = "original"
    shipped_on: date | None = None
    expected_on: date | None = None


class OrderReceived(Entity, frozen=True, kw_only=True):
    """Goods of an order were counted in."""

    po_number: Text
    partner: Text
    receipt_number: Text
    purpose: Text = "original"
    received_on: date | None = None


class ShortfallFound(Entity, frozen=True, kw_only=True):
    """A CM will not make part of an order line, or not in time."""

    po_number: Text
    line_number: Text
    partner: Text
    item: Item = Item()
    missing: Quantity
    needed_on: date | None = None
    reason: str = ""
    caused_by: str = ""


class ShortfallWithdrawn(Entity, frozen=True, kw_only=True):
    """What was decided of a shortfall holds no longer: less, more or nothing is missing now."""

    po_number: Text
    line_number: Text
    partner: Text
    decided: Quantity | None = None
    missing: Quantity
    withdrawn_by: str = ""


class CandidateVerdict(Entity, frozen=True, kw_only=True):
    """What routing found about one CM."""

    partner: Text
    qualified: bool
    score: Decimal = Decimal(0)
    sentence: str = ""


class RoutingDecided(Entity, frozen=True, kw_only=True):
    """What is to become of a shortfall, with every candidate and why."""

    po_number: Text
    line_number: Text
    outcome: Literal["reroute", "ask", "hold"]
    chosen: str = ""
    reason: Text
    decided_by: Text = "rules"
    rules_version: str = ""
    candidates: tuple[CandidateVerdict, ...] = ()


class OrderRerouted(Entity, frozen=True, kw_only=True):
    """Part of an order line goes to another CM."""

    po_number: Text
    line_number: Text
    from_partner: Text
    to_partner: Text
    new_po_number: str | None = None
    quantity: Quantity
    unit_price: Decimal | None = None
    currency: Currency | None = None


class RerouteEnded(Entity, frozen=True, kw_only=True):
    """How a reroute ended: the next CM took or declined it, or the former CM keeps the line."""

    po_number: Text
    line_number: Text
    from_partner: Text
    to_partner: Text
    new_po_number: str | None = None
    outcome: Literal["taken", "declined", "withdrawn"]
    reason: Text


class DocumentParked(Entity, frozen=True, kw_only=True):
    """A document could not be used; somebody has to look."""

    partner: Text
    file_name: Text
    document_id: int
    kind: str = ""
    reasons: tuple[str, ...] = ()


class FileParked(Entity, frozen=True, kw_only=True):
    """A file could not be used, wholly or in part, or must not be taken; somebody has to look."""

    partner: Text
    file_id: int
    file_name: Text
    state: Literal["parked", "quarantined"] = "parked"
    reason: str = ""


class DocumentApplied(Entity, frozen=True, kw_only=True):
    """A document took effect: what it says stands in the ledger."""

    partner: Text
    file_name: Text
    document_id: int
    kind: Text
    entity: Text
    number: str = ""


class _RoutingAnswer(Entity, frozen=True, kw_only=True):
    po_number: Text
    line_number: Text
    case_id: int
    chosen: str = ""
    decided_by: Text
    reason: Text


class RoutingApproved(_RoutingAnswer, frozen=True, kw_only=True):
    """A person agreed that part of an order line goes to another CM."""


class RoutingDeclined(_RoutingAnswer, frozen=True, kw_only=True):
    """A person did not agree to what routing proposed."""


class _Awaited(Entity, frozen=True, kw_only=True):
    po_number: Text
    partner: Text
    awaited: Annotated[str, Meta(description="997, 855, 856 or 861", pattern="^[0-9]{3}$")]
    due_at: UtcTime


class AnswerDueSoon(_Awaited, frozen=True, kw_only=True):
    """An answer is due soon, and its partner was reminded."""


class AnswerOverdue(_Awaited, frozen=True, kw_only=True):
    """An answer has not come by its time."""

    counts_as_refusal: bool = False


class AnswerCameLate(_Awaited, frozen=True, kw_only=True):
    """An answer came after its time; nothing is awaited of it any more."""

    document_id: int


class CaseOpened(Entity, frozen=True, kw_only=True):
    """Somebody must look at a problem."""

    case_id: int
    kind: Text
    owner: Text
    summary: Text
    po_number: str = ""
    line_number: str = ""


class CaseEscalated(Entity, frozen=True, kw_only=True):
    """A case was not settled in time and belongs to somebody else now."""

    case_id: int
    kind: Text
    owner: Text
    summary: Text
    po_number: str = ""


class CaseClosed(Entity, frozen=True, kw_only=True):
    """A problem is settled."""

    case_id: int
    kind: Text
    closed_by: Text
    resolution: str = ""
    po_number: str = ""
    line_number: str = ""


EVENTS: dict[str, type[Entity]] = {
    "cmgateway.order.released.v1": OrderReleased,
    "cmgateway.order.sent.v1": OrderSent,
    "cmgateway.order.acknowledged.v1": OrderAcknowledged,
    "cmgateway.order.change-answered.v1": OrderChangeAnswered,
    "cmgateway.order.shipped.v1": OrderShipped,
    "cmgateway.order.received.v1": OrderReceived,
    "cmgateway.order.shortfall.v1": ShortfallFound,
    "cmgateway.order.shortfall-withdrawn.v1": ShortfallWithdrawn,
    "cmgateway.routing.decided.v1": RoutingDecided,
    "cmgateway.order.rerouted.v1": OrderRerouted,
    "cmgateway.routing.approved.v1": RoutingApproved,
    "cmgateway.routing.declined.v1": RoutingDeclined,
    "cmgateway.document.applied.v1": DocumentApplied,
    "cmgateway.order.reroute-ended.v1": RerouteEnded,
    "cmgateway.document.parked.v1": DocumentParked,
    "cmgateway.file.parked.v1": FileParked,
    "cmgateway.answer.due-soon.v1": AnswerDueSoon,
    "cmgateway.answer.overdue.v1": AnswerOverdue,
    "cmgateway.answer.came-late.v1": AnswerCameLate,
    "cmgateway.case.opened.v1": CaseOpened,
    "cmgateway.case.escalated.v1": CaseEscalated,
    "cmgateway.case.closed.v1": CaseClosed,
}

# What a partner may be told of its own trade. All other events name other CMs or our people.
FOR_PARTNERS = frozenset(
    (
        "cmgateway.order.sent.v1",
        "cmgateway.order.acknowledged.v1",
        "cmgateway.order.shipped.v1",
        "cmgateway.order.received.v1",
        "cmgateway.document.applied.v1",
        "cmgateway.document.parked.v1",
        "cmgateway.file.parked.v1",
        "cmgateway.answer.due-soon.v1",
        "cmgateway.answer.overdue.v1",
        "cmgateway.answer.came-late.v1",
    )
)
