"""Totals: whether CTT counts the lines of a set, and adds up their quantities (B-76).

Only in sets whose note on CTT is beyond doubt. Of an 830, 846, 861, 862 and 870 it is not: partners
count their lines by LIN, HL or RCD, and add up quantities of one kind or of all; their CTT is let be.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from translators.findings import Finding
from translators.x12.catalogue import make_finding
from translators.x12.delimiters import Delimiters
from translators.x12.places import locate, write_place
from translators.x12.structure import Segment, Set

COUNTED = {"850": "PO1", "855": "PO1", "860": "POC", "865": "POC", "810": "IT1", "856": "HL"}
# Where CTT02 adds up, as the notes of CTT in each set say: quantities ordered, changed, shipped, invoiced.
ADDED = {
    "850": ("PO1", 2),
    "855": ("PO1", 2),
    "860": ("POC", 3),
    "865": ("POC", 3),
    "810": ("IT1", 2),
    "856": ("SN1", 2),
}
_LAST = 6  # segments of a set among which CTT stands
_MOST = 15  # digits of a quantity, R 1/15
_HASH_DIGITS = 10  # data element 347 has at most so many; what is longer is cut on the left


def check_totals(set_: Set, delimiters: Delimiters) -> Iterator[Finding]:
    """Yield a warning where CTT01 is not the number of lines, in an 856 of HL, or CTT02 not their sum."""
    totals = [segment for segment in set_.segments[-_LAST:] if segment[0] == "CTT"]
    if not totals or set_.set_id not in COUNTED:
        return
    yield from _check_count(set_, totals[-1], delimiters)
    yield from _check_hash(set_, totals[-1], delimiters)


def _check_count(set_: Set, totals: Segment, delimiters: Delimiters) -> Iterator[Finding]:
    claimed, counted = totals.element(1), COUNTED[set_.set_id]
    count = sum(segment[0] == counted for segment in set_.segments)
    if not (claimed.isascii() and claimed.isdigit()) or len(claimed) > 9 or int(claimed) == count:
        return
    words: dict[str, object] = {"claimed": claimed, "count": count, "counted": counted}
    x12 = locate(totals, delimiters, element=1, reference="354", value=claimed)
    yield make_finding("line-count", x12, write_place(totals, delimiters), words)


def _check_hash(set_: Set, totals: Segment, delimiters: Delimiters) -> Iterator[Finding]:
    tag, at = ADDED[set_.set_id]
    claimed = totals.element(2)
    sums = add_up(segment.element(at) for segment in set_.segments if segment[0] == tag)
    if sums is None or not claimed or sums.fit(claimed):
        return
    plain = f"{sums.plain:f}"
    is_too_long = len(_take_digits(plain)) > _HASH_DIGITS
    words: dict[str, object] = {
        "claimed": claimed,
        "added": f"{tag}{at:02}",
        "sum": plain,
        "digits": sums.digits,
        "wanted": sums.digits if is_too_long else plain,
    }
    form = "" if sums.plain == sums.digits else "both"
    x12 = locate(totals, delimiters, element=2, reference="347", value=claimed)
    yield make_finding("hash-total", x12, write_place(totals, delimiters), words, form=form)


@dataclass(slots=True, frozen=True)
class Sums:
    """What quantities add up to: plainly, as many senders give it, and as data element 347 has it.

    That is without regard to decimal points and signs, cut on the left to ten digits.
    """

    plain: Decimal
    digits: int

    def fit(self, claimed: str) -> bool:
        """Return whether a hash total is one of both; one that is no number is another fault."""
        return _read(claimed) in (None, self.plain, self.digits)


def add_up(values: Iterable[str]) -> Sums | None:
    """Return the sums of numbers, of which some may be empty; None where one is no number."""
    plain, digits = Decimal(0), 0
    for value in filter(None, values):
        number = _read(value)
        if number is None:
            return None
        plain += number
        digits += int(_take_digits(value))
    return Sums(plain, digits % 10**_HASH_DIGITS)


def fit_hash(claimed: str, values: list[str]) -> bool:
    """Return whether a hash total fits the quantities of a set; whole numbers make one sum of both."""
    try:
        if str(sum(map(int, values))) == claimed:
            return True
    except ValueError:  # a decimal point, or nothing
        pass
    sums = add_up(values)
    return sums is None or sums.fit(claimed)


def _read(text: str) -> Decimal | None:
    """Return the number a text is; None of what is no number by X12, though Python reads it so."""
    digits = _take_digits(text)
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MOST
    return Decimal(text) if is_number else None


def _take_digits(text: str) -> str:
    return text.removeprefix("-").replace(".", "", 1)
