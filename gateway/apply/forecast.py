"""A schedule: it replaces the one of its kind before it, and goes to the CM who makes the parts (B-80)."""

from canonical.demand import list_ahead
from canonical.forecast import Forecast
from gateway.apply.incoming import Incoming
from gateway.apply.remarks import refuse
from gateway.ledger.locks import hold
from gateway.partners import Partner, PartnerError
from gateway.schedules import find_standing
from gateway.send import render, send_unanswered
from translators.findings import Finding, has_errors


def apply_forecast(incoming: Incoming, schedule: Forecast) -> list[Finding]:
    """Return what was found; a sound schedule holds from now on, and is on its way to its maker."""
    if incoming.partner.role != "erp":
        sentence = f"{incoming.partner.name} sends a schedule of needs; only the ERP does that"
        advice = "tell what you can make as a capacity report"
        return [refuse("not-an-erp", sentence, advice, incoming.places.get("", ""))]
    supplier = _find_supplier(incoming, schedule)
    if isinstance(supplier, Finding):
        return [supplier]
    hold(incoming.tx, f"schedule {supplier.name} {schedule.kind}")
    against = _check_day(incoming, supplier, schedule)
    if against is not None:
        return [against]
    rendered = render(incoming.gateway, supplier, schedule)
    if has_errors(rendered.findings):
        return rendered.findings
    found = [*_tell_ahead(incoming, schedule), *rendered.findings]
    return found + send_unanswered(incoming, supplier, schedule, rendered)


def _find_supplier(incoming: Incoming, schedule: Forecast) -> Partner | Finding:
    about = f"schedule {schedule.forecast_number}"
    if not schedule.supplier:
        sentence = f"{about} names no supplier"
        return refuse("no-supplier", sentence, "enter the supplier in the ERP and release again")
    try:
        return incoming.gateway.partners.get(schedule.supplier)
    except PartnerError as error:
        sentence = f"{about} is for {schedule.supplier}: {error}"
        return refuse("no-such-partner", sentence, "add the partner's file, then rerun")


def _check_day(incoming: Incoming, supplier: Partner, schedule: Forecast) -> Finding | None:
    """Return that a newer schedule holds already, which an older one must not replace."""
    planning, shipping = find_standing(incoming.tx, supplier.name)
    standing = shipping if schedule.kind == "shipping" else planning
    if standing is None or schedule.issued_on >= standing.issued_on:
        return None
    sentence = (
        f"schedule {schedule.forecast_number} of {schedule.issued_on} comes after"
        f" {standing.forecast_number} of {standing.issued_on}, which holds"
    )
    return refuse("older-schedule", sentence, "release what holds now with the day of today")


def _tell_ahead(incoming: Incoming, schedule: Forecast) -> list[Finding]:
    """Return where more is booked than a cumulative schedule asks for: its first periods are 0."""
    return [
        Finding(
            level="warning",
            code="ahead-of-schedule",
            sentence=f"{one.item} to {one.ship_to or 'no place named'}: {one.booked:f} are booked, the schedule asks for {one.asked:f} by its first day",
            advice="check on which day the count was reset; nothing more is asked for until it is reached",
            place=incoming.places.get("", ""),
        )
        for one in list_ahead(schedule)
    ]
