"""Orders: how far each is, and who said what of it, when and where."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from console.asked import open_site
from console.operating.options import AsJson, Limit, PartnerName, State
from console.output import clean, show_dim, show_json, show_line, show_table, show_wrapped
from console.refusal import RefusalError
from console.shape import width_of, wrap
from gateway.ledger.orders import list_orders
from gateway.timeline import Entry, LineBalance, Timeline, find_timeline

MOST_OF_WHO = 16
QUANTITIES = (
    "ordered",
    "changed",
    "accepted",
    "backordered",
    "rejected",
    "cancelled",
    "unanswered",
    "shipped",
    "to_ship",
    "received",
    "held",
    "refused",
    "short",
    "to_receive",
)

COUNTED_IN = frozenset(("received", "held", "refused", "short"))

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
        show_timeline(timeline, width_of(sys.stdout))


def show_timeline(timeline: Timeline, width: int | None) -> None:
    """Write a timeline: what was said, what is still awaited, what the lines add up to."""
    show_wrapped(f"order {timeline.po_number} for {timeline.partner}: {timeline.state}")
    show_wrapped("when (UTC), who, what; below it where it stands")
    show_line()
    who = min(MOST_OF_WHO, max((len(entry.who) for entry in timeline.entries), default=0))
    for entry in timeline.entries:
        _show_entry(entry, who, width)
    for one in timeline.awaited:
        late = "LATE, " if one.is_late else ""
        due = f"{one.due_at:%Y-%m-%d %H:%M} UTC"
        show_line()
        show_wrapped(f"awaited: {one.kind} from {one.partner}, {late}due {due}")
    show_line()
    _show_balance(timeline.lines)


def _show_entry(entry: Entry, who: int, width: int | None) -> None:
    """Write an entry: when, who and what; indented below it each detail, and where to look it up."""
    start = f"{entry.at:%Y-%m-%d %H:%M}  {clean(entry.who):<{who}}  "
    below = " " * len(start)
    lines = wrap(clean(entry.what), width, start, below)
    for detail in entry.details:
        lines += wrap(clean(detail), width, f"{below}- ", f"{below}  ")
    show_line("\n".join(lines))
    by = f"by {entry.mapping}" if " version " in entry.mapping else ""  # a hash tells nobody much
    where = clean(" ".join(part for part in (entry.file, entry.place, by) if part))
    if where:
        show_dim(wrap(where, width, below, below))


def _show_balance(lines: Sequence[LineBalance]) -> None:
    """Write what each line adds up to; a column in which no line holds anything is left out.

    What is to be received is what has left, until somebody counts it in.
    """
    kept = [name for name in QUANTITIES if any(getattr(line, name) for line in lines)]
    if not COUNTED_IN.intersection(kept):
        kept = [name for name in kept if name != "to_receive"]
    heads = [name.replace("_", " ") for name in kept]
    show_table(
        ("line", "item", "unit", *heads),
        [
            (line.line_number, line.item, line.unit, *(getattr(line, name) for name in kept))
            for line in lines
        ],
    )
