"""Compare: two files side by side, where they differ."""

from sqlalchemy import Connection

from console.output import show_line, show_table
from gateway.gateway import Gateway
from gateway.ledger.cases import CaseRow
from gateway.ledger.files import FileRow, find_file
from gateway.ledger.interchanges import find_contradicted
from translators.side_by_side import Pair, compare, without_alike

CONFLICT = "control-number-conflict"


def list_pairs(gateway: Gateway, first: FileRow, second: FileRow, *, whole: bool) -> list[Pair]:
    """Return both files piece by piece; only where they differ, unless all is wanted."""
    load = gateway.archive.load
    pairs = compare(load(first.sha256), load(second.sha256))
    return pairs if whole else without_alike(pairs)


def show_pairs(first: FileRow, second: FileRow, pairs: list[Pair]) -> None:
    """Write two files side by side."""
    if not pairs:
        show_line(f"file {first.id} and file {second.id} say the same")
        return
    names = (f"file {first.id} {first.name}", f"file {second.id} {second.name}")
    show_table(
        ("", names[0], "", "", names[1]),
        [
            (pair.first_number or "", pair.first, pair.sign, pair.second_number or "", pair.second)
            for pair in pairs
        ],
    )


def find_conflict(tx: Connection, case: CaseRow) -> tuple[FileRow, FileRow] | None:
    """Return the two files of a case about a control number: the one that was first, and the other."""
    number = case.subject.removeprefix("file ")
    if case.kind != CONFLICT or not number.isdigit():
        return None
    second = find_file(tx, int(number))
    known = find_contradicted(tx, second.id) if second else None
    first = find_file(tx, known.file_id) if known else None
    return (first, second) if first and second else None
