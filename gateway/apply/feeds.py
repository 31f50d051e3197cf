"""Feeds: capacity, stock, production and holds as readings; an older one never replaces a newer."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

from canonical.capacity_report import CapacityLine, CapacityReport
from canonical.inventory_position import InventoryPosition
from canonical.production_event import ProductionEvent
from canonical.quality_hold import QualityHold
from canonical.shared import Item, Quantity
from gateway.apply.consigned import compare_consigned
from gateway.apply.incoming import Incoming
from gateway.apply.remarks import refuse
from gateway.clock import now
from gateway.ledger.cases import NewCase, close_case, list_cases, open_case
from gateway.ledger.feeds import NewReading, list_newest, record_happenings, record_readings
from translators.findings import Finding

MOST = 100_000  # cases that are about no order
_QUANTITIES = ("per_week", "free")
_NUMBERS = ("slots", "slots_free", "queue_depth", "lead_time_days")


def apply_capacity_report(incoming: Incoming, report: CapacityReport) -> list[Finding]:
    """Return what was found; the newest word on each part is what routing relies on."""
    as_of = moment_of(report.as_of or report.reported_on)
    readings = [
        NewReading(
            partner=incoming.partner.name,
            kind="capacity",
            item=name_of(line.item),
            location=line.location or "",
            measure=measure,
            quantity=value,
            unit=unit,
            as_of=as_of,
        )
        for line in report.lines
        for measure, value, unit in _list_measures(line)
    ]
    if not readings:
        sentence = (
            f"report {report.report_number} names parts, but nothing that can be made of them"
        )
        advice = "say per_week, free, slots_free, queue_depth or lead_time_days"
        return [refuse("no-quantity", sentence, advice, incoming.places.get("", ""))]
    record_readings(incoming.tx, readings, incoming.document_id)
    return []


def _list_measures(line: CapacityLine) -> Iterator[tuple[str, Decimal, str]]:
    for name in _QUANTITIES:
        amount: Quantity | None = getattr(line, name)
        if amount is not None:
            yield name, amount.value, amount.unit
    for name in _NUMBERS:
        value: Decimal | None = getattr(line, name)
        if value is not None:
            yield name, value, ""


def apply_inventory_position(incoming: Incoming, report: InventoryPosition) -> list[Finding]:
    """Return what was found; of the ERP's allocations and of a CM's stock the newest is compared (F19)."""
    is_erp = incoming.partner.role == "erp"
    if report.purpose == "cancel" or (is_erp and not report.held_by):
        sentence = f"report {report.report_number} takes back an earlier one, or does not say who holds the stock"
        advice = "send what there is now; the ERP says in held_by whose stock it means"
        return [refuse("not-yet", sentence, advice, incoming.places.get("", ""))]
    holder = report.held_by if is_erp and report.held_by else incoming.partner.name
    kind = "allocation" if is_erp else "stock"
    before = (
        {one.key: one.quantity for one in list_newest(incoming.tx, kind, holder)}
        if report.purpose == "change"
        else {}
    )
    readings = []
    for line in report.lines:
        for one in line.quantities:
            reading = NewReading(
                partner=holder,
                kind=kind,
                item=name_of(line.item),
                location=line.location or "",
                measure=one.kind,
                quantity=one.quantity.value,
                unit=one.quantity.unit,
                as_of=moment_of(one.as_of or report.as_of or report.reported_on),
                note=one.code or "",
            )
            total = reading.quantity + before.get(reading.key, Decimal(0))
            readings.append(
                NewReading(
                    **{name: getattr(reading, name) for name in reading.__struct_fields__}
                    | {"quantity": total}
                )
            )
    record_readings(incoming.tx, readings, incoming.document_id)
    items = {one.item for one in readings}
    return compare_consigned(incoming, holder, items)


def apply_production_event(incoming: Incoming, event: ProductionEvent) -> list[Finding]:
    """Return what was found; what was consumed or scrapped explains what is no longer in stock."""
    happened = [
        NewReading(
            partner=incoming.partner.name,
            kind="production",
            item=name_of(line.item),
            measure=line.event,
            quantity=line.quantity.value,
            unit=line.quantity.unit,
            as_of=moment_of(event.happened_on),
            po_number=line.po_number or "",
            note=event.event_number,
        )
        for line in event.lines
    ]
    record_happenings(incoming.tx, happened, incoming.document_id)
    return compare_consigned(incoming, incoming.partner.name, {one.item for one in happened})


def apply_quality_hold(incoming: Incoming, held: QualityHold) -> list[Finding]:
    """Return what was found; a hold is a case of quality until it is released or scrapped."""
    held_now = held.state == "held"
    readings = [
        NewReading(
            partner=incoming.partner.name,
            kind="hold",
            item=name_of(line.item),
            location=held.hold_number[:80],
            measure="held",
            quantity=line.quantity.value if held_now else Decimal(0),
            unit=line.quantity.unit,
            as_of=moment_of(held.since) if held_now else now(),
            po_number=line.po_number or "",
            note=held.reason or held.state,
        )
        for line in held.lines
    ]
    record_readings(incoming.tx, readings, incoming.document_id)
    what = ", ".join(
        f"{line.quantity.value:f} {line.quantity.unit} of {name_of(line.item)}"
        for line in held.lines
    )
    key = f"{incoming.partner.name}/{held.hold_number}"[:40]
    if held_now:
        summary = f"{incoming.partner.name} holds back {what} ({held.hold_number}): {held.reason or 'no reason given'}"
        open_case(
            incoming.tx,
            NewCase(kind="quality-hold", owner="quality", summary=summary, subject=key),
        )
        return []
    for case in list_cases(incoming.tx, po_number="", limit=MOST):
        if case.kind == "quality-hold" and case.subject == key:
            close_case(incoming.tx, case.id, "gateway", f"{what}: {held.state}")
    return []


def name_of(item: Item) -> str:
    """Return what a part is known by here: the buyer's number before any other."""
    return (item.buyer or item.vendor or item.manufacturer or item.gtin or "")[:80]


def moment_of(day: date) -> datetime:
    """Return when a report of a day was true at the latest: now, or the end of a day that is over."""
    end = datetime.combine(day, time.max, UTC).replace(tzinfo=None)
    return min(now(), end)
