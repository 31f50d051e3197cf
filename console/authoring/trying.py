"""Trying: what a mapping makes of a file, side by side with the source; no ledger, no ERP."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from console.asked import home_of
from console.authoring.choice import choose, name_of
from console.authoring.show_trial import show_trials
from console.authoring.translate import load_bytes
from console.authoring.trial import MOST_PIECES, list_trials
from console.output import show_error, show_findings, show_json
from console.refusal import RefusalError
from gateway.settings import Site, content_roots
from gateway.shelf import Shelf
from translators.findings import has_errors
from translators.mapper.cases import run_writing
from translators.mapper.write_mapping import WriteMapping


def try_(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="The file to read; - reads stdin.")],
    partner: Annotated[str, typer.Option(help="Use what is agreed with this partner.")] = "",
    mapping: Annotated[str, typer.Option(help="Use this mapping, such as base/855_4010.")] = "",
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Show all of a large file, not its beginning.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON and nothing else.")] = False,
) -> None:
    """Show a file side by side with what a mapping makes of it, and all findings.

    Nothing is kept. With a mapping that writes, FILE is an entity as JSON. Exit code 1 where a
    document could not be used.
    """
    data = load_bytes(file)
    writer = _find_writer(context, mapping)
    if writer is not None:
        _write(writer, data)
        return
    choice = choose(home_of(context), partner=partner, mapping=mapping, file_name=Path(file).name)
    most = None if everything else MOST_PIECES
    trials = list(list_trials(data, choice, most))
    if as_json:
        show_json([msgspec.to_builtins(trial) for trial in trials])
    else:
        show_trials(trials, everything=everything)
    if any(has_errors(trial.findings) for trial in trials):
        raise typer.Exit(1)


def _find_writer(context: typer.Context, mapping: str) -> WriteMapping | None:
    if not mapping:
        return None
    found = Shelf(content_roots(Site(home=home_of(context)), "mappings")).find(name_of(mapping))
    return found if isinstance(found, WriteMapping) else None


def _write(writer: WriteMapping, data: bytes) -> None:
    """Write what becomes of an entity; raises Exit where an error is found."""
    try:
        written, findings = run_writing(writer, data)
    except msgspec.MsgspecError as error:
        sentence = f"{writer.name} writes {writer.entity}, and the file holds none: {error}"
        raise RefusalError(
            f"{sentence}; give its JSON, as cmgateway translate writes it"
        ) from error
    typer.echo(written, nl=False)
    if show_findings(findings):
        show_error("not all of it can be written")
        raise typer.Exit(1)
