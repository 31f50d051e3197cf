"""Covering: what the files in the archive of a site needed of each mapping, and what nobody reads of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from console.asked import open_site
from console.authoring.choice import choose_agreed, name_of
from console.authoring.library import AsJson, Names, must_have
from console.authoring.reading import read_documents
from console.output import show_json, show_line, show_table
from console.times import read_time
from gateway.counted import counted
from translators.document import Document
from translators.mapper.usage import Remark, Usage

if TYPE_CHECKING:
    from gateway.gateway import Gateway
    from gateway.ledger.files import FileRow

BEGIN = datetime(1970, 1, 1)  # noqa: DTZ001 the ledger keeps UTC without a zone


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the documents of the archive say about one mapping."""

    mapping: str
    documents: int
    remarks: list[Remark]


def coverage(
    context: typer.Context,
    names: Names = None,
    since: Annotated[
        str, typer.Option(help="Files received since then (UTC), as 2026-11-26; else all.")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List what archived files never needed of their mappings, and what of them nobody reads.

    Content never read, rules that never gave a value, defaults used, table rows unused. Files are
    read again with today's mappings; nothing is changed.
    """
    gateway = open_site(context)
    begin = read_time(since, "--since") if since else BEGIN
    library = gateway.shelf.library
    wanted = {must_have(library, name_of(name)) for name in names or ()}
    found = [
        Coverage(mapping=name, documents=usage.documents, remarks=list(usage.list_remarks()))
        for name, usage in sorted(_count_usage(gateway, begin).items())
        if not wanted or name in wanted
    ]
    if as_json:
        show_json([msgspec.to_builtins(one) for one in found])
        return
    for one in found:
        _show(one)
    if not found:
        show_line("no archived document of that time is read by these mappings")


def _count_usage(gateway: "Gateway", begin: datetime) -> dict[str, Usage]:
    from gateway.ledger.files import list_files_between  # noqa: PLC0415 loads the database

    with gateway.ledger.read() as tx:
        files = [one for one in list_files_between(tx, begin) if one.duplicate_of is None]
    counts: dict[str, Usage] = {}
    for file in files:
        for usage, document in _list_mapped(gateway, file, counts):
            usage.add(document, file.name)
    return counts


def _list_mapped(
    gateway: "Gateway", file: "FileRow", counts: dict[str, Usage]
) -> Iterator[tuple[Usage, Document]]:
    """Yield each document of an archived file that a mapping reads, with the usage of that mapping."""
    partner = gateway.partners.partners.get(file.partner)
    if partner is None:
        return
    choice = choose_agreed(gateway.shelf, partner, file.name)
    if not gateway.archive.has(file.sha256):  # deleted after its time
        return
    for part in read_documents(gateway.archive.load(file.sha256), choice, quick=False):
        if part.document is None or part.document.content is None:
            continue
        reader = choice.find(part.document)
        if not isinstance(reader, list) and not reader.is_canonical:
            yield counts.setdefault(reader.name, Usage(reader.source)), part.document


def _show(one: Coverage) -> None:
    show_line(f"{one.mapping}: {counted(one.documents, 'document')}")
    show_line()
    if not one.remarks:
        show_line("every rule, default and table row was needed, and all content is read")
    else:
        columns = ("what", "of", "times", "stands at", "written at")
        rows = [
            (remark.what, remark.about, remark.times or "", remark.example, remark.where)
            for remark in one.remarks
        ]
        show_table(columns, rows)
    show_line()
