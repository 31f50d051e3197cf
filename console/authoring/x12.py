"""X12: a file checked, shown loop by loop, or answered with its TA1 and 997."""

from typing import Annotated

import typer

from console.asked import home_of
from console.authoring.second_opinion import list_opinions, show_opinions
from console.authoring.translate import load_bytes
from console.output import clean, show_error, show_findings, show_json
from gateway.clock import now
from gateway.due import choose_functional
from gateway.partners import Partner, load_partners
from gateway.partners.tolerance import tolerance_of
from gateway.settings import Site
from translators.findings import Finding, has_errors
from translators.x12.acknowledge import Numbers, list_batches, write_acknowledgment
from translators.x12.files import X12File, read_file
from translators.x12.quirks import STRICT, Tolerance
from translators.x12.show import list_lines

app = typer.Typer(help="Look into X12 files; nothing is changed.", no_args_is_help=True)

File = Annotated[str, typer.Argument(help="The file to read; - reads stdin.")]
PartnerName = Annotated[
    str, typer.Option("--partner", help="Codes and quirks agreed with this partner are no fault.")
]


@app.command()
def check(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help="The files to check; - reads stdin.")],
    partner: PartnerName = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    second: Annotated[
        bool, typer.Option("--second-opinion", help="Show what pyx12 says of each set beside it.")
    ] = False,
) -> None:
    """List everything the standard finds wrong. Exit code 1 where an error is among it.

    A second opinion changes nothing: pyx12 is asked, the verdict is ours.
    """
    tolerance = _find_tolerance(_find_partner(context, partner))
    is_fine, shown = True, list[dict[str, object]]()
    for name in files:
        data = load_bytes(name)
        found = _check(read_file(data, tolerance))
        opinions = list_opinions(data, tolerance) if second else []
        is_fine &= not has_errors(found)
        told: dict[str, object] = {"file": name, "findings": found}
        shown.append(told | {"opinions": opinions} if second else told)
        if not as_json:
            show_findings(found, name)
            show_error(f"{name}: {_count(found)}")
            show_opinions(opinions)
    if as_json:
        show_json(shown)
    if not is_fine:
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
def ack(context: typer.Context, file: File, partner: PartnerName = "") -> None:
    """Write the TA1 and 997 (or 999) that answer a file. Control numbers begin at 1; none is drawn."""
    drawn, is_fine = 0, True
    known = _find_partner(context, partner)
    for interchange in _read(file, known).interchanges:
        numbers = Numbers(drawn + 1, drawn + 1)
        data, found = write_acknowledgment(
            interchange,
            interchange.groups,
            numbers,
            now(),
            functional=choose_functional(known) if known else "997",
        )
        is_fine &= not show_findings(found, f"interchange {interchange.ordinal}")
        if not data and not found:
            show_error(f"interchange {interchange.ordinal}: no answer is due")
        typer.echo(data, nl=False)
        drawn += max(1, len(list_batches(interchange.groups)))
    if not is_fine:
        raise typer.Exit(1)


def _find_partner(context: typer.Context, name: str) -> Partner | None:
    return load_partners(Site(home=home_of(context))).get(name) if name else None


def _read(name: str, partner: Partner | None) -> X12File:
    """Return the file, by what is tolerated of the partner today."""
    return read_file(load_bytes(name), _find_tolerance(partner))


def _find_tolerance(partner: Partner | None) -> Tolerance:
    return tolerance_of(partner, now().date()) if partner else STRICT


def _check(file: X12File) -> list[Finding]:
    return [finding for _, found in file.list_findings() for finding in found]


def _count(found: list[Finding]) -> str:
    errors = sum(finding.level == "error" for finding in found)
    warnings = sum(finding.level == "warning" for finding in found)
    return f"{errors} errors, {warnings} warnings" if found else "nothing wrong"
