"""Linting: which mappings there are, and what is wrong with them, by file and line."""

import typer

from console.authoring.library import AsJson, Names, list_wanted, open_library
from console.output import clean, show_error, show_json, show_line, show_table
from gateway.counted import counted
from translators.findings import Finding, has_errors
from translators.mapper.errors import MappingError, describe
from translators.mapper.head import read_format
from translators.mapper.house import check_tables
from translators.mapper.lint import check_mapping
from translators.mapper.load import Library
from translators.mapper.source import BlockNode


def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List all mappings: what each reads, makes and extends."""
    library = open_library(context)
    rows = [_describe(library, name) for name in library.list_mappings()]
    if as_json:
        show_json(rows)
        return
    columns = ("mapping", "reads", "makes", "extends")
    show_table(columns, [tuple(row[column] for column in columns) for row in rows])


def lint(
    context: typer.Context,
    names: Names = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check mappings by schema, compiler and cases, with file, line and column.

    Warnings tell of mappings without a case, lines of an overlay that change no case, and tables
    nobody uses. Exit code 1 where a mapping has a mistake.
    """
    library = open_library(context)
    found = {name: check_mapping(library, name) for name in list_wanted(library, names)}
    if not names and (unused := check_tables(library)):
        found["tables"] = unused
    if as_json:
        show_json([{"mapping": name, "findings": findings} for name, findings in found.items()])
    else:
        _show(found)
    if any(has_errors(findings) for findings in found.values()):
        raise typer.Exit(1)


def _show(found: dict[str, list[Finding]]) -> None:
    for name, findings in found.items():
        for finding in findings:
            show_error(
                clean(f"{finding.rule or f'{name}.yaml'}: {finding.level}: {_words(finding)}")
            )
    wrong = sum(has_errors(findings) for findings in found.values())
    several = counted(len(found) - ("tables" in found), "mapping")
    show_line(f"{several}, {wrong or 'none'} with mistakes")


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
