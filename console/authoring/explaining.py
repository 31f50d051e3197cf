"""Explaining: every canonical value of a file with its place and rule; every key of a mapping with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from console.asked import home_of
from console.authoring.choice import Choice, choose, name_of
from console.authoring.library import AsJson, open_library
from console.authoring.reading import read_documents
from console.authoring.translate import load_bytes
from console.output import show_findings, show_json, show_line, show_table
from console.refusal import RefusalError
from translators.findings import Finding, has_errors, without_repeats
from translators.mapper.errors import MappingError
from translators.mapper.explain import Value, explain
from translators.mapper.load import Library
from translators.mapper.origins import Origin, list_origins

SHOWN = 30  # of a value or a text; --json has it whole
INDENT = 2


class Reasons(msgspec.Struct, frozen=True, kw_only=True):
    """One document and why each of its values is what it is."""

    place: str
    kind: str = ""
    mapping: str = ""
    values: list[Value] = []
    findings: list[Finding] = []


def explain_(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(help="A file a partner sent (- reads stdin), or a mapping.")
    ],
    partner: Annotated[str, typer.Option(help="Use what is agreed with this partner.")] = "",
    mapping: Annotated[str, typer.Option(help="Use this mapping, such as base/855_4010.")] = "",
    field: Annotated[
        str, typer.Option(help="Only this field and what is in it, such as lines[0].acks.")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Tell of a file where each value stands and by which rule and table row it came about.

    Of a mapping: what it is with its base merged in, each key with the file and line it comes from.
    Exit code 1 where a document could not be used.
    """
    library = open_library(context)
    name = name_of(target)
    if library.find_file(f"{name}.yaml") is not None:
        _explain_mapping(library, name, as_json=as_json)
        return
    if not Path(target).exists() and target != "-":
        raise RefusalError(f"there is neither a file nor a mapping {target}")
    data = load_bytes(target)
    choice = choose(home_of(context), partner=partner, mapping=mapping, file_name=Path(target).name)
    reasons = list(_list_reasons(data, choice, field))
    if field and not any(one.values or has_errors(one.findings) for one in reasons):
        raise RefusalError(
            f"no value of {target} is called {field}; without --field all are listed"
        )
    if as_json:
        show_json([msgspec.to_builtins(one) for one in reasons])
    else:
        for one in reasons:
            _show_reasons(one)
    if any(has_errors(one.findings) for one in reasons):
        raise typer.Exit(1)


def _list_reasons(data: bytes, choice: Choice, field: str) -> Iterator[Reasons]:
    for part in read_documents(data, choice, quick=False):
        document = part.document
        if document is None or document.content is None:
            yield Reasons(place=part.place, findings=part.findings)
            continue
        reader = choice.find(document)
        if isinstance(reader, list):
            yield Reasons(place=part.place, kind=document.kind, findings=part.findings + reader)
            continue
        explained = explain(reader.source, document)
        further = without_repeats(part.findings, explained.mapped.findings)
        yield Reasons(
            place=part.place,
            kind=document.kind,
            mapping=reader.name,
            values=[one for one in explained.list_values() if one.field.startswith(field)],
            findings=[*part.findings, *further],
        )


def _show_reasons(reasons: Reasons) -> None:
    show_findings(reasons.findings, reasons.place)
    if not reasons.mapping:
        return
    show_line(f"{reasons.place}: {reasons.kind} by {reasons.mapping}")
    show_line()
    columns = ("field", "value", "stands at", "as it stands", "rule", "table row")
    show_table(columns, [_write_row(value) for value in reasons.values])
    show_line()


def _write_row(value: Value) -> tuple[str, ...]:
    return (
        value.field,
        _cut(value.value),
        _write_place(value),
        _cut(value.text),
        ", ".join([value.rule, *_write_lines(value)]),
        value.row,
    )


def _write_place(value: Value) -> str:
    """Return `byte 181, segment 2, BAK03`, `row 4, Menge`, or why it stands nowhere."""
    if not value.source:
        return value.origin
    place = value.place.partition(": ")[0] if value.place.startswith("segment ") else value.place
    source = () if place == value.source else (value.source,)
    byte = () if value.byte is None else (f"byte {value.byte}",)
    bad = ("unreadable",) if value.origin == "unreadable" else ()
    return ", ".join([*bad, *byte, place, *source])


def _write_lines(value: Value) -> Iterator[str]:
    """Yield `from base/855_4010.yaml:42` for keys of the rule that stand in another file."""
    file = value.rule.rpartition(":")[0]
    for key, where in value.lines.items():
        if where.rpartition(":")[0] != file:
            yield f"{key} {where}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _explain_mapping(library: Library, name: str, *, as_json: bool) -> None:
    try:
        own, _ = library.load_own(name)
        origins = list(list_origins(library.load_mapping(name).root, own))
    except MappingError as error:
        show_findings(error.findings, name)
        raise typer.Exit(1) from error
    if as_json:
        show_json([msgspec.to_builtins(origin) for origin in origins])
        return
    base = own.text("extends")
    lines = [(_write_key(origin), origin) for origin in origins if not origin.is_dropped]
    width = max((len(text) for text, _ in lines), default=0)
    for text, origin in lines:
        own_mark = "*" if base and origin.where.startswith(f"{name}.yaml:") else " "
        show_line(f"{text:<{width}} {own_mark} {origin.where}")
    for origin in origins:
        if origin.is_dropped:
            show_line(f"{origin.path} of the base is dropped * {origin.where}")
    if base:
        show_line(f"* is written by {name}, all else by {base}")


def _write_key(origin: Origin) -> str:
    blank = " " * (INDENT * origin.depth)
    key = "-" if origin.key == "-" else f"{origin.key}:"
    return f"{blank}{key} {origin.value}".rstrip()
