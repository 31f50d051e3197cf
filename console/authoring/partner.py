"""Partners: who they are, and what is wrong with their files."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from console.asked import home_of
from console.authoring.beginning import new
from console.authoring.checking import Options, check_file
from console.authoring.partner_files import check_partner_file
from console.authoring.semantics import semantics
from console.operating.contents import accept, history
from console.operating.quirks import find_quirks, quirks, show_quirks
from console.output import show_fields, show_findings, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.counted import counted
from gateway.partners import Partner, Partners, load_partners
from gateway.settings import Site, content_roots
from gateway.shelf import Shelf
from translators.findings import has_errors

app = typer.Typer(help="Who partners are and what is agreed with them.", no_args_is_help=True)
app.command()(new)
app.command()(quirks)
app.command()(history)
app.command()(accept)
app.command()(semantics)

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON and nothing else.")]
Name = Annotated[str, typer.Argument(help="The partner, as its file is named.")]


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List partners, those whose file cannot be used included."""
    partners = _load(context)
    rows = [_describe(partners, name) for name in _list_names(partners)]
    if as_json:
        show_json(rows)
        return
    columns = ("partner", "title", "role", "usage", "documents", "findings")
    show_table(columns, [tuple(row[column] for column in columns) for row in rows])


@app.command()
def show(context: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """Show a partner, with the defaults under its file."""
    partner = _load(context).get(name)
    met = find_quirks(context, [partner])
    if as_json:
        show_json(msgspec.to_builtins(partner) | {"quirks": met})
        return
    show_fields(_fields(partner))
    rows = [("in", one.kind, one.files, one.mapping) for one in partner.documents.arriving]
    rows += [("out", one.kind, one.entity, one.mapping) for one in partner.documents.leaving]
    show_line()
    show_table(("", "kind", "files or entity", "mapping"), rows)
    if partner.quirks:
        show_line()
        show_quirks(met)


@app.command()
def check(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The partner; without, all.")] = "",
    file: Annotated[
        str, typer.Argument(help="A file it would send (- reads stdin); without, its own file.")
    ] = "",
    html: Annotated[str, typer.Option(help="Write the answer as a page into this file.")] = "",
    sheet: Annotated[
        str, typer.Option(help="Write the rows with a status and reason each into this file.")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Check what a partner would send before it is sent, or partner files and their mappings.

    With FILE: what would become of it, every fault with what to do, and the 997 or 999 it would
    get; no ledger is asked and nothing is kept. Without: what is wrong with the partner file.
    Exit code 1 where not all is in order.
    """
    if file:
        check_file(context, name, file, Options(html=html, sheet=sheet, as_json=as_json))
    elif html or sheet:
        raise RefusalError("--html and --sheet tell of a file; name one after the partner")
    else:
        _check_partner_files(context, name, as_json=as_json)


def _check_partner_files(context: typer.Context, name: str, *, as_json: bool) -> None:
    partners = _load(context)
    shelf = Shelf(content_roots(Site(home=home_of(context)), "mappings"))
    names = [name] if name else _list_names(partners)
    found = {one: check_partner_file(partners, shelf, one) for one in names}
    if as_json:
        show_json([{"partner": one, "findings": findings} for one, findings in found.items()])
    else:
        for one, findings in found.items():
            show_findings(findings, one)
        wrong = sum(has_errors(findings) for findings in found.values())
        show_line(f"{counted(len(found), 'partner')}, {wrong or 'none'} with mistakes")
    if any(has_errors(findings) for findings in found.values()):
        raise typer.Exit(1)


def _load(context: typer.Context) -> Partners:
    # Only the folder of the site is needed; its settings and its ledger are left alone.
    return load_partners(Site(home=home_of(context)))


def _list_names(partners: Partners) -> list[str]:
    return sorted({*partners.partners, *partners.findings})


def _describe(partners: Partners, name: str) -> dict[str, object]:
    found = partners.findings.get(name, ())
    head: dict[str, object] = {"partner": name, "title": "", "role": "", "usage": ""}
    partner = partners.partners.get(name)
    if partner is None:
        return head | {"documents": "", "findings": len(found)}
    agreed = [*partner.documents.arriving, *partner.documents.leaving]
    return head | {
        "title": partner.title,
        "role": partner.role,
        "usage": partner.usage if partner.active else f"{partner.usage}, not active",
        "documents": ", ".join(dict.fromkeys(one.kind for one in agreed)),
        "findings": len(found),
    }


def _fields(partner: Partner) -> Iterator[tuple[str, object]]:
    yield "partner", f"{partner.name} {partner.title}"
    yield "role", f"{partner.role}, {partner.usage}{'' if partner.active else ', not active'}"
    for identity in partner.identities.list_x12():
        yield "X12", f"{identity.qualifier}/{identity.id}, group {identity.group_id}"
    for channel in partner.channels.arriving:
        yield f"in {channel.name}", channel.place
    for leaving in partner.channels.leaving:
        yield f"out {leaving.name}", leaving.place
    for item in partner.qualifications.items:
        yield "makes", f"{item.item} rev {', '.join(item.revisions)}, {item.price:f} {item.unit}"
