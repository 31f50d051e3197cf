"""Packing: whether what a ship notice says of packs and of earlier shipments fits what is known (B-72)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from canonical.changes import Remark
from canonical.packs import Sizes, find_other_size
from canonical.postings import Balance, Posting
from canonical.purchase_order import OrderLine
from canonical.ship_notice import ShipLine, ShipNotice

LineKey = tuple[str, str]


def check_packs(
    packed: ShipLine, line: OrderLine, posting: Posting, sizes: Sizes
) -> Iterator[Remark]:
    """Yield what was made of packs, or that they hold another number than is agreed."""
    shipped = packed.shipped
    if shipped is None or shipped.unit == posting.unit:
        return
    against = find_other_size(packed, line, sizes)
    if against:
        advice = "correct the packing or the quantity, or agree another pack with the buyer"
        yield _remark("error", "pack-differs", against, advice, posting)
    else:
        told = f"{shipped.value:f} {shipped.unit} are {posting.quantity:f} {posting.unit}"
        yield _remark("note", "unit-converted", told, "", posting)


def check_place(packed: ShipLine, line: OrderLine, posting: Posting) -> Iterator[Remark]:
    """Yield that goods go where their order line does not, or nobody knows where (B-77, B-83)."""
    places = [one.place for one in line.destinations]
    if packed.ship_to in places:
        return
    where = packed.ship_to or "no place that is named"
    sentence = f"goes to {where}; ordered for {', '.join(places)}"
    advice = "name the place in N1*ST as the order does (SDQ)"
    yield _remark("warning", "ship-to-unknown", sentence, advice, posting)


def check_to_date(
    notice: ShipNotice, postings: list[Posting], balances: Mapping[LineKey, Balance]
) -> Iterator[Remark]:
    """Yield the lines of which the maker has counted more or less than all that came here (SN104)."""
    ours: dict[LineKey, Decimal] = {}
    theirs: dict[LineKey, tuple[Decimal, Posting]] = {}
    for line, one in zip(notice.lines, postings, strict=True):
        key = (one.po_number, one.line_number)
        before = balances.get(key, Balance()).shipped
        ours[key] = ours.get(key, before) + one.quantity
        if line.shipped_to_date and line.shipped is not None:
            told = line.shipped_to_date * one.quantity / line.shipped.value
            theirs[key] = (max(told, theirs[key][0]) if key in theirs else told, one)
    for key, (told, posting) in theirs.items():
        if told != ours[key]:
            sentence = f"{told:f} {posting.unit} have left to date by their count, {ours[key]:f} by all notices"
            advice = "compare your notices with the buyer's: one is missing, or came twice"
            yield _remark("warning", "count-differs", sentence, advice, posting)


def _remark(level: str, code: str, sentence: str, advice: str, posting: Posting) -> Remark:
    return Remark(
        level=level,  # type: ignore[arg-type]
        code=code,
        sentence=f"line {posting.line_number} of order {posting.po_number}: {sentence}",
        advice=advice,
        place=posting.place,
        line_number=posting.line_number,
    )
