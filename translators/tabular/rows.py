"""Rows: what a table of text holds, each row with its number in the file."""

from dataclasses import dataclass, field

from msgspec import Struct

from translators.document import Document
from translators.findings import Finding

# What we add to a sheet that goes back to its sender; when it comes again they say nothing.
ANSWER_COLUMNS = ("gateway_status", "gateway_reason")


class Row(Struct, frozen=True):
    """One row: its number in the file, counted from 1 with the header, and its cells by header."""

    number: int
    values: dict[str, str]


@dataclass(slots=True)
class Rows:
    """All rows of a file, their header, and what was found wrong with them."""

    header: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def drop_answers(rows: Rows) -> None:
    """Leave out the columns we added when the sheet went back to its sender."""
    added = [name for name in ANSWER_COLUMNS if name in rows.header]
    if not added:
        return
    rows.header = tuple(name for name in rows.header if name not in added)
    for row in rows.rows:
        for name in added:
            row.values.pop(name, None)


def group_documents(rows: Rows, one_per: str | None, kind: str = "csv") -> list[Document]:
    """Return one document per text in the column `one_per`, in the order of first sight.

    Rows with nothing in that column are one document of their own, so that none is lost; without
    `one_per` all rows are one document. What was found in a row stands with its document, what
    was found in the file with the first.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows.rows:
        groups.setdefault(row.values.get(one_per, "").strip() if one_per else "", []).append(row)
    documents = [
        Document(kind=kind, place=place_of_rows(group), content=group, findings=[])
        for group in groups.values()
    ]
    if not documents:
        return [Document(kind=kind, place="the whole file", findings=list(rows.findings))]
    place = {f"row {row.number}": at for at, one in enumerate(documents) for row in one.content}
    for finding in rows.findings:
        documents[place.get(finding.place, 0)].findings.append(finding)
    return documents


def place_of_rows(rows: list[Row]) -> str:
    """Return `row 4`, `rows 2-5` or `rows 2, 4-5`, long lists cut."""
    if len(rows) == 1:
        return f"row {rows[0].number}"
    runs: list[list[int]] = []
    for row in rows:
        if runs and row.number == runs[-1][1] + 1:
            runs[-1][1] = row.number
        else:
            runs.append([row.number, row.number])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs[:4])
    return f"rows {shown}{', …' if len(runs) > 4 else ''}"
