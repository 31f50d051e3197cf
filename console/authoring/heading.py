"""Heading: how the header of a held table drifted, what is likely meant, and how that is accepted."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from console.asked import actor, home_of, open_site
from console.authoring.library import AsJson
from console.output import show_findings, show_json, show_line, show_table
from console.refusal import RefusalError
from translators.drafting.add_aliases import add_aliases
from translators.drafting.yaml_text import quote
from translators.findings import Finding, has_errors
from translators.mapper.lint import check_mapping
from translators.mapper.load import Library

if TYPE_CHECKING:
    from gateway.drift import Drift
    from gateway.gateway import Gateway
    from gateway.ledger.files import FileRow


def header(  # noqa: PLR0913 one parameter an option
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="The held file: id, SHA-256 or name.")],
    alias: Annotated[
        list[str] | None, typer.Option(help="What a new column is, as NEW=OLD; may be repeated.")
    ] = None,
    *,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take the header as it is from now on.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why it is accepted; kept.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show how the header of a held table differs from the last one, and what its columns are now.

    --accept writes the aliases into the mapping and takes columns that nothing is like as gone for
    good; then `cmgateway rerun FILE` does the file.
    """
    from gateway.drift import say_unpublished  # noqa: PLC0415 loads the database

    gateway = open_site(context)
    row, drift = _find(gateway, file)
    drift = _with_said(drift, alias or [])
    if accept:
        _accept(gateway, home_of(context), row, drift, reason)
    elif as_json:
        show_json(msgspec.to_builtins(drift) | {"file": row.id})
    else:
        _show(drift, row, say_unpublished(gateway, row))


def _find(gateway: "Gateway", key: str) -> tuple["FileRow", "Drift"]:
    from gateway.drift import find_file_drift  # noqa: PLC0415 loads the database
    from gateway.ledger.files import find_file  # noqa: PLC0415

    with gateway.ledger.read() as tx:
        row = find_file(tx, key)
    if row is None:
        raise RefusalError(f"there is no file {key} in the ledger")
    drift = find_file_drift(gateway.look_for_versions().for_partner(row.partner), row)
    if drift is None:
        raise RefusalError(f"file {row.id} has the header that is known; nothing is to be accepted")
    return row, drift


def _with_said(drift: "Drift", said: list[str]) -> "Drift":
    """Return the drift with the aliases a person gave in place of those that were found."""
    from translators.drafting.resemble import Alias  # noqa: PLC0415 loads rapidfuzz

    given = []
    for one in said:
        found, equals, column = (part.strip() for part in one.partition("="))
        if not equals or found not in drift.now or column not in drift.lost:
            lost = ", ".join(drift.lost) or "none"
            raise RefusalError(f"--alias {one}: write NEW=OLD, OLD one of those gone: {lost}")
        evidence = ("you said so",)
        given.append(Alias(column=column, found=found, confidence=1.0, evidence=evidence))
    taken = {one.column for one in given} | {one.found for one in given}
    rest = [one for one in drift.aliases if not taken & {one.column, one.found}]
    return msgspec.structs.replace(drift, aliases=(*given, *rest))


def _show(drift: "Drift", row: "FileRow", unpublished: str) -> None:
    by_column = {one.column: one for one in drift.aliases}
    show_line(f"file {row.id} {row.name} of {drift.partner}, read by {drift.mapping}")
    show_line()
    rows = []
    for name in drift.lost:
        one = by_column.get(name)
        found = (
            (one.found, f"{one.confidence:.2f}", "; ".join(one.evidence)) if one else ("", "", "")
        )
        rows.append((name, *found))
    rows += [(name, name, "", "known by its place alone, and others moved") for name in drift.moved]
    show_table(("column that is gone", "seems to be now", "sure", "because"), rows)
    show_line()
    if unpublished:
        show_line(unpublished)
        return
    if drift.aliases:
        show_line(f"to add under reads in mappings/{drift.mapping}.yaml:")
        show_line(f"  aliases: {_write(drift)}")
    show_line(f"cmgateway mapping header {row.id} --accept --reason … does it; then")
    show_line(f"cmgateway rerun {row.id}")


def _write(drift: "Drift") -> str:
    told = (f"{quote(one.found)}: {quote(one.column)}" for one in drift.aliases)
    return f"{{{', '.join(told)}}}"


def _accept(gateway: "Gateway", home: Path, row: "FileRow", drift: "Drift", reason: str) -> None:
    from gateway.drift import accept as accept_drift  # noqa: PLC0415 loads the database
    from gateway.drift import say_unpublished  # noqa: PLC0415
    from gateway.ledger.actions import Action  # noqa: PLC0415

    if not reason.strip():
        raise RefusalError("say with --reason why the header is accepted; the ledger keeps it")
    named = {one.column for one in drift.aliases}
    gone = [name for name in drift.lost if name not in named]
    if needed := [name for name in gone if name in drift.needed]:
        raise RefusalError(
            f"nothing is like column {needed[0]!r}, and {drift.mapping} has no other for it: name it "
            f"with --alias NEW={needed[0]}, or take out the rule that reads it, and rerun the file"
        )
    if drift.aliases:
        _change_mapping(gateway.shelf.library, home, drift)
    action = Action(
        actor=actor(), verb="accept header", subject=f"file {row.id}", reason=reason.strip()
    )
    with gateway.ledger.begin() as tx:
        accept_drift(tx, drift, row.id, action)
    if gone:
        show_line(f"gone for good: {', '.join(gone)}")
    unpublished = say_unpublished(gateway, row)
    show_line(f"accepted; {unpublished or f'now cmgateway rerun {row.id}'}")


def _change_mapping(library: Library, home: Path, drift: "Drift") -> None:
    """Write the aliases into the site's own file; it is as before where lint would not have it."""
    path = home / "mappings" / f"{drift.mapping}.yaml"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    changed = add_aliases(text, {one.found: one.column for one in drift.aliases}) if text else None
    if changed is None:
        advice = f"add it by hand: reads: {{aliases: {_write(drift)}}}"
        raise RefusalError(f"mappings/{drift.mapping}.yaml has no reads of its own; {advice}")
    path.write_text(changed, encoding="utf-8")
    found: list[Finding] = check_mapping(library, drift.mapping)
    if has_errors(found):
        path.write_text(text, encoding="utf-8")
        show_findings(found)
        raise RefusalError(f"mappings/{drift.mapping}.yaml is left as it was")
    show_line(f"changed mappings/{drift.mapping}.yaml: aliases: {_write(drift)}")
