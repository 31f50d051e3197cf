"""Output: tables for people, JSON for programs, findings on stderr; what partners sent cannot steer a terminal."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import typer

from translators.findings import Finding, has_errors

WIDE = 10_000  # where nobody looks at a terminal, lines are never broken


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
    """Write a table on stdout, or stderr; broken to the width of a terminal, never cut in a pipe."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 seventy milliseconds that JSON does not need
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    stream = sys.stderr if error else sys.stdout
    console = Console(file=stream, width=None if stream.isatty() else WIDE, highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(value)) for value in row))
    with console.capture() as rendered:
        console.print(table)
    typer.echo("\n".join(line.rstrip() for line in rendered.get().splitlines()), err=error)


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


def show_error(text: str) -> None:
    """Write a text on stderr, each of its lines cleaned."""
    typer.echo("\n".join(clean(line) for line in text.split("\n")), err=True)


def show_findings(findings: Iterable[Finding], within: str = "") -> bool:
    """Write each finding as a line on stderr and return whether one of them is an error."""
    found = list(findings)
    for finding in found:
        where = f"{within}: " if within and within != finding.place else ""
        rule = f" [{finding.rule}]" if finding.rule else ""
        show_error(clean(f"{where}{finding}{rule}"))
    return has_errors(found)


def show_fields(pairs: Iterable[tuple[str, Any]]) -> None:
    """Write `name  value` lines for what is not empty."""
    kept = [(name, value) for name, value in pairs if value not in (None, "", ())]
    width = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        show_line(f"{name:<{width}}  {cell(value)}")
