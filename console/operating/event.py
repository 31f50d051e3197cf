"""Events: what the journal holds, page by page, and which types there are."""

from fnmatch import fnmatchcase
from typing import Annotated

import typer

from canonical.events import EVENTS, FOR_PARTNERS
from canonical.schemas import schema_id, write_schema
from console.asked import open_site
from console.operating.options import AsJson, Limit
from console.output import show_findings, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.events.cloud_event import CloudEvent
from gateway.events.read_journal import CursorError, Page, Wanted, read_page
from translators.mapper.suggest import did_you_mean

app = typer.Typer(help="What other systems are told has happened.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    after: Annotated[
        str, typer.Option(help="The cursor an earlier listing ended with; left out, all.")
    ] = "",
    types: Annotated[
        list[str] | None,
        typer.Option("--type", help="Only these types, such as 'cmgateway.order.*'."),
    ] = None,
    limit: Limit = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List events as they were written, the oldest first; the cursor leads on from there."""
    for one in types or ():
        if not any(fnmatchcase(name, one) for name in EVENTS):
            raise RefusalError(f"there is no event type {one}; {did_you_mean(one, EVENTS)}")
    gateway = open_site(context)
    wanted = Wanted(types=tuple(types or ()))
    try:
        page = read_page(gateway.site.journal, after, limit, wanted)
    except CursorError as error:
        raise RefusalError(str(error)) from error
    show_findings(page.findings)
    if as_json:
        show_json({"events": page.events, "cursor": page.cursor, "more": page.more})
        return
    _show(page)


@app.command()
def types(*, as_json: AsJson = False) -> None:
    """List the types of events, and the JSON Schema of the data of each."""
    rows = [
        {
            "type": name,
            "about": (struct.__doc__ or "").strip(),
            "schema": schema_id(struct.__name__),
            "for_partners": name in FOR_PARTNERS,
        }
        for name, struct in EVENTS.items()
    ]
    if as_json:
        show_json(rows)
        return
    show_table(
        ("type", "for partners", "about"),
        [(row["type"], "yes" if row["for_partners"] else "", row["about"]) for row in rows],
    )


def _show(page: Page) -> None:
    show_table(
        ("id", "time", "type", "subject", "about"),
        [(one.id, one.time, one.type, one.subject, _about(one)) for one in page.events],
    )
    if page.cursor:
        more = " (there is more)" if page.more else ""
        show_line(f"\nlater ones{more}: cmgateway event list --after {page.cursor}")


def _about(event: CloudEvent) -> str:
    """Return the partner, and the sentence an event carries, if any."""
    said = [
        str(event.data.get(name, "")) for name in ("partner", "summary", "reason", "resolution")
    ]
    return ": ".join(one for one in said if one)[:120]


@app.command()
def schema(
    type_: Annotated[
        str, typer.Argument(metavar="TYPE", help="The type, such as cmgateway.order.sent.v1.")
    ],
) -> None:
    """Print the JSON Schema (2020-12) of the data of one type of events."""
    struct = EVENTS.get(type_)
    if struct is None:
        raise RefusalError(f"there is no event type {type_}; {did_you_mean(type_, EVENTS)}")
    show_line(write_schema(struct).rstrip("\n"))
