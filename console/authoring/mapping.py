"""Mappings: which there are, and what is wrong with them, by file and line."""

from typing import Annotated

import typer

from console.asked import home_of
from console.authoring.choice import name_of
from console.authoring.trying import try_
from console.output import clean, show_error, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.counted import counted
from gateway.settings import Site, content_roots
from translators.findings import Finding, has_errors
from translators.mapper.errors import MappingError, describe
from translators.mapper.head import read_format
from translators.mapper.lint import check_mapping
from translators.mapper.load import Library
from translators.mapper.source import BlockNode
from translators.mapper.suggest import did_you_mean

app = typer.Typer(help="What the words of partners mean.", no_args_is_help=True)
app.command("try")(try_)

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON and nothing else.")]


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List all mappings: what each reads, makes and extends."""
    library = _open_library(context)
    rows = [_describe(library, name) for name in library.list_mappings()]
    if as_json:
        show_json(rows)
        return
    columns = ("mapping", "reads", "makes", "extends")
    show_table(columns, [tuple(row[column] for column in columns) for row in rows])


@app.command()
def lint(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Mappings such as base/855_4010; without, all.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check mappings by schema and compiler. Exit code 1 where one has a mistake."""
    library = _open_library(context)
    wanted = [name_of(name) for name in names or ()] or library.list_mappings()
    found = {name: _check(library, name) for name in wanted}
    if as_json:
        show_json([{"mapping": name, "findings": findings} for name, findings in found.items()])
    else:
        _show(found)
    if any(has_errors(findings) for findings in found.values()):
        raise typer.Exit(1)


def _open_library(context: typer.Context) -> Library:
    return Library(content_roots(Site(home=home_of(context)), "mappings"))


def _check(library: Library, name: str) -> list[Finding]:
    if library.find_file(f"{name}.yaml") is None:
        advice = did_you_mean(name, library.list_mappings())
        raise RefusalError(f"there is no mapping {name}; {advice}")
    return check_mapping(library, name)


def _show(found: dict[str, list[Finding]]) -> None:
    for name, findings in found.items():
        for finding in findings:
            show_error(
                clean(f"{finding.rule or f'{name}.yaml'}: {finding.level}: {_words(finding)}")
            )
    wrong = sum(has_errors(findings) for findings in found.values())
    show_line(f"{counted(len(found), 'mapping')}, {wrong or 'none'} with mistakes")


def _words(finding: Finding) -> str:
    return describe(finding).removeprefix(f"{finding.rule}: ")


def _describe(library: Library, name: str) -> dict[str, str]:
    described = {"mapping": name, "reads": "", "makes": "", "extends": ""}
    try:
        own, _ = library.load_own(name)
        merged = library.load_mapping(name).root
    except MappingError as error:
        return described | {"reads": "cannot be read", "makes": clean(str(error))[:80]}
    said = {"reads": _format_of(merged, "reads"), "makes": _format_of(merged, "makes")}
    return described | said | {"extends": own.text("extends")}


def _format_of(root: BlockNode, key: str) -> str:
    said = read_format(root, key)
    return said if isinstance(said, str) else said.get("format", "")
