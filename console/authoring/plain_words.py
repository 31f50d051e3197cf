"""Plain words: our fields as a contract manufacturer would name them."""

WORDS = {
    "po_number": "our order number",
    "release": "release of our order",
    "change_number": "number of our change",
    "purpose": "purpose: original, replacement or cancellation",
    "unmentioned": "what holds for lines not mentioned",
    "ordered_on": "date of our order",
    "acknowledged_on": "date of your answer",
    "vendor_order_no": "your order number",
    "currency": "currency",
    "note": "note for people",
    "line_number": "line of our order",
    "item.buyer": "our part number",
    "item.vendor": "your part number",
    "item.manufacturer": "manufacturer's part number",
    "item.gtin": "GTIN",
    "item.revision": "revision of the part",
    "item.description": "description of the part",
    "ordered.value": "quantity ordered",
    "ordered.unit": "unit of the quantity ordered",
    "shipped.value": "quantity shipped",
    "shipped.unit": "unit of the quantity shipped",
    "quantity.value": "quantity",
    "quantity.unit": "unit of the quantity",
    "unit_price": "price of one unit",
    "price_per": "for how many units the price is",
    "acks.status": "answer to the line",
    "acks.reason": "reason",
    "acks.code": "your code, kept as it is",
    "promised.on": "promised date",
    "promised.means": "what the promised date means",
    "needed.on": "date of need",
    "needed.means": "what the date of need means",
    "parties.role": "whose name and address follow",
    "parties.id": "code of the party",
    "parties.name": "name of the party",
    "parties.street": "street",
    "parties.city": "city",
    "parties.state": "state",
    "parties.postal_code": "postal code",
    "parties.country": "country",
    "references.kind": "what the reference is",
    "references.value": "reference",
    "shipment_number": "number of the shipment",
    "shipped_on": "date shipped",
    "expected_on": "date of arrival",
    "noticed_on": "date of the notice",
    "bill_of_lading": "bill of lading",
    "tracking": "tracking number",
    "carrier": "carrier",
    "sscc": "number of the pack (SSCC)",
    "report_number": "number of the report",
    "reported_on": "date of the report",
    "as_of": "as of",
    "location": "place",
    "per_week.value": "quantity a week",
    "per_week.unit": "unit of the quantity a week",
    "lead_time_days": "days from order to delivery",
    "queue_depth": "orders that wait",
    "slots": "machines",
    "slots_free": "machines that are free",
}
WHOLE = {"status": "answer to the whole order", "lines": "lines"}


def say(field: str) -> str:
    """Return the field in plain words: `quantity ordered` of `lines.ordered.value`."""
    if field in WHOLE:
        return WHOLE[field]
    steps = field.split(".")
    for start in range(len(steps)):
        told = WORDS.get(".".join(steps[start:]))
        if told:
            return told
    return " ".join(steps[-2:]).replace("_", " ")
