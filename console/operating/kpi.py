"""KPI: how quickly and how truly the trade runs."""

from statistics import median
from typing import Annotated

import typer

from console.asked import open_site
from console.operating.options import AsJson
from console.output import show_json, show_line, show_table
from gateway.kpis import Kpis, find_kpis


def kpi(
    context: typer.Context,
    days: Annotated[int, typer.Option(help="How far back to look.", min=1)] = 90,
    *,
    as_json: AsJson = False,
) -> None:
    """Show answer times, kept promises, open problems, touches by people and reroutes.

    OTIF promised: all of a line left by the last day its CM promised; OTIF requested: by the day
    the buyer asked for. Moved: how often a promised day became a later one, and for how many lines
    again and again.
    """
    gateway = open_site(context)
    makers = gateway.partners.list_partners("cm")
    with gateway.ledger.read() as tx:
        found = find_kpis(tx, makers, days)
    if as_json:
        show_json(found)
        return
    _show(found)


def _show(found: Kpis) -> None:
    show_table(
        (
            "CM",
            "orders",
            "answered",
            "hours to answer",
            "worst",
            "notice late by",
            "OTIF promised",
            "OTIF requested",
            "moved",
            "again",
        ),
        [
            (
                one.partner,
                one.orders,
                one.answered,
                _figure(one.hours_to_answer),
                _figure(one.hours_to_answer_worst),
                _figure(one.hours_from_shipping_to_notice),
                f"{one.promises_kept} of {one.promises_due}" if one.promises_due else "",
                f"{one.requests_kept} of {one.requests_due}" if one.requests_due else "",
                one.promises_moved or "",
                one.lines_moved_again or "",
            )
            for one in found.partners
        ],
    )
    show_line()
    for case in found.open_cases:
        show_line(f"open {case.kind}: {case.open}, the oldest for {case.oldest_hours} hours")
    touches = ", ".join(f"{verb} {many}" for verb, many in sorted(found.touches.items()))
    show_line(f"touches by people: {touches or 'none'}")
    moved = ", ".join(f"{state} {many}" for state, many in sorted(found.reroutes.items()))
    show_line(f"reroutes: {moved or 'none'}")
    if found.reroute_seconds:
        show_line(f"from a refusal to the new order: {median(found.reroute_seconds):.1f} seconds")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
