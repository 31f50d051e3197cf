"""Translate: a file as canonical JSON, one entity a line; touches no ledger and no disk."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from console.asked import home_of
from console.authoring.choice import Choice, choose
from console.authoring.reading import read_documents
from console.output import show_error, show_findings, show_table
from console.refusal import RefusalError
from translators.findings import has_errors, without_repeats
from translators.mapper.read_mapping import Mapped


def translate(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="The file to read; - reads stdin.")],
    partner: Annotated[
        str, typer.Option(help="Use what is agreed with this partner, by kind and file name.")
    ] = "",
    mapping: Annotated[str, typer.Option(help="Use this mapping, such as base/855_4010.")] = "",
    *,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show on stderr where each part stands.")
    ] = False,
) -> None:
    """Write a file as canonical JSON, one entity a line; findings go to stderr.

    Without --partner and --mapping, X12 is read as the standard has it. Exit code 1 where a
    document could not be used.
    """
    data = load_bytes(file)
    choice = choose(home_of(context), partner=partner, mapping=mapping, file_name=Path(file).name)
    if not translate_bytes(data, choice, explain=explain):
        raise typer.Exit(1)


def translate_bytes(data: bytes, choice: Choice, *, explain: bool = False) -> bool:
    """Write the entities of a file and its findings; return whether it is free of errors."""
    is_fine = True
    for part in read_documents(data, choice):
        is_fine &= not show_findings(part.findings, part.place)
        if part.document is None:
            continue
        mapped = choice.map(part.document)
        further = without_repeats(part.findings, mapped.findings)
        is_fine &= not show_findings(further, part.place)
        is_used = mapped.json is not None and not has_errors(part.findings)
        if is_used:
            typer.echo(mapped.json)
        if explain:
            _show_places(part.place, mapped)
        if not is_used:
            show_error(f"{part.place}: no entity comes of it")
            is_fine = False
    return is_fine


def load_bytes(file: str) -> bytes:
    """Return the bytes of a file, or of stdin where it is `-`."""
    if file == "-":
        return sys.stdin.buffer.read()
    path = Path(file)
    if path.is_dir():
        raise RefusalError(f"{file} is a folder; name one file")
    if not path.is_file():
        raise RefusalError(f"there is no file {file}")
    return path.read_bytes()


def _show_places(place: str, mapped: Mapped) -> None:
    rows = [(path or "(the whole)", where) for path, where in mapped.places.items()]
    show_table((f"part of {place}", "stands at"), rows, error=True)
