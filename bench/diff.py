"""What `mapping diff` costs over 10,000 archived documents: python -m bench.diff [--documents N]."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402

from bench.generate import Wanted, write_text  # noqa: E402
from gateway.clock import now  # noqa: E402
from gateway.gateway import Gateway, open_gateway  # noqa: E402
from gateway.ledger.tables import documents, files  # noqa: E402
from gateway.versions.compare import Comparison, Version, compare_versions  # noqa: E402
from translators.mapper.compile import compile_mapping  # noqa: E402
from translators.mapper.load import Library  # noqa: E402

TOGETHER = 500  # documents of a large file
X12 = (
    "delmar",
    "base/855_4010",
    "item.vendor:       [PO107+(06=VP)",
    "item.vendor:       [PO107+(06=UP)",
)
# Codes that its tables do not know, in every document: the fast pass declines, no entity comes of it.
UNKNOWN = ("acme", "acme/855", "ignore: [SAC]", "ignore: [SAC, DTM]")
CSV = ("borealis", "borealis/ack_csv", 'Preis, as: "number 1.234,5"', 'Preis, as: "number 1,234.5"')
HEADER = (
    "PO Number;Bestelldatum;Datum;Auftrag;Pos;Artikel;Artikel Lieferant;"
    "Menge bestellt;ME;Preis;Status;Menge;Liefertermin;Bearbeiter"
)
Case = tuple[str, tuple[str, str, str, str], Callable[[int], Iterator[bytes]], int]


@dataclass(slots=True, frozen=True)
class Measured:
    """How long one comparison took, and what it saw."""

    name: str
    change: str
    seconds: float
    documents: int
    differing: int


def single(count: int) -> Iterator[bytes]:
    """Yield files of one 855 each."""
    for seed in range(count):
        yield write_text(Wanted("855", documents=1, lines=(1, 9), seed=seed)).encode()


def large(count: int) -> Iterator[bytes]:
    """Yield interchanges of many 855s."""
    for seed in range(-(-count // TOGETHER)):
        yield write_text(Wanted("855", documents=TOGETHER, lines=(1, 9), seed=seed)).encode()


def sheets(count: int) -> Iterator[bytes]:
    """Yield sheets of a hundred orders with five rows each."""
    row = "45{po:08d};20.11.2026;24.11.2026;A{po};{pos};A-{pos};L-{pos};100;ST;1.250,50;Bestätigt;100;14.12.2026;X"
    for sheet in range(-(-count // 100)):
        rows = (
            row.format(po=sheet * 100 + one, pos=pos) for one in range(100) for pos in range(1, 6)
        )
        yield "\r\n".join([HEADER, *rows, ""]).encode("cp1252")


CASES: tuple[Case, ...] = (
    ("855, one a file", X12, single, 1),
    (f"855, {TOGETHER} a file", X12, large, TOGETHER),
    (f"855 of unknown codes, {TOGETHER} a file", UNKNOWN, large, TOGETHER),
    ("CSV, 100 a file", CSV, sheets, 100),
)


def fill(gateway: Gateway, case: Case, count: int) -> None:
    """Put the files of a case into the archive, and into the ledger that they were read."""
    _, (partner, mapping, _, _), write, each = case
    contents = list(write(count))
    at = now() - timedelta(days=1)
    with gateway.ledger.begin() as tx:
        for number, sha256 in enumerate(gateway.archive.store_all(contents), start=1):
            file_id = tx.execute(
                insert(files).values(
                    partner=partner, channel="bench", name=f"ack_{number}.csv", sha256=sha256,
                    size=len(contents[number - 1]), received_at=at, state="delivered", updated_at=at,
                )
            ).inserted_primary_key[0]  # fmt: skip
            row = {
                "file_id": file_id, "direction": "in", "partner": partner, "kind": "bench",
                "mapping": mapping, "state": "delivered", "created_at": at, "updated_at": at,
            }  # fmt: skip
            tx.execute(insert(documents), [row | {"ordinal": one + 1} for one in range(each)])


def measure(gateway: Gateway, case: Case, *, changed: bool) -> Measured:
    """Compare a mapping with itself changed in one key that every document shows, or none does."""
    name, (partner, mapping, before, after), _, _ = case
    library = gateway.shelf.library
    texts = library.load_texts(library.load_mapping(mapping).files)
    own = f"{mapping}.yaml"
    if before not in texts[own]:
        raise ValueError(before)
    new = texts | {own: texts[own].replace(before, after) if changed else f"{texts[own]}\n# same\n"}
    sides = [compile_mapping(Library((), one).load_mapping(mapping)) for one in (texts, new)]
    wanted = Comparison(
        partner=gateway.partners.get(partner),
        old=Version("before", sides[0]),
        new=Version("after", sides[1]),
    )
    start = perf_counter()
    found = compare_versions(gateway, wanted)
    seconds = perf_counter() - start
    change = "every document differs" if changed else "none differs"
    return Measured(name, change, seconds, found.documents, found.differing)


def main() -> None:
    """Measure all cases and write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    count = parser.parse_args().documents
    print("| archive | change | documents | differ | seconds |\n|---|---|---|---|---|")
    for case in CASES:
        home = Path(tempfile.mkdtemp(prefix="bench-diff-"))
        try:
            for folder in ("partners", "mappings"):
                shutil.copytree(ROOT / folder, home / folder)
            gateway = open_gateway(home)
            fill(gateway, case, count)
            for changed in (False, True):
                one = measure(gateway, case, changed=changed)
                seen = f"{one.documents:,} | {one.differing:,}"
                print(f"| {one.name} | {one.change} | {seen} | {one.seconds:.1f} |", flush=True)
            gateway.ledger.dispose()
        finally:
            shutil.rmtree(home)


if __name__ == "__main__":
    main()
