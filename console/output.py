"""Output: tables for people, JSON for programs, findings on stderr; what partners sent cannot steer a terminal."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TextIO

import msgspec
import typer
from msgspec.structs import replace

from console.shape import width_of, wrap
from translators.findings import Finding, has_errors

GAP = 2  # between two columns
WIDE = 10_000  # in a pipe a cell is never broken; a table is as wide as what it holds


def show_json(value: Any) -> None:
    """Write one JSON value on stdout; times are UTC with Z, decimals are text."""
    typer.echo(msgspec.json.format(msgspec.json.encode(plain(value)), indent=2).decode())


def plain(value: Any) -> Any:
    """Return the value as dicts, lists, numbers and text; `id` stands first."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        first = {"id": value["id"]} if "id" in value else {}
        return {str(key): plain(item) for key, item in (first | value).items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def show_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, error: bool = False
) -> None:
    """Write a table on stdout, or stderr; broken to the width of a terminal, never in a pipe.

    No heading is broken inside a word: where they do not fit, each row is written as fields.
    """
    stream = sys.stderr if error else sys.stdout
    width = width_of(stream)
    texts = [[cell(value) for value in row] for row in rows]
    if width is not None and _least_width(columns) > width:
        text = "\n\n".join(_write_fields(zip(columns, row, strict=True), width) for row in texts)
    else:
        text = _write_table(columns, texts, stream, width)
    typer.echo(text, err=error)


def _least_width(columns: Sequence[str]) -> int:
    return sum(_longest_word(column) for column in columns) + GAP * (len(columns) - 1)


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split()), default=1)


def _write_table(
    columns: Sequence[str], rows: list[list[str]], stream: TextIO, width: int | None
) -> str:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 seventy milliseconds that JSON does not need
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=stream, width=width or WIDE, highlight=False)
    table = Table(
        box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", collapse_padding=True
    )
    for column in columns:
        table.add_column(Text(column), overflow="fold", min_width=_longest_word(column))
    for row in rows:
        table.add_row(*(Text(text) for text in row))
    with console.capture() as rendered:
        console.print(table)
    return "\n".join(line.rstrip() for line in rendered.get().splitlines())


def cell(value: Any) -> str:
    """Return a value as a listing shows it; control characters become a dot."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return clean(str(value))


def clean(text: str) -> str:
    """Return the text on one line, without characters that a terminal would obey."""
    return "".join(char if char.isprintable() else "·" for char in text)


def show_line(text: str = "") -> None:
    """Write a text on stdout, each of its lines cleaned."""
    typer.echo("\n".join(clean(line) for line in text.split("\n")))


def show_wrapped(text: str, indent: int = 0) -> None:
    """Write a text on stdout, broken between words to the width of a terminal, never in a pipe."""
    before = " " * indent
    typer.echo("\n".join(wrap(clean(text), width_of(sys.stdout), before, before)))


def show_dim(lines: Iterable[str]) -> None:
    """Write lines on stdout, paler where a terminal can do that."""
    plainly = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    for line in lines:
        text = clean(line)
        typer.echo(text if plainly else typer.style(text, dim=True))


def show_error(text: str) -> None:
    """Write a text on stderr, each of its lines cleaned."""
    typer.echo("\n".join(clean(line) for line in text.split("\n")), err=True)


def show_findings(findings: Iterable[Finding], within: str = "") -> bool:
    """Write each finding as a line on stderr and return whether one of them is an error."""
    found = list(findings)
    for finding in found:
        where = f"{within}: " if within else ""
        told = replace(finding, place="") if within and within == finding.place else finding
        rule = f" [{finding.rule}]" if finding.rule else ""
        show_error(clean(f"{where}{told}{rule}"))
    return has_errors(found)


def show_fields(pairs: Iterable[tuple[str, Any]]) -> None:
    """Write `name  value` lines for what is not empty."""
    kept = [(name, cell(value)) for name, value in pairs if value not in (None, "", ())]
    typer.echo(_write_fields(kept, width_of(sys.stdout)))


def _write_fields(pairs: Iterable[tuple[str, str]], width: int | None) -> str:
    kept = [(name, value) for name, value in pairs if value]
    most = max((len(name) for name, _ in kept), default=0) + GAP
    return "\n".join(
        line
        for name, value in kept
        for line in wrap(clean(value), width, f"{name:<{most}}", " " * most)
    )
