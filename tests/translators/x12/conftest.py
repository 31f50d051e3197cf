"""Builders of small X12 files, and the corpus where it lies."""

import csv
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

NOW = datetime(2025, 1, 8, 14, 30, tzinfo=UTC)

ORDER = (
    "BEG*00*SA*4500012345**20250108",
    "REF*DP*038",
    "N1*ST*MAIN WAREHOUSE*92*WH01",
    "N3*1 DOCK ROAD",
    "N4*RENO*NV*89501*US",
    "PO1*1*144*EA*12.5**BP*A-100*VP*X9",
    "PID*F****HEX BOLT",
    "PO1*2*10*EA*99**BP*A-200",
    "CTT*2",
)
ANSWER = (
    "BAK*00*AC*4500012345*20250108",
    "PO1*1*144*EA*12.5**BP*A-100",
    "ACK*IA*60*EA*067*20250120",
    "ACK*IB*84*EA*067*20250215",
    "CTT*1",
)
SHIPMENT = (
    "BSN*00*SHIP1*20250120*1200*0001",
    "HL*1**S",
    "TD1*CTN*2",
    "HL*2*1*O",
    "PRF*4500012345",
    "HL*3*2*I",
    "LIN*1*BP*A-100",
    "SN1*1*144*EA",
    "CTT*3",
)
BODIES = {"850": ORDER, "855": ANSWER, "856": SHIPMENT}
GROUPS = {"850": "PO", "855": "PR", "856": "SH", "862": "SS", "997": "FA"}


def build_set(
    set_id: str = "850", body: tuple[str, ...] | None = None, control: str = "0001"
) -> str:
    """Return ST..SE with the right count."""
    lines = BODIES[set_id] if body is None else body
    return "".join(
        f"{line}~" for line in (f"ST*{set_id}*{control}", *lines, f"SE*{len(lines) + 2}*{control}")
    )


def build_group(*sets: str, kind: str = "PO", control: int = 7, version: str = "004010") -> str:
    """Return GS..GE around sets."""
    head = f"GS*{kind}*BUYERGS*SELLERGS*20250108*1430*{control}*X*{version}~"
    return f"{head}{''.join(sets)}GE*{len(sets)}*{control}~"


def build_isa(
    *, control: int = 42, version: str = "00401", isa11: str = "U", ack: str = "0", usage: str = "P"
) -> str:
    """Return an ISA of 106 bytes."""
    return (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'BUYER':15}*01*{'SELLER':15}*250108*1430*{isa11}*{version}"
        f"*{control:09d}*{ack}*{usage}*>~"
    )


def build_file(*groups: str, isa: str | None = None, control: int = 42) -> bytes:
    """Return ISA..IEA around groups."""
    head = build_isa(control=control) if isa is None else isa
    return f"{head}{''.join(groups)}IEA*{len(groups)}*{control:09d}~".encode()


def build_one(set_id: str = "850", body: tuple[str, ...] | None = None, **group: str) -> bytes:
    """Return a file with one set."""
    kind = group.pop("kind", GROUPS[set_id])
    return build_file(build_group(build_set(set_id, body), kind=kind, **group))  # type: ignore[arg-type]


class Samples:
    """The builders, so that a test asks for one fixture."""

    now = NOW
    bodies = BODIES
    build_set = staticmethod(build_set)
    build_group = staticmethod(build_group)
    build_isa = staticmethod(build_isa)
    build_file = staticmethod(build_file)
    build_one = staticmethod(build_one)


@pytest.fixture(scope="session")
def samples() -> type[Samples]:
    return Samples


@pytest.fixture(scope="session")
def corpus() -> Callable[[str], list[tuple[dict[str, str], bytes]]]:
    """Return the corpus' files of a kind with their rows of the index."""
    default = Path(__file__).resolve().parents[4] / "shared" / "corpus"
    folder = Path(os.environ.get("CMGATEWAY_CORPUS", default))
    if not (folder / "INDEX.csv").is_file():
        pytest.skip(f"no corpus at {folder}; set CMGATEWAY_CORPUS")

    def list_files(kind: str) -> list[tuple[dict[str, str], bytes]]:
        with (folder / "INDEX.csv").open(encoding="utf-8") as index:
            rows = [row for row in csv.DictReader(index) if row["kind"] == kind]
        return [(row, (folder / row["file"]).read_bytes()) for row in rows]

    return list_files
