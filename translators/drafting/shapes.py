"""Shapes: how an entity is built from rows: which field takes which role of a column, list by list."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Slot:
    """One field of an entity: the role that fills it, else what is written for it."""

    field: str
    role: str = ""
    value: str = ""  # what stands there where no column has the role
    why: str = ""  # the comment beside the value
    required: str = ""  # the sentence ops will read
    beside: str = ""  # only where a column of this role is there


@dataclass(slots=True, frozen=True)
class Block:
    """A list of rows, or of groups of rows with the same text in the column of a role."""

    field: str
    by: tuple[str, ...]
    inside: "tuple[Slot | Block, ...]"
    when: str = ""  # only rows where the column of this role is filled


@dataclass(slots=True, frozen=True)
class Shape:
    """An entity: the role whose text makes a document, and what is inside."""

    entity: str
    word: str  # begins the name of the mapping
    one_per: str
    inside: tuple[Slot | Block, ...]


_ITEM = (
    Slot("item.buyer", "item.buyer"),
    Slot("item.vendor", "item.vendor"),
    Slot("item.revision", "item.revision"),
    Slot("item.description", "item.description"),
)
_NUMBER = "it holds our order number; without it nothing can be matched"
_LINE = "it holds the line number of our order"

ORDER_ACK = Shape(
    "OrderAck",
    "ack",
    "po_number",
    (
        Slot("po_number", "po_number", required=_NUMBER),
        Slot("status", value="changed", why="the lines speak for the order"),
        Slot("unmentioned", value="open", why="lines the file leaves out stay open"),
        Slot("ordered_on", "ordered_on"),
        Slot("acknowledged_on", "acknowledged_on"),
        Slot("vendor_order_no", "vendor_order_no"),
        Slot("currency", "currency"),
        Block(
            "lines",
            ("line_number", "item.buyer", "item.vendor"),
            (
                Slot("line_number", "line_number", required=_LINE),
                *_ITEM,
                Slot("ordered.value", "ordered"),
                Slot("ordered.unit", "unit", value="EA", beside="ordered"),
                Slot("unit_price", "unit_price"),
                Block(
                    "acks",
                    (),
                    (
                        Slot(
                            "status",
                            "status",
                            value="accepted",
                            why="no column says how a line is answered: what stands there is accepted",
                        ),
                        Slot("code", "status.code"),
                        Slot("quantity.value", "quantity"),
                        Slot("quantity.unit", "unit", value="EA", beside="quantity"),
                        Slot("promised.on", "promised"),
                        Slot("promised.means", value="deliver", beside="promised"),
                    ),
                    when="status",
                ),
            ),
        ),
    ),
)
SHIP_NOTICE = Shape(
    "ShipNotice",
    "ship",
    "shipment_number",
    (
        Slot("shipment_number", "shipment_number", required="it holds the number of the shipment"),
        Slot("noticed_on", "noticed_on", required="it says when the goods were announced"),
        Slot("shipped_on", "shipped_on"),
        Slot("expected_on", "expected_on"),
        Slot("carrier", "carrier"),
        Slot("tracking", "tracking"),
        Block(
            "lines",
            (),
            (
                Slot("po_number", "po_number", required=_NUMBER),
                Slot("line_number", "line_number"),
                *_ITEM,
                Slot("shipped.value", "quantity", required="it says how many were sent"),
                Slot("shipped.unit", "unit", value="EA", beside="quantity"),
                Slot("lot", "lot"),
            ),
        ),
    ),
)
SHAPES = {one.entity: one for one in (ORDER_ACK, SHIP_NOTICE)}


def list_slots(inside: tuple[Slot | Block, ...]) -> list[Slot]:
    """Return all fields, those of lists included."""
    found: list[Slot] = []
    for one in inside:
        found += [one] if isinstance(one, Slot) else list_slots(one.inside)
    return found
