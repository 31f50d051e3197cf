"""Options: how a partner writes its tables, as a mapping declares it under `reads` or `makes`."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

_SPAN = re.compile(r"(.+?)\s*:\s*([0-9]{1,5})(?:-([0-9]{1,5}))?")


@dataclass(slots=True, frozen=True)
class Span:
    """A column of a file of fixed width: its name, its first and last character, from 1."""

    name: str
    first: int
    last: int


@dataclass(slots=True, frozen=True)
class TableOptions:
    """How a partner writes a table; `header_row` counts from 1, rows above it are skipped.

    `known` are the columns the mapping reads, by which the header of a sheet is found; `needed`
    those it has no other column or default for, without which a row is a total at best.
    """

    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    header_row: int = 0  # 0: not said
    wanted: tuple[str, ...] = ()  # columns without which the file cannot be meant
    sheet: str = ""
    same_rows_once: bool = False  # a row like an earlier one in every cell is left out
    spans: tuple[Span, ...] = ()
    known: AbstractSet[str] = field(default_factory=frozenset)
    needed: AbstractSet[str] = field(default_factory=frozenset)
    aliases: Mapping[str, str] = field(default_factory=dict)  # another header -> as it is known


def table_options(
    said: dict[str, str],
    wanted: tuple[str, ...] = (),
    known: AbstractSet[str] = frozenset(),
    needed: AbstractSet[str] = frozenset(),
) -> TableOptions:
    """Return the options a mapping declares under `reads` or `makes`."""
    delimiter = said.get("delimiter") or ("\t" if said.get("format") == "tsv" else ",")
    if delimiter in {"tab", "\\t"}:
        delimiter = "\t"
    if said.get("format") == "xlsx":
        delimiter = ""
    row = said.get("header_row", "")
    return TableOptions(
        delimiter=delimiter,
        encoding=said.get("encoding", "utf-8"),
        quote=said.get("quote", '"'),
        header_row=int(row) if row.isascii() and row.isdigit() else 0,
        wanted=wanted,
        sheet=said.get("sheet", ""),
        same_rows_once=said.get("same_rows") == "once",
        spans=tuple(
            span for line in said.get("columns", "").splitlines() if (span := read_span(line))
        ),
        known=known,
        needed=needed,
        aliases=dict(map(read_alias, said.get("aliases", "").splitlines())),
    )


def read_alias(line: str) -> tuple[str, str]:
    """Return the two headers `Menge neu: Menge` names, blanks counted once."""
    alias, _, name = line.rpartition(": ")
    return " ".join(alias.split()), " ".join(name.split())


def read_span(line: str) -> Span | None:
    """Return the column `PO Number: 1-10` says, None where it says none."""
    match = _SPAN.fullmatch(line.strip())
    if match is None:
        return None
    name, first, last = match.groups()
    span = Span(" ".join(name.split()), int(first), int(last or first))
    return span if 0 < span.first <= span.last else None
