"""X12: a file checked, shown loop by loop, or answered with its TA1 and 997."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from console.authoring.translate import load_bytes
from console.output import clean, show_error, show_findings, show_json
from translators.findings import Finding, has_errors
from translators.x12.acknowledge import Numbers, list_batches, write_acknowledgment
from translators.x12.files import read_file
from translators.x12.show import list_lines

app = typer.Typer(help="Look into X12 files; nothing is changed.", no_args_is_help=True)

File = Annotated[str, typer.Argument(help="The file to read; - reads stdin.")]


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="The files to check; - reads stdin.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List everything the standard finds wrong. Exit code 1 where an error is among it."""
    checked = [(name, _check(name)) for name in files]
    if as_json:
        show_json([{"file": name, "findings": found} for name, found in checked])
    else:
        for name, found in checked:
            show_findings(found, name)
            show_error(f"{name}: {_count(found)}")
    if any(has_errors(found) for _, found in checked):
        raise typer.Exit(1)


@app.command()
def show(
    file: File,
    *,
    elements: Annotated[
        bool, typer.Option("--elements", help="One line for each element, with its meaning.")
    ] = False,
) -> None:
    """Write a file indented by loop. Each segment has its name in the standard."""
    for line in list_lines(read_file(load_bytes(file)), elements=elements):
        typer.echo(clean(line))


@app.command()
def ack(file: File) -> None:
    """Write the TA1 and 997 that answer a file. Control numbers begin at 1; none is drawn."""
    drawn, is_fine = 0, True
    for interchange in read_file(load_bytes(file)).interchanges:
        numbers = Numbers(drawn + 1, drawn + 1)
        at = datetime.now(UTC).replace(tzinfo=None)
        data, found = write_acknowledgment(interchange, interchange.groups, numbers, at)
        is_fine &= not show_findings(found, f"interchange {interchange.ordinal}")
        if not data and not found:
            show_error(f"interchange {interchange.ordinal}: no answer is due")
        typer.echo(data, nl=False)
        drawn += max(1, len(list_batches(interchange.groups)))
    if not is_fine:
        raise typer.Exit(1)


def _check(name: str) -> list[Finding]:
    file = read_file(load_bytes(name))
    return [finding for _, found in file.list_findings() for finding in found]


def _count(found: list[Finding]) -> str:
    errors = sum(finding.level == "error" for finding in found)
    warnings = sum(finding.level == "warning" for finding in found)
    return f"{errors} errors, {warnings} warnings" if found else "nothing wrong"
