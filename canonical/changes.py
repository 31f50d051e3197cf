"""Changes: what a document means for an order, as postings and remarks; pure, no ledger."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from canonical.order_ack import LineStatus
from canonical.postings import Posting, PostingKind
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Entity, Item, Quantity


class Semantics(Entity, frozen=True, kw_only=True):
    """How one partner uses what the standard leaves open (B-58 to B-62)."""

    bp_quantity: Literal["backordered", "accepted"] = "backordered"
    repeated_acks: Literal["split", "facets"] = "split"
    silence: Literal["as_header", "accepted", "rejected", "open"] = "as_header"


class Remark(Entity, frozen=True, kw_only=True):
    """Something a person should know about a change; becomes a finding."""

    level: Literal["error", "warning", "note"]
    code: str
    sentence: str
    advice: str = ""
    place: str = ""
    line_number: str = ""


class Change(Entity, frozen=True, kw_only=True):
    """Postings to make, lines whose earlier answers they replace, and remarks."""

    postings: tuple[Posting, ...] = ()
    replaces: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Who says it, how that partner speaks, and where in the document each part stands."""

    partner: str
    semantics: Semantics = Semantics()
    places: Mapping[str, str] = {}

    def place(self, path: str) -> str:
        """Return the place of the nearest part around a path such as `lines[0].acks[1]`."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, "")


def order_postings(order: PurchaseOrder, said: Said) -> tuple[Posting, ...]:
    """Return one `ordered` posting for each line of the order."""
    return tuple(
        post_line(
            order, line, "ordered", line.ordered, Told(said.partner, said.place(f"lines[{index}]"))
        )
        for index, line in enumerate(order.lines)
    )


def find_order_line(order: PurchaseOrder, number: str | None, item: Item) -> OrderLine | None:
    """Return the line meant: by its number, else the one line with that part (B-57)."""
    wanted = (number or "").lstrip("0")
    if wanted:
        return next((li for li in order.lines if li.line_number.lstrip("0") == wanted), None)
    same = [line for line in order.lines if _is_same_item(line.item, item)]
    return same[0] if len(same) == 1 else None


def _is_same_item(ours: Item, theirs: Item) -> bool:
    names = ("buyer", "vendor", "gtin")
    pairs = ((getattr(ours, name), getattr(theirs, name)) for name in names)
    return any(one is not None and one == other for one, other in pairs)


class Told(msgspec.Struct, frozen=True):
    """Who told it, where it stands, and with which answer."""

    partner: str
    place: str = ""
    status: LineStatus | None = None


def post_line(
    order: PurchaseOrder, line: OrderLine, kind: PostingKind, quantity: Quantity, told: Told
) -> Posting:
    """Return a posting on one line of an order."""
    promised = told.status.promised if told.status else None
    return Posting(
        po_number=order.po_number,
        line_number=line.line_number,
        kind=kind,
        quantity=quantity.value,
        unit=quantity.unit,
        promised_on=promised.on if promised else None,
        means=promised.means if promised else "",
        reason=(told.status.reason or "") if told.status else "",
        partner=told.partner,
        place=told.place,
    )
