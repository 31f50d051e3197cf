"""Agreeing: a mapping as a sheet to mail to the partner, with what stands in the partner's own sample."""

import re
from pathlib import Path
from typing import Annotated

import typer

from console.authoring.choice import name_of
from console.authoring.library import AsJson, must_have, open_library
from console.authoring.translate import load_bytes
from console.output import show_findings, show_json
from console.refusal import RefusalError
from translators.mapper.compile import compile_traced
from translators.mapper.errors import MappingError
from translators.mapper.explain import Value, explain, without_numbers
from translators.mapper.load import Library
from translators.mapper.mapping import Mapping
from translators.mapper.sheet import COLUMNS, list_rows
from translators.reading import read_documents

_COMMENT = re.compile(r"""^(?:[^'"#]|'[^']*'|"[^"]*"|(?<=\S)['"#])*?\s#\s*(.*)$""")


def sheet(
    context: typer.Context,
    mapping: Annotated[str, typer.Argument(help="The mapping, such as base/855_4010.")],
    sample: Annotated[str, typer.Option(help="A file of the partner, to show its values.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Write a mapping as CSV to mail to the partner: our field, theirs, rule, codes, remark, sample.

    It is the overlay with its base merged in; remarks are the comments on the lines of the files.
    """
    library = open_library(context)
    name = must_have(library, name_of(mapping))
    try:
        loaded = library.load_mapping(name)
        values = _read_sample(loaded, sample) if sample else {}
    except MappingError as error:
        show_findings(error.findings, name)
        raise typer.Exit(1) from error
    rows = list(list_rows(loaded, _list_comments(library, loaded), values))
    if as_json:
        show_json(rows)
        return
    from translators.tabular.csv_writer import write_csv  # noqa: PLC0415 not for JSON
    from translators.tabular.options import TableOptions  # noqa: PLC0415

    typer.echo(write_csv(COLUMNS, rows, TableOptions()).data, nl=False)


def _read_sample(mapping: Mapping, sample: str) -> dict[tuple[str, str], Value]:
    """Return the first value each line of the mapping gave, by field and file:line."""
    if mapping.is_outbound:
        raise RefusalError(f"{mapping.name} writes files; only what reads one can show a sample")
    found: dict[tuple[str, str], Value] = {}
    for document in read_documents(load_bytes(sample), compile_traced(mapping)[0]):
        if document.content is None:
            show_findings(document.findings, document.place)
            continue
        for value in explain(mapping, document).list_values():
            found.setdefault((without_numbers(value.field), value.rule), value)
    if not found:
        raise RefusalError(
            f"{mapping.name} reads nothing of {sample}; "
            f"see cmgateway mapping try {sample} --mapping {mapping.name}"
        )
    return found


def _list_comments(library: Library, mapping: Mapping) -> dict[str, str]:
    """Return the comment at the end of each line of the files of a mapping, by file:line."""
    comments: dict[str, str] = {}
    for file in mapping.files:
        path: Path | None = library.find_file(file) if file.endswith(".yaml") else None
        lines = path.read_text(encoding="utf-8").splitlines() if path else []
        for number, line in enumerate(lines, 1):
            found = _COMMENT.match(line)
            if found and not line.lstrip().startswith("#"):
                comments[f"{file}:{number}"] = found.group(1).strip()
    return comments
