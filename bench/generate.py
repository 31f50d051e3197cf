"""Write valid 850, 855 and 856 interchanges (004010) of any size, the same bytes for a seed."""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

Row = tuple[str, ...]

GROUP_CODES = {"850": "PO", "855": "PR", "856": "SH"}
NAMES = ("NORTH", "RIVER", "SUMMIT", "PIONEER", "DELTA", "HARBOR", "CEDAR", "VALLEY", "CROWN")
TRADES = ("SUPPLY", "TRADING", "TOOLS", "PLASTICS", "STEEL", "ELECTRIC", "PAPER", "PARTS")
STREETS = ("MAIN ST", "INDUSTRIAL PKWY", "OAK AVE", "COMMERCE DR", "COUNTY RD 12")
CITIES = (("COLUMBUS", "OH", "432"), ("DALLAS", "TX", "752"), ("RENO", "NV", "895"))
GOODS = ("BOLT HEX", "WASHER FLAT", "GLOVE NITRILE", "CABLE USB", "VALVE BALL", "TAPE PACKING")
FINISHES = ("1/4-20 X 1 IN", "BLACK", "12 PK", "ZINC PLATED", "HEAVY DUTY", "STAINLESS")
UNITS = ("EA", "CA", "BX", "DZ", "PK", "EA", "EA")
CARRIERS = ("UPSN", "FDEG", "ODFL", "RDWY", "SAIA")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write; at most one of the two sizes counts, documents where no bytes are said."""

    kind: str = "850"
    documents: int = 1
    bytes: int = 0
    lines: tuple[int, int] = (1, 20)
    sets_per_group: int = 100
    seed: int = 1
    end: str = "~"


@dataclass(slots=True)
class Written:
    """What a file holds, for rates."""

    bytes: int = 0
    segments: int = 0
    documents: int = 0
    groups: int = 0


@dataclass(frozen=True, slots=True)
class Goods:
    """One ordered thing: quantity, unit, cents, three numbers and its words."""

    quantity: int
    unit: str
    cents: int
    vendor: str
    upc: str
    buyer: str
    words: str

    @property
    def numbers(self) -> Row:
        """Three numbers with their qualifiers, as PO106 wants them."""
        return ("VN", self.vendor, "UP", self.upc, "BP", self.buyer)


def check_digit(digits: str) -> str:
    """Give the modulo 10 digit of GS1."""
    total = sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def money(cents: int) -> str:
    """Write cents as an amount with its point."""
    return f"{cents // 100}.{cents % 100:02d}"


def day(number: int) -> str:
    """Give a date of 2026; every month has 28 days here."""
    number %= 336
    return f"2026{number // 28 + 1:02d}{number % 28 + 1:02d}"


def goods(r: Random) -> Goods:
    """Give one thing to order."""
    upc = f"{r.randrange(10**11):011d}"
    return Goods(
        r.randrange(1, 500),
        r.choice(UNITS),
        r.randrange(25, 500_000),
        f"{r.choice('ABCDEFGHKM')}{r.randrange(10**5):05d}",
        upc + check_digit(upc),
        f"{r.randrange(10**8):08d}",
        f"{r.choice(GOODS)} {r.choice(FINISHES)}",
    )


def party(r: Random, role: str, *, reached: bool = False) -> list[Row]:
    """Give the N1 loop of one party, with a PER where it can be reached."""
    city, state, zone = r.choice(CITIES)
    name = f"{r.choice(NAMES)} {r.choice(TRADES)} INC"
    rows: list[Row] = [
        ("N1", role, name, "92", f"{r.randrange(10**7):07d}"),
        ("N3", f"{r.randrange(1, 9999)} {r.choice(STREETS)}"),
        ("N4", city, state, f"{zone}{r.randrange(100):02d}", "US"),
    ]
    if reached:
        rows.append(("PER", "RE", "RECEIVING DEPT", "TE", f"555{r.randrange(10**7):07d}"))
    return rows


def order_head(r: Random, today: int) -> list[Row]:
    """Give the segments of an 850 before its first line."""
    return [
        ("BEG", "00", r.choice(("SA", "NE")), f"PO{r.randrange(10**7):07d}", "", day(today)),
        ("CUR", "BY", "USD"),
        ("REF", "DP", f"{r.randrange(1000):03d}"),
        ("REF", "IA", f"{r.randrange(10**6):06d}"),
        ("PER", "BD", f"{r.choice(NAMES)} BUYER", "TE", f"555{r.randrange(10**7):07d}"),
        ("FOB", "CC"),
        ("ITD", "01", "3", "2", "", "10", "", "30"),
        ("DTM", "002", day(today + 14)),
        ("DTM", "010", day(today + 7)),
        *party(r, "BT"),
        *party(r, "ST", reached=r.random() < 0.5),
        *party(r, "SE"),
    ]


def ordered(number: int, item: Goods) -> list[Row]:
    """Give PO1 and PID of one line, alike in 850 and 855."""
    head = ("PO1", str(number), str(item.quantity), item.unit, money(item.cents), "")
    return [(*head, *item.numbers), ("PID", "F", "", "", "", item.words)]


def order(r: Random, lines: int, today: int) -> list[Row]:
    """Give the body of an 850."""
    rows = order_head(r, today)
    amount = quantity = 0
    for number in range(1, lines + 1):
        item = goods(r)
        amount += item.quantity * item.cents
        quantity += item.quantity
        rows += ordered(number, item)
        if r.random() < 0.3:
            rows.append(("REF", "CO", f"{r.randrange(10**8):08d}"))
        if r.random() < 0.2:
            rows.append(("DTM", "002", day(today + r.randrange(5, 30))))
    return [*rows, ("CTT", str(lines), str(quantity)), ("AMT", "TT", money(amount))]


def order_ack(r: Random, lines: int, today: int) -> list[Row]:
    """Give the body of an 855, one line in seven split over two dates."""
    number = f"PO{r.randrange(10**7):07d}"
    rows: list[Row] = [
        ("BAK", "00", "AC", number, day(today), "", "", "", "", day(today + 1)),
        ("REF", "VR", f"{r.randrange(10**6):06d}"),
        ("DTM", "067", day(today + 14)),
        *party(r, "ST"),
        *party(r, "SE"),
    ]
    for line in range(1, lines + 1):
        item = goods(r)
        rows += ordered(line, item)
        now = r.randrange(1, item.quantity) if r.random() < 0.15 and item.quantity > 1 else 0
        later = item.quantity - now
        if now:
            rows.append(("ACK", "IQ", str(now), item.unit, "068", day(today + 10)))
        code, wait = ("IB", 24) if now else ("IA", 10)
        rows.append(("ACK", code, str(later), item.unit, "068", day(today + wait)))
    return [*rows, ("CTT", str(lines))]


def shipment(r: Random, lines: int, today: int) -> list[Row]:
    """Give the HL of the shipment and what is said of it."""
    weight = str(r.randrange(10, 9000))
    return [
        ("HL", "1", "", "S"),
        ("TD1", "CTN", str(lines), "", "", "", "G", weight, "LB"),
        ("TD5", "B", "2", r.choice(CARRIERS), "M"),
        ("REF", "BM", f"{r.randrange(10**10):010d}"),
        ("REF", "CN", f"{r.randrange(10**12):012d}"),
        ("DTM", "011", day(today)),
        ("DTM", "017", day(today + 3)),
        *party(r, "SF"),
        *party(r, "ST"),
    ]


def packed(r: Random, number: int, parent: int, items: int) -> list[Row]:
    """Give one carton from HL number on, with its items."""
    serial = f"0{r.randrange(10**16):016d}"
    rows: list[Row] = [
        ("HL", str(number), str(parent), "P"),
        ("MAN", "GM", f"00{serial}{check_digit(serial)}"),
    ]
    for place in range(1, items + 1):
        item = goods(r)
        rows += [
            ("HL", str(number + place), str(number), "I"),
            ("LIN", "", *item.numbers[2:4], *item.numbers[:2], *item.numbers[4:]),
            ("SN1", "", str(item.quantity), item.unit),
            ("PID", "F", "", "", "", item.words),
        ]
    return rows


def ship_notice(r: Random, lines: int, today: int) -> list[Row]:
    """Give the body of an 856: shipment, orders, cartons, items."""
    hour = f"{r.randrange(24):02d}{r.randrange(60):02d}"
    rows: list[Row] = [("BSN", "00", f"SH{r.randrange(10**8):08d}", day(today), hour, "0001")]
    rows += shipment(r, lines, today)
    number, left = 1, lines
    while left:
        inside = r.randrange(1, min(left, 8) + 1)
        left -= inside
        number += 1
        mother = number
        rows += [
            ("HL", str(mother), "1", "O"),
            ("PRF", f"PO{r.randrange(10**8):08d}", "", "", day(today - 10)),
            ("REF", "DP", f"{r.randrange(1000):03d}"),
        ]
        while inside:
            items = r.randrange(1, min(inside, 3) + 1)
            inside -= items
            rows += packed(r, number + 1, mother, items)
            number += 1 + items
    return [*rows, ("CTT", str(number))]


BODIES: dict[str, Callable[[Random, int, int], list[Row]]] = {
    "850": order,
    "855": order_ack,
    "856": ship_notice,
}


def write_set(r: Random, wanted: Wanted, ordinal: int, written: Written) -> str:
    """Write one ST..SE."""
    number = f"{ordinal:04d}"
    body = BODIES[wanted.kind](r, r.randint(*wanted.lines), r.randrange(300))
    rows = [("ST", wanted.kind, number), *body, ("SE", str(len(body) + 2), number)]
    written.documents += 1
    written.segments += len(rows)
    return wanted.end.join(map("*".join, rows)) + wanted.end


def write_group(r: Random, wanted: Wanted, sets: int, written: Written) -> str:
    """Write one GS..GE."""
    written.groups += 1
    written.segments += 2
    number = str(written.groups)
    code = GROUP_CODES[wanted.kind]
    body = "".join(write_set(r, wanted, i, written) for i in range(1, sets + 1))
    head = ("GS", code, "BUYERCO", "SELLERCO", "20260401", "1200", number, "X", "004010")
    return f"{'*'.join(head)}{wanted.end}{body}GE*{sets}*{number}{wanted.end}"


def write_chunks(wanted: Wanted, written: Written) -> Iterator[str]:
    """Write one interchange piece by piece, a group at a time; counts into written."""
    r = Random(wanted.seed)  # noqa: S311 -- sample data, the same for a seed, is the point
    ids = f"*ZZ*{'BUYERCO':15}*ZZ*{'SELLERCO':15}*260401*1200*U*00401*000000001*0*P*>"
    head = f"ISA*00*{'':10}*00*{'':10}{ids}{wanted.end}"
    written.segments += 2
    written.bytes += len(head)
    yield head
    left = wanted.documents
    while written.bytes < wanted.bytes if wanted.bytes else left > 0:
        sets = wanted.sets_per_group if wanted.bytes else min(left, wanted.sets_per_group)
        left -= sets
        group = write_group(r, wanted, sets, written)
        written.bytes += len(group)
        yield group
    tail = f"IEA*{written.groups}*000000001{wanted.end}"
    written.bytes += len(tail)
    yield tail


def write_file(path: Path, wanted: Wanted) -> Written:
    """Write the file at path and tell what it holds."""
    written = Written()
    with path.open("w", encoding="ascii", newline="") as file:
        file.writelines(write_chunks(wanted, written))
    return written


def write_text(wanted: Wanted) -> str:
    """Give the interchange as one text."""
    return "".join(write_chunks(wanted, Written()))


def main() -> None:
    """Write one file as the command line says."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", type=Path)
    asked.add_argument("--kind", default="850", choices=sorted(BODIES))
    asked.add_argument("--documents", type=int, default=1)
    asked.add_argument("--bytes", type=int, default=0)
    asked.add_argument("--lines", type=int, nargs=2, default=(1, 20), help="fewest and most")
    asked.add_argument("--seed", type=int, default=1)
    a = asked.parse_args()
    wanted = Wanted(a.kind, a.documents, a.bytes, tuple(a.lines), seed=a.seed)
    print(a.out, write_file(a.out, wanted), file=sys.stderr)


if __name__ == "__main__":
    main()
