"""Feeds: what partners told of capacity, stock, production and holds, and how old it is."""

from typing import Annotated

import typer

from canonical.demand import firm_until
from console.asked import open_site
from console.operating.options import AsJson, Limit, PartnerName
from console.output import show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.feeds import Feed, list_feeds
from gateway.ledger.feeds import list_readings
from gateway.schedules import list_needed

KINDS = ("capacity", "stock", "allocation", "hold")

app = typer.Typer(help="Capacity, stock and holds as partners told them.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    partner: PartnerName = None,
    kind: Annotated[str | None, typer.Option(help="capacity, stock, allocation or hold.")] = None,
    *,
    stale: Annotated[bool, typer.Option("--stale", help="Only what is too old.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the newest word on everything, with its age; what is stale is not relied on."""
    if kind not in (None, *KINDS):
        raise RefusalError(f"{kind} is no kind of feed; there are {', '.join(KINDS)}")
    gateway = open_site(context)
    if partner is not None:
        gateway.partners.get(partner)
    with gateway.ledger.read() as tx:
        rows = [
            one
            for one in list_feeds(gateway, tx, partner)
            if kind in (None, one.kind) and (one.is_stale or not stale)
        ]
    if as_json:
        show_json(rows)
        return
    if not rows:
        show_line("no partner has told anything; agree a feed in its file under documents.in")
        return
    _show(rows)


def _show(rows: list[Feed]) -> None:
    show_table(
        (
            "partner",
            "kind",
            "item",
            "location",
            "measure",
            "quantity",
            "as of (UTC)",
            "hours",
            "document",
        ),
        [
            (
                row.partner,
                row.kind,
                row.item,
                row.location,
                row.measure,
                f"{row.quantity.normalize():f} {row.unit}".strip(),
                row.as_of,
                f"{row.age_hours:g}{' STALE' if row.is_stale else ''}",
                f"d{row.document_id}",
            )
            for row in rows
        ],
    )


@app.command()
def show(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="The partner's name.")],
    item: Annotated[str, typer.Argument(help="The part's number.")],
    limit: Limit = 1000,
    *,
    as_json: AsJson = False,
) -> None:
    """Show all that a partner told of one part, the oldest first."""
    gateway = open_site(context)
    gateway.partners.get(partner)
    with gateway.ledger.read() as tx:
        rows = list_readings(tx, partner, item, limit=limit)
    if as_json:
        show_json(rows)
        return
    show_table(
        ("as of (UTC)", "kind", "location", "measure", "quantity", "order", "note", "document"),
        [
            (
                row.as_of,
                row.kind,
                row.location,
                row.measure,
                f"{row.quantity.normalize():f} {row.unit}".strip(),
                row.po_number,
                row.note,
                f"d{row.document_id}",
            )
            for row in rows
        ],
    )


@app.command()
def schedule(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="The partner's name.")],
    item: Annotated[str | None, typer.Option(help="Only this part.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what a partner is asked for period by period, by the schedules (830, 862) that hold.

    Quantities are those of the period alone, also where the schedule counts from a day on; inside
    the window of a shipping schedule its days stand instead of the plan's.
    """
    gateway = open_site(context)
    gateway.partners.get(partner)
    with gateway.ledger.read() as tx:
        rows = list_needed(tx, partner, item)
    if as_json:
        show_json(rows)
        return
    if not rows:
        show_line(f"{partner} was sent no schedule that holds")
        return
    show_table(
        ("item", "ship to", "day", "until", "bucket", "quantity", "firmness", "schedule"),
        [
            (
                row.item,
                row.ship_to,
                row.on,
                row.until or "",
                row.bucket,
                f"{row.quantity:f} {row.unit}".strip(),
                f"{row.firmness}{' PAST DUE' if row.is_past_due else ''}",
                f"{row.kind} {row.forecast_number}",
            )
            for row in rows
        ],
    )
    firm = firm_until(rows)
    if firm is not None:
        show_line(f"firm until {firm}")
