"""Changes: what a document means for an order, as postings and remarks; pure, no ledger."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from canonical.order_ack import LineStatus
from canonical.packs import Sizes
from canonical.places import check_places
from canonical.postings import Posting, PostingKind
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Entity, Item, Quantity
from canonical.tolerances import Tolerances


class Semantics(Entity, frozen=True, kw_only=True):
    """How one partner uses what the standard leaves open (B-58 to B-62)."""

    bp_quantity: Literal["backordered", "accepted"] = "backordered"
    repeated_acks: Literal["split", "facets"] = "split"
    silence: Literal["as_header", "accepted", "rejected", "open"] = "as_header"
    changes_hold: Literal["when_answered", "when_sent"] = "when_answered"
    status_reports: Literal["told", "binding"] = "told"


class Remark(Entity, frozen=True, kw_only=True):
    """Something a person should know about a change; becomes a finding."""

    level: Literal["error", "warning", "note"]
    code: str
    sentence: str
    advice: str = ""
    place: str = ""
    line_number: str = ""
    po_number: str = ""


class Change(Entity, frozen=True, kw_only=True):
    """Postings to make, lines whose earlier answers they replace, and remarks."""

    postings: tuple[Posting, ...] = ()
    replaces: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Who says it, how that partner speaks, and where in the document each part stands."""

    partner: str
    semantics: Semantics = Semantics()
    tolerances: Tolerances = Tolerances()
    packs: Sizes = ()
    agreed_prices: Mapping[str, frozenset[Decimal]] = {}  # of one unit, by line, beside the order's
    places: Mapping[str, str] = {}

    def place(self, path: str) -> str:
        """Return the place of the nearest part around a path such as `lines[0].acks[1]`."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, "")


MOST_OF_NUMBER = 22  # BEG03, element 324
MOST_OF_LINE = 20  # PO101, element 350
_FORMULA = ("=", "+", "-", "@")  # a spreadsheet would reckon with what begins so


def check_order(order: PurchaseOrder, said: Said) -> tuple[Remark, ...]:
    """Return what stands against releasing an order: its number, its lines' numbers and amounts."""
    remarks = [*_check_number(order, said)]
    seen = set[str]()
    for index, line in enumerate(order.lines):
        place = said.place(f"lines[{index}]")
        remarks += _check_line(order, line, place)
        if remarks and remarks[-1].code == "bad-line-number":
            continue
        key = _key_of(line.line_number)
        if key in seen:
            remarks.append(_line_twice(order, line, place))
        seen.add(key)
    return tuple(remarks)


def _check_number(order: PurchaseOrder, said: Said) -> list[Remark]:
    number = order.po_number
    why = ""
    if not number.isprintable():
        why = "holds a character that cannot be printed"
    elif number != number.strip():
        why = "begins or ends with a blank"
    elif len(number) > MOST_OF_NUMBER:
        why = f"has {len(number)} characters; {MOST_OF_NUMBER} are the most an 850 carries (BEG03)"
    elif number.startswith(_FORMULA):
        why = f"begins with {number[0]}, which spreadsheets take for a formula"
    if not why:
        return []
    shown = repr(number[:60])
    return [
        Remark(
            level="error",
            code="bad-order-number",
            sentence=f"order number {shown} {why}",
            advice="give the order another number and release it again; numbers are never changed here",
            place=said.place(""),
        )
    ]


def _check_line(order: PurchaseOrder, line: OrderLine, place: str) -> list[Remark]:
    number = line.line_number
    if not number.isprintable() or len(number) > MOST_OF_LINE:
        return [_bad_line_number(order, number, place)]
    about = f"line {number} of order {order.po_number}"
    remarks = []
    if line.ordered.value <= 0:
        sentence = f"{about}: {line.ordered.value:f} {line.ordered.unit} are ordered"
        advice = "order more than 0, or leave the line out"
        remarks.append(bad_quantity(sentence, advice, place, line.line_number))
    against = check_places(line)
    if against:
        remarks.append(
            Remark(
                level="error",
                code="places-differ",
                sentence=f"{about} {against}",
                advice="let the places add up to the line, each named once",
                place=place,
                line_number=line.line_number,
            )
        )
    if line.unit_price is not None and line.unit_price < 0:
        remarks.append(
            Remark(
                level="error",
                code="bad-price",
                sentence=f"{about}: the price is {line.unit_price:f}",
                advice="enter a price of 0 or more",
                place=place,
                line_number=line.line_number,
            )
        )
    return remarks


def _bad_line_number(order: PurchaseOrder, number: str, place: str) -> Remark:
    most = f"an 850 carries {MOST_OF_LINE} (PO101)"
    return Remark(
        level="error",
        code="bad-line-number",
        sentence=f"order {order.po_number} has a line {number[:60]!r}: not printable, or longer than {most}",
        advice="give the line another number",
        place=place,
    )


def _line_twice(order: PurchaseOrder, line: OrderLine, place: str) -> Remark:
    return Remark(
        level="error",
        code="line-twice",
        sentence=f"order {order.po_number} has line {line.line_number} twice",
        advice="give each line a number of its own; leading zeros do not make a difference",
        place=place,
        line_number=line.line_number,
    )


def bad_quantity(sentence: str, advice: str, place: str, line_number: str) -> Remark:
    """Return the error of a quantity that nobody can order, make or send."""
    return Remark(
        level="error",
        code="bad-quantity",
        sentence=sentence,
        advice=advice,
        place=place,
        line_number=line_number,
    )


def order_postings(order: PurchaseOrder, said: Said) -> tuple[Posting, ...]:
    """Return one `ordered` posting for each line of the order, or for each place of a line."""
    return tuple(
        posting
        for index, line in enumerate(order.lines)
        for posting in _ordered(order, line, Told(said.partner, said.place(f"lines[{index}]")))
    )


def _ordered(order: PurchaseOrder, line: OrderLine, told: "Told") -> list[Posting]:
    posting = post_line(order, line, "ordered", line.ordered, told)
    if not line.destinations:
        return [posting]
    return [
        msgspec.structs.replace(posting, quantity=one.quantity.value, ship_to=one.place)
        for one in line.destinations
    ]


def find_order_line(order: PurchaseOrder, number: str | None, item: Item) -> OrderLine | None:
    """Return the line meant: by its number, else the one line with that part (B-57)."""
    wanted = _key_of(number or "")
    if wanted:
        return next((li for li in order.lines if _key_of(li.line_number) == wanted), None)
    same = [line for line in order.lines if _is_same_item(line.item, item)]
    return same[0] if len(same) == 1 else None


def _key_of(line_number: str) -> str:
    return line_number.lstrip("0")


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
