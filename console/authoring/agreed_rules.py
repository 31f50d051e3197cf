"""Agreed rules: what a partner file asks of the partner and promises it, in sentences for its guide."""

from collections.abc import Iterator
from decimal import Decimal

from canonical.tolerances import Band
from gateway.partners import Partner
from gateway.partners.partner import AgreedDocument

ABOUT = {
    "CapacityReport": "what you can make, and when",
    "Forecast": "what we expect to need",
    "FunctionalAck": "your receipt for what we sent",
    "InventoryPosition": "what lies where",
    "Invoice": "what is to be paid",
    "OrderAck": "your answer to an order, or to a change of one",
    "OrderChange": "a change of an order",
    "OrderStatus": "how far an order is",
    "ProductionEvent": "what was made, used up or scrapped",
    "PurchaseOrder": "an order",
    "QualityHold": "goods that must not be used",
    "ReceivingAdvice": "what arrived, and how",
    "ShipNotice": "what has left, in which packs",
    "TextMessage": "a message for people",
}
SILENCE = {
    "as_header": "lines you do not mention are taken as the code for the whole order says",
    "accepted": "lines you do not mention count as accepted",
    "rejected": "lines you do not mention count as refused",
    "open": "lines you do not mention stay open, and we ask for them",
}
VERDICTS = {"accept": "taken", "ask": "decided by a person", "reject": "refused"}
TOTALS = {
    "line-count": "CTT01 is not the number of its lines (of its HL in an 856)",
    "hash-total": "CTT02 is not the sum of its quantities",
}


def list_rules(partner: Partner, agreed: AgreedDocument, way: str) -> list[str]:
    """Return what holds for one document beside its format."""
    if way == "out":
        return list(_list_after_ours(partner, agreed.entity))
    lists = {
        "OrderAck": _list_answer_rules,
        "ShipNotice": _list_ship_rules,
        "CapacityReport": _list_capacity_rules,
        "InventoryPosition": _list_stock_rules,
        "OrderStatus": _list_status_rules,
    }
    rules = lists.get(agreed.entity)
    asked = [f"Beyond the standard: {rule}." for rule in agreed.guide]
    return [*asked, *(rules(partner) if rules else [])]


def _list_after_ours(partner: Partner, entity: str) -> Iterator[str]:
    hours = partner.expectations
    if entity in {"PurchaseOrder", "OrderChange"}:
        if _is_x12(partner) and partner.acknowledgments.wanted and hours.functional_ack_hours:
            yield f"We expect your 997 within {_hours(hours.functional_ack_hours)}, day and night."
        is_answered = entity == "PurchaseOrder" or partner.semantics.changes_hold != "when_sent"
        if is_answered and hours.order_ack_hours:
            yield f"We expect your answer within {_hours(hours.order_ack_hours)} of working time{_of_calendar(partner)}."
    if entity == "PurchaseOrder" and hours.ship_notice_hours:
        yield (
            "We expect notice of what has left within "
            f"{_hours(hours.ship_notice_hours)} of working time after the day you promised "
            "(without a promise: the day we need it)."
        )
    if entity == "OrderChange":
        holds = partner.semantics.changes_hold
        yield (
            "A change holds as soon as it is sent."
            if holds == "when_sent"
            else "A change holds when you agree to it; until then what was agreed before holds."
        )


def _is_x12(partner: Partner) -> bool:
    return any(one.kind.startswith("x12 ") for one in partner.documents.leaving)


def _list_answer_rules(partner: Partner) -> Iterator[str]:
    hours, semantics = partner.expectations, partner.semantics
    if hours.order_ack_hours:
        yield f"It is due within {_hours(hours.order_ack_hours)} of working time after our order{_of_calendar(partner)}."
    if hours.warn_hours and partner.reminders.form != "none":
        yield f"You are reminded {_hours(hours.warn_hours)} of working time before it is due."
    yield (
        "An order that is not answered in time counts as refused, and we look for another maker."
        if hours.silence_refuses
        else "An order that is not answered in time is followed up by a person."
    )
    yield SILENCE[semantics.silence].capitalize() + "."
    yield (
        "Several answers under one line split its quantity: together they should make what was ordered."
        if semantics.repeated_acks == "split"
        else "Several answers under one line describe the same quantity; they are not added up."
    )
    yield (
        "The quantity of a back-order answer is what comes later."
        if semantics.bp_quantity == "backordered"
        else "The quantity of a back-order answer is what comes now; the rest is on back order."
    )
    yield from _list_tolerances(partner)
    yield "What you refuse, or promise too late for us, may be ordered elsewhere; you are told if it is."


def _list_tolerances(partner: Partner) -> Iterator[str]:
    limits = partner.tolerances
    yield from _tell_band("A price other than agreed", limits.price_percent, "%")
    yield from _tell_band("Less than was ordered", limits.quantity_percent, "%")
    yield from _tell_band("Later than needed", limits.days_late, " days")
    yield f"Another part than was ordered is {VERDICTS[limits.part]}."
    yield f"Another revision than was ordered is {VERDICTS[limits.revision]}."


def _tell_band(what: str, band: Band, unit: str) -> Iterator[str]:
    if band.accept is None:
        return
    taken = f"is taken up to {_plain(band.accept)}{unit}" if band.accept else "is not simply taken"
    beyond = (
        "a person decides"
        if band.ask is None
        else f"up to {_plain(band.ask)}{unit} a person decides, beyond that it is refused"
    )
    yield f"{what} {taken}; {'else' if band.accept else 'here'} {beyond}."


def _list_ship_rules(partner: Partner) -> Iterator[str]:
    hours = partner.expectations.ship_notice_hours
    if hours:
        yield f"It is due within {_hours(hours)} of working time after the day you promised{_of_calendar(partner)}."
    yield "A notice with the same shipment number replaces the earlier one."


def _list_capacity_rules(partner: Partner) -> Iterator[str]:
    if partner.feeds.capacity_hours:
        yield f"The newest report counts for {_hours(partner.feeds.capacity_hours)}; an older one is not relied on."


def _list_stock_rules(partner: Partner) -> Iterator[str]:
    if partner.feeds.stock_hours:
        yield f"The newest report counts for {_hours(partner.feeds.stock_hours)}."
    percent = _plain(partner.feeds.consigned_percent)
    yield f"Our stock with you may differ from our books by up to {percent}%; more is looked into."


def _list_status_rules(partner: Partner) -> Iterator[str]:
    yield (
        "What you report as cancelled is taken as refused."
        if partner.semantics.status_reports == "binding"
        else "What you report as cancelled is told to the buyer; to refuse an order, answer it."
    )


def list_receipts(partner: Partner) -> list[str]:
    """Return how the partner hears what became of its files."""
    return list(_list_receipts(partner))


def _list_receipts(partner: Partner) -> Iterator[str]:
    given = partner.acknowledgments
    if given.functional != "none":
        also = ", a 997 before 005010" if given.functional == "999" else ""
        yield f"Each group you send is answered with a {given.functional}{also}; it names every fault by segment and element."
        yield (
            "A TA1 is sent when ISA14 asks for it, and unasked where the envelope is at fault."
            if given.interchange == "as-asked"
            else "No TA1 is sent."
        )
    for word in partner.refused:
        yield f"A set whose {TOTALS[word]} is rejected, and nothing of it is taken."
    if given.business == "824":
        yield "What could be read and not be used is told by an 824, or as text where it is no X12."
    elif given.business == "text":
        yield "What could be read and not be used is told in a text file: what, where, and what to do."
    if any(one.kind in {"csv", "xlsx"} for one in partner.documents.arriving):
        yield (
            "A table that could not be taken whole comes back as you sent it, with a status and a reason "
            "beside each row: correct it there and send that file; what was taken is not taken twice."
        )
    days = partner.control_numbers.days
    if given.functional != "none":
        yield f"An interchange number (ISA13) is not used again within {days} days, except to send the very same file."


def list_quirks(partner: Partner) -> list[str]:
    """Return the deviations that are tolerated for a time."""
    return [f"{one.name} until {one.expires}: {one.reason}" for one in partner.quirks]


def _of_calendar(partner: Partner) -> str:
    calendar = partner.calendar
    days = ", ".join(calendar.workdays)
    hours = f", {' and '.join(calendar.hours)}" if calendar.hours else ""
    off = f", without {len(calendar.holidays)} holidays" if calendar.holidays else ""
    return f" ({days}{hours}{off}, {calendar.timezone})"


def _hours(hours: float) -> str:
    return "an hour" if hours == 1 else f"{hours:g} hours"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"
