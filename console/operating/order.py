"""Orders: how far each is, and who said what of it, when and where."""

from typing import Annotated

import typer

from console.asked import open_site
from console.operating.options import AsJson, Limit, PartnerName, State
from console.output import show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.ledger.orders import list_orders
from gateway.timeline import Entry, Timeline, find_timeline

app = typer.Typer(help="Orders and their timelines.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    state: State = None,
    partner: PartnerName = None,
    limit: Limit = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List orders, the newest first."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        rows = list_orders(tx, state, partner, limit)
    if as_json:
        show_json(rows)
        return
    show_table(
        ("order", "partner", "state", "lines", "released (UTC)", "updated (UTC)"),
        [
            (
                row.po_number,
                row.partner,
                row.state,
                len(row.entity.lines),
                row.created_at,
                row.updated_at,
            )
            for row in rows
        ],
    )


@app.command()
def show(
    context: typer.Context,
    po_number: Annotated[str, typer.Argument(metavar="PO", help="The order's number.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show an order's timeline. Each entry says who, what, when, in which file and where in it."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        timeline = find_timeline(tx, po_number)
    if timeline is None:
        raise RefusalError(f"there is no order {po_number} in the ledger; see cmgateway order list")
    if as_json:
        show_json(timeline)
    else:
        show_timeline(timeline)


def show_timeline(timeline: Timeline) -> None:
    """Write a timeline: what was said, what is still awaited, what the lines add up to."""
    show_line(f"order {timeline.po_number} for {timeline.partner}: {timeline.state}\n")
    show_table(
        ("when (UTC)", "who", "what", "where"),
        [(entry.at, entry.who, entry.what, _where(entry)) for entry in timeline.entries],
    )
    for entry in timeline.entries:
        if entry.details:
            show_line(f"\n{entry.place}: {entry.what}")
        for detail in entry.details:
            show_line(f"  - {detail}")
    for one in timeline.awaited:
        late = "LATE, " if one.is_late else ""
        show_line(
            f"\nawaited: {one.kind} from {one.partner}, {late}due {one.due_at:%Y-%m-%d %H:%M} UTC"
        )
    show_line()
    _show_balance(timeline)


def _where(entry: Entry) -> str:
    return " ".join(part for part in (entry.file, entry.place) if part)


def _show_balance(timeline: Timeline) -> None:
    show_table(
        (
            "line",
            "item",
            "unit",
            "ordered",
            "accepted",
            "backordered",
            "rejected",
            "cancelled",
            "shipped",
            "open",
        ),
        [
            (
                line.line_number,
                line.item,
                line.unit,
                line.ordered,
                line.accepted,
                line.backordered,
                line.rejected,
                line.cancelled,
                line.shipped,
                line.open,
            )
            for line in timeline.lines
        ],
    )
